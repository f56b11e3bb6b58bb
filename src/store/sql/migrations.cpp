#include "store/sql/migrations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/check.hpp"
#include "base/hash.hpp"

namespace gale::sql {
namespace {

struct Applied {
    std::string name, sha256;
};

Result<std::vector<std::string>> table_names(Connection& connection, const Schema& schema) {
    std::vector<std::string> names;
    auto cursor = TRY(connection.query(schema.list_tables));
    while (TRY(cursor.next())) TRY(cursor.read("tables", names.emplace_back()));
    return names;
}

Error not_ours(const std::string& database, const std::vector<std::string>& tables) {
    if (std::ranges::find(tables, "alembic_version") != tables.end()) {
        return Error(ErrorCode::conflict,
                     fmt::format("database {} is Airflow's: Gale keeps its own tables; name an empty database, and "
                                 "take over Airflow's with `gale db import-airflow`",
                                 database));
    }
    return Error(
        ErrorCode::conflict,
        fmt::format("database {} belongs to another program: it has {} tables, such as {}, and no schema_migrations; "
                    "give Gale one of its own",
                    database, tables.size(), tables.front()));
}

Result<std::map<int, Applied>> read_applied(Connection& connection, const Schema& schema) {
    const auto tables = TRY(table_names(connection, schema));
    if (std::ranges::find(tables, "schema_migrations") == tables.end()) {
        if (tables.empty()) return std::map<int, Applied>{};
        return std::unexpected(not_ours(connection.name(), tables));
    }
    std::map<int, Applied> applied;
    auto cursor = TRY(connection.query("SELECT number, name, sha256 FROM schema_migrations"));
    while (TRY(cursor.next())) {
        int number = 0;
        Applied one;
        TRY(cursor.read("schema_migrations", number, one.name, one.sha256));
        applied.emplace(number, std::move(one));
    }
    return applied;
}

}  // namespace

Result<SchemaStatus> schema_status(Connection& connection, const Schema& schema) {
    const auto& known = schema.known;
    const auto applied = TRY(read_applied(connection, schema));
    const SchemaStatus status{applied.empty() ? 0 : applied.rbegin()->first, known.empty() ? 0 : known.back().number};
    if (status.current > status.wanted) {
        return fail(
            ErrorCode::conflict,
            fmt::format("database {} has schema {}, but this gale knows schemas up to {} only; run the newer gale that "
                        "made it, or restore a backup from before the upgrade",
                        connection.name(), status.current, status.wanted));
    }
    for (const auto& migration : known) {
        const auto found = applied.find(migration.number);
        if (found != applied.end() && found->second.sha256 != sha256_hex(migration.sql)) {
            return fail(
                ErrorCode::data_corrupt,
                fmt::format("database {}: migration {} was applied as '{}' with other content than this gale's '{}'; "
                            "it was made by another build; restore a backup or start with a new database",
                            connection.name(), migration.number, found->second.name, migration.name));
        }
    }
    return status;
}

Result<void> apply_migrations(Connection& connection, const Schema& schema) {
    const auto& known = schema.known;
    for (size_t i = 0; i < known.size(); ++i) CHECK(known[i].number == known.front().number + static_cast<int>(i));
    const auto status = TRY(schema_status(connection, schema));
    if (status.current == status.wanted) return {};
    TRY(connection.execute(schema.make_table));
    for (const auto& migration : known) {
        if (migration.number <= status.current) continue;
        if (auto done = connection.script(std::string(migration.sql)); !done) {
            return std::unexpected(Error(done.error().code(), fmt::format("cannot apply migration {} to database {}",
                                                                          migration.name, connection.name()))
                                       .caused_by(done.error()));
        }
        TRY(connection.execute("INSERT INTO schema_migrations (number, name, sha256, applied_at) VALUES (?, ?, ?, ?)",
                               migration.number, migration.name, sha256_hex(migration.sql), system_clock().now()));
    }
    return {};
}

}  // namespace gale::sql
