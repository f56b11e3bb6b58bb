// The schema's history: numbered SQL files, embedded into the binary, each applied once and noted in schema_migrations.
#pragma once

#include <string_view>
#include <vector>

#include "store/sqlite/connection.hpp"
#include "store/store.hpp"

namespace gale::sqlite {

struct Migration {
    int number;
    std::string_view name;  // "0001_initial"
    std::string_view sql;
};

std::vector<Migration> embedded_migrations();  // in order, without gaps

// Errors: conflict when the schema is newer than `known`, or the database is another program's; data_corrupt when an
// applied migration is not the one known.
Result<SchemaStatus> schema_status(Connection& connection, const std::vector<Migration>& known);
// All that are missing. Within the caller's transaction.
Result<void> apply_migrations(Connection& connection, const std::vector<Migration>& known);
// The statements that make the present schema, one a line: for comparing two.
Result<std::string> dump_schema(Connection& connection);

}  // namespace gale::sqlite
