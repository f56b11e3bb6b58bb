// The schema's history: numbered SQL files, embedded into the binary, each applied once and noted in schema_migrations.
#pragma once

#include <string_view>
#include <vector>

#include "store/sql/connection.hpp"

namespace gale::sql {

struct Migration {
    int number;
    std::string_view name;  // "0001_initial"
    std::string_view sql;
};

// The history of one kind of database.
struct Schema {
    std::vector<Migration> known;  // in order, without gaps
    std::string_view list_tables;  // a query: the names of all tables in the database, in order
    std::string_view make_table;   // creates schema_migrations (number, name, sha256, applied_at)
};

// Errors: conflict when the schema is newer than the known one, or the database is another program's; data_corrupt when
// an applied migration is not the one known.
Result<SchemaStatus> schema_status(Connection& connection, const Schema& schema);
// All that are missing. Within the caller's transaction.
Result<void> apply_migrations(Connection& connection, const Schema& schema);

}  // namespace gale::sql
