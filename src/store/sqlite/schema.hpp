// The history of SQLite's schema (migrations/*.sql, embedded), and how to look at the present one.
#pragma once

#include <string>
#include <vector>

#include "store/sql/migrations.hpp"

namespace gale::sqlite {

std::vector<sql::Migration> embedded_migrations();
sql::Schema schema();
// The statements that make the present schema, one a line: for comparing two.
Result<std::string> dump_schema(sql::Connection& connection);

}  // namespace gale::sqlite
