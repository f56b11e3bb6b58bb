// Variables and connections. Their values are opaque here: the service encrypts them.
#include <fmt/format.h>

#include "store/sql/list_query.hpp"
#include "store/sql/sql_store.hpp"

namespace gale::sql {
namespace {

constexpr std::string_view kVariableColumns = "key, value, description, is_encrypted";
constexpr std::string_view kConnectionColumns =
    "conn_id, conn_type, description, host, schema, login, password, extra, port, is_encrypted, is_extra_encrypted";

Result<Variable> read_variable(Cursor& cursor) {
    Variable variable;
    TRY(cursor.read("variable", variable.key, variable.value, variable.description, variable.is_encrypted));
    return variable;
}

Result<gale::Connection> read_connection(Cursor& cursor) {
    gale::Connection found;
    TRY(cursor.read("connection", found.conn_id, found.conn_type, found.description, found.host, found.schema,
                    found.login, found.password, found.extra, found.port, found.is_encrypted,
                    found.is_extra_encrypted));
    return found;
}

}  // namespace

Result<Variable> SqlStore::get_variable(const std::string& key) {
    return read([&](Connection& connection) -> Result<Variable> {
        auto cursor =
            TRY(connection.query(fmt::format("SELECT {} FROM variable WHERE key = ?", kVariableColumns), key));
        if (TRY(cursor.next())) return read_variable(cursor);
        return fail(ErrorCode::not_found, fmt::format("there is no variable '{}'", key));
    });
}

Result<void> SqlStore::set_variable(const Variable& variable) {
    return set_variables({variable});
}

Result<void> SqlStore::set_variables(const std::vector<Variable>& variables) {
    return write([&](Transaction& transaction) -> Result<void> {
        for (const Variable& variable : variables)
            TRY(transaction.execute(
                "INSERT INTO variable (key, value, description, is_encrypted) VALUES (?, ?, ?, ?) ON CONFLICT (key) "
                "DO UPDATE SET value = excluded.value, description = excluded.description, "
                "is_encrypted = excluded.is_encrypted",
                variable.key, variable.value, variable.description, variable.is_encrypted));
        return {};
    });
}

Result<bool> SqlStore::delete_variable(const std::string& key) {
    return write([&](Transaction& transaction) -> Result<bool> {
        return TRY(transaction.execute("DELETE FROM variable WHERE key = ?", key)) > 0;
    });
}

Result<void> SqlStore::delete_variables(const std::vector<std::string>& keys) {
    return write([&](Transaction& transaction) -> Result<void> {
        for (const std::string& key : keys) TRY(transaction.execute("DELETE FROM variable WHERE key = ?", key));
        return {};
    });
}

Result<PageOf<Variable>> SqlStore::list_variables(const NameFilter& filter, const Page& page) {
    ListQuery list("variable");
    list.where_name("key", filter);
    TRY(list.page(
        page,
        {{"key", "key"}, {"id", "key"}, {"description", "description", kNullable}, {"is_encrypted", "is_encrypted"}},
        "key"));
    return read([&](Connection& connection) { return read_page(connection, list, kVariableColumns, read_variable); });
}

Result<gale::Connection> SqlStore::get_connection(const std::string& conn_id) {
    return read([&](Connection& connection) -> Result<gale::Connection> {
        auto cursor = TRY(
            connection.query(fmt::format("SELECT {} FROM connection WHERE conn_id = ?", kConnectionColumns), conn_id));
        if (TRY(cursor.next())) return read_connection(cursor);
        return fail(ErrorCode::not_found, fmt::format("there is no connection '{}'", conn_id));
    });
}

Result<void> SqlStore::set_connection(const gale::Connection& connection) {
    return set_connections({connection});
}

Result<void> SqlStore::set_connections(const std::vector<gale::Connection>& connections) {
    return write([&](Transaction& transaction) -> Result<void> {
        for (const auto& set : connections)
            TRY(transaction.execute(
                "INSERT INTO connection (conn_id, conn_type, description, host, schema, login, password, extra, port, "
                "is_encrypted, "
                "is_extra_encrypted) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (conn_id) DO UPDATE SET "
                "conn_type = excluded.conn_type, description = excluded.description, host = excluded.host, "
                "schema = excluded.schema, login = excluded.login, password = excluded.password, extra = "
                "excluded.extra, "
                "port = excluded.port, is_encrypted = excluded.is_encrypted, is_extra_encrypted = "
                "excluded.is_extra_encrypted",
                set.conn_id, set.conn_type, set.description, set.host, set.schema, set.login, set.password, set.extra,
                set.port, set.is_encrypted, set.is_extra_encrypted));
        return {};
    });
}

Result<bool> SqlStore::delete_connection(const std::string& conn_id) {
    return write([&](Transaction& transaction) -> Result<bool> {
        return TRY(transaction.execute("DELETE FROM connection WHERE conn_id = ?", conn_id)) > 0;
    });
}

Result<void> SqlStore::delete_connections(const std::vector<std::string>& conn_ids) {
    return write([&](Transaction& transaction) -> Result<void> {
        for (const auto& conn_id : conn_ids)
            TRY(transaction.execute("DELETE FROM connection WHERE conn_id = ?", conn_id));
        return {};
    });
}

Result<PageOf<gale::Connection>> SqlStore::list_connections(const NameFilter& filter, const Page& page) {
    ListQuery list("connection");
    list.where_name("conn_id", filter);
    TRY(list.page(page,
                  {{"conn_id", "conn_id"},
                   {"connection_id", "conn_id"},
                   {"id", "conn_id"},
                   {"conn_type", "conn_type"},
                   {"description", "description", kNullable},
                   {"host", "host", kNullable},
                   {"port", "port", kNullable}},
                  "conn_id"));
    return read(
        [&](Connection& connection) { return read_page(connection, list, kConnectionColumns, read_connection); });
}

}  // namespace gale::sql
