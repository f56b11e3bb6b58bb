#include "store/sqlite/migrations.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>

#include "base/check.hpp"
#include "base/hash.hpp"

namespace gale::sqlite {
namespace {

constexpr const char* kMakeTable =
    "CREATE TABLE IF NOT EXISTS schema_migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT "
    "NULL,"
    " applied_at INTEGER NOT NULL) STRICT";

struct Applied {
    std::string name, sha256;
};

Result<std::vector<std::string>> table_names(Connection& connection) {
    std::vector<std::string> names;
    auto cursor =
        TRY(connection.query("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
                             "ORDER BY name"));
    while (TRY(cursor.next())) TRY(cursor.read("sqlite_schema", names.emplace_back()));
    return names;
}

Result<std::map<int, Applied>> read_applied(Connection& connection) {
    const auto tables = TRY(table_names(connection));
    if (std::ranges::find(tables, "schema_migrations") == tables.end()) {
        if (tables.empty()) return std::map<int, Applied>{};
        return fail(
            ErrorCode::conflict,
            fmt::format(
                "database {} belongs to another program: it has {} tables, such as {}, and no schema_migrations; "
                "give Gale a file of its own",
                connection.path(), tables.size(), tables.front()));
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

Result<SchemaStatus> schema_status(Connection& connection, const std::vector<Migration>& known) {
    const auto applied = TRY(read_applied(connection));
    const SchemaStatus status{applied.empty() ? 0 : applied.rbegin()->first, known.empty() ? 0 : known.back().number};
    if (status.current > status.wanted) {
        return fail(
            ErrorCode::conflict,
            fmt::format("database {} has schema {}, but this gale knows schemas up to {} only; run the newer gale that "
                        "made it, or restore a backup from before the upgrade",
                        connection.path(), status.current, status.wanted));
    }
    for (const auto& migration : known) {
        const auto found = applied.find(migration.number);
        if (found != applied.end() && found->second.sha256 != sha256_hex(migration.sql)) {
            return fail(
                ErrorCode::data_corrupt,
                fmt::format("database {}: migration {} was applied as '{}' with other content than this gale's '{}'; "
                            "the file was made by another build; restore a backup or start with a new file",
                            connection.path(), migration.number, found->second.name, migration.name));
        }
    }
    return status;
}

Result<void> apply_migrations(Connection& connection, const std::vector<Migration>& known) {
    for (size_t i = 0; i < known.size(); ++i) CHECK(known[i].number == static_cast<int>(i) + 1);
    const auto status = TRY(schema_status(connection, known));
    if (status.current == status.wanted) return {};
    TRY(connection.execute(kMakeTable));
    for (const auto& migration : known) {
        if (migration.number <= status.current) continue;
        if (auto done = connection.script(std::string(migration.sql)); !done) {
            return std::unexpected(Error(done.error().code(), fmt::format("cannot apply migration {} to database {}",
                                                                          migration.name, connection.path()))
                                       .caused_by(done.error()));
        }
        TRY(connection.execute("INSERT INTO schema_migrations (number, name, sha256, applied_at) VALUES (?, ?, ?, ?)",
                               migration.number, migration.name, sha256_hex(migration.sql), system_clock().now()));
    }
    return {};
}

Result<std::string> dump_schema(Connection& connection) {
    std::string dump;
    auto cursor =
        TRY(connection.query("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER "
                             "BY type = 'trigger', tbl_name, type DESC, name"));
    while (TRY(cursor.next())) {
        std::string sql;
        TRY(cursor.read("sqlite_schema", sql));
        dump += sql + ";\n";
    }
    return dump;
}

}  // namespace gale::sqlite
