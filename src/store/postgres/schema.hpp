// The history of PostgreSQL's schema (migrations/*.sql, embedded), and how to look at the present one.
#pragma once

#include <string>
#include <vector>

#include "store/sql/migrations.hpp"

namespace gale::postgres {

std::vector<sql::Migration> embedded_migrations();
sql::Schema schema();
// Tables, columns, constraints, indexes, triggers and functions, one a line: for comparing two.
Result<std::string> dump_schema(sql::Connection& connection);

}  // namespace gale::postgres
