// The tables that removed rows were moved to.
#include <fmt/format.h>

#include <algorithm>

#include "store/sql/sql_store.hpp"

namespace gale::sql {
namespace {

Result<std::vector<std::string>> archives_in(Connection& connection, const Schema& schema) {
    std::vector<std::string> names;
    auto cursor = TRY(connection.query(schema.list_tables));
    std::string name;
    while (TRY(cursor.next())) {
        TRY(cursor.read("tables", name));
        if (name.starts_with(kArchivePrefix)) names.push_back(name);
    }
    return names;
}

// The name is part of a statement: only one that is there is.
Result<void> check_archive(Connection& connection, const Schema& schema, const std::string& name) {
    const auto names = TRY(archives_in(connection, schema));
    if (std::ranges::find(names, name) != names.end()) return {};
    return fail(ErrorCode::not_found, fmt::format("there is no archive table '{}'", name));
}

std::string quoted(const std::string& name) {
    std::string out = "\"";
    for (const char c : name) out += c == '"' ? std::string("\"\"") : std::string(1, c);
    return out + '"';
}

}  // namespace

Result<std::vector<std::string>> SqlStore::list_archives() {
    return read([&](Connection& connection) { return archives_in(connection, database_->schema()); });
}

Result<void> SqlStore::read_archive(const std::string& name, const ReadRow& read_row) {
    return read([&](Connection& connection) -> Result<void> {
        TRY(check_archive(connection, database_->schema(), name));
        auto cursor = TRY(connection.query("SELECT * FROM " + quoted(name)));
        const Rows& row = cursor.row();
        std::vector<std::optional<std::string>> fields(static_cast<size_t>(row.columns()));
        for (size_t i = 0; i < fields.size(); ++i) fields[i] = row.name(static_cast<int>(i));
        TRY(read_row(fields));
        while (TRY(cursor.next())) {
            for (size_t i = 0; i < fields.size(); ++i) {
                const int column = static_cast<int>(i);
                fields[i] = row.is_null(column) ? std::nullopt : std::optional(std::string(row.text(column)));
            }
            TRY(read_row(fields));
        }
        return {};
    });
}

Result<void> SqlStore::drop_archive(const std::string& name) {
    return write([&](Transaction& transaction) -> Result<void> {
        TRY(check_archive(transaction.connection(), database_->schema(), name));
        TRY(transaction.execute("DROP TABLE " + quoted(name)));
        return {};
    });
}

}  // namespace gale::sql
