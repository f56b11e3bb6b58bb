#include "service/admin_service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "service/detail/audit.hpp"
#include "service/detail/sealed_rows.hpp"

namespace gale {
namespace {

constexpr size_t kMaxNameSize = 250;

Result<void> check_mode(bool exists, WriteMode mode, std::string_view what, std::string_view name) {
    if (exists && mode == WriteMode::create)
        return fail(ErrorCode::already_exists, fmt::format("the {} '{}' exists already", what, name));
    if (!exists && mode == WriteMode::replace)
        return fail(ErrorCode::not_found, fmt::format("The {} with name `{}` was not found", what, name));
    return {};
}

template <class T>
Result<bool> is_there(const Result<T>& found) {
    if (found) return true;
    if (found.error().code() == ErrorCode::not_found) return false;
    return std::unexpected(found.error());
}

Result<void> check_name(std::string_view what, std::string_view name) {
    if (!name.empty() && name.size() <= kMaxNameSize) return {};
    return fail(ErrorCode::invalid_argument,
                fmt::format("a {} must have 1 to {} bytes, but has {}", what, kMaxNameSize, name.size()));
}

Result<void> check_connection(const Connection& connection) {
    TRY(check_name("connection id", connection.conn_id));
    const bool legal = std::ranges::all_of(connection.conn_id, [](unsigned char c) {
        return std::isalnum(c) != 0 ||
               std::string_view("_.-:()@/#\\").find(static_cast<char>(c)) != std::string_view::npos;
    });
    if (!legal) {
        return fail(ErrorCode::invalid_argument,
                    fmt::format("the connection id '{}' holds a character other than letters, digits and _.-:()@/#\\",
                                connection.conn_id));
    }
    TRY(check_name("connection type", connection.conn_type));
    if (connection.port && (*connection.port < 0 || *connection.port > 65535)) {
        return fail(ErrorCode::invalid_argument, fmt::format("{} is not a port", *connection.port));
    }
    return {};
}

}  // namespace

void AdminService::audit(std::string event, json::object extra, const Actor& actor) {
    detail::audit(store_, clock_.now(), actor,
                  {.event = std::move(event),
                   .dag_id = {},
                   .run_id = {},
                   .task_id = {},
                   .map_index = {},
                   .extra = std::move(extra)});
}

Result<Variable> AdminService::get_variable(const std::string& key) {
    auto stored = TRY(store_.get_variable(key));
    return detail::opened(std::move(stored), secrets_);
}

Result<PageOf<Variable>> AdminService::list_variables(const std::optional<std::string>& prefix, const Page& page) {
    auto found = TRY(store_.list_variables(prefix, page));
    for (Variable& variable : found.items) variable = TRY(detail::opened(std::move(variable), secrets_));
    return found;
}

Result<void> AdminService::write_variable(Variable variable, WriteMode mode, const Actor& actor) {
    TRY(check_name("variable's key", variable.key));
    const bool exists = TRY(is_there(store_.get_variable(variable.key)));
    TRY(check_mode(exists, mode, "Variable", variable.key));
    const std::string key = variable.key;
    TRY(store_.set_variable(detail::sealed(std::move(variable), secrets_)));
    audit(exists ? "patch_variable" : "post_variable", {{"key", key}}, actor);
    return {};
}

Result<void> AdminService::delete_variable(const std::string& key, const Actor& actor) {
    const bool was_there = TRY(store_.delete_variable(key));
    TRY(check_mode(was_there, WriteMode::replace, "Variable", key));
    audit("delete_variable", {{"key", key}}, actor);
    return {};
}

Result<Connection> AdminService::get_connection(const std::string& conn_id) {
    auto stored = TRY(store_.get_connection(conn_id));
    return detail::opened(std::move(stored), secrets_);
}

Result<PageOf<Connection>> AdminService::list_connections(const Page& page) {
    auto found = TRY(store_.list_connections(page));
    for (Connection& connection : found.items) connection = TRY(detail::opened(std::move(connection), secrets_));
    return found;
}

Result<void> AdminService::write_connection(Connection connection, WriteMode mode, const Actor& actor) {
    TRY(check_connection(connection));
    const bool exists = TRY(is_there(store_.get_connection(connection.conn_id)));
    TRY(check_mode(exists, mode, "Connection", connection.conn_id));
    const std::string conn_id = connection.conn_id;
    TRY(store_.set_connection(detail::sealed(std::move(connection), secrets_)));
    audit(exists ? "patch_connection" : "post_connection", {{"connection_id", conn_id}}, actor);
    return {};
}

Result<void> AdminService::delete_connection(const std::string& conn_id, const Actor& actor) {
    const bool was_there = TRY(store_.delete_connection(conn_id));
    TRY(check_mode(was_there, WriteMode::replace, "Connection", conn_id));
    audit("delete_connection", {{"connection_id", conn_id}}, actor);
    return {};
}

Result<void> AdminService::write_pool(const Pool& pool, WriteMode mode, const Actor& actor) {
    TRY(check_name("pool's name", pool.name.str()));
    if (pool.slots < kUnlimitedSlots) {
        return fail(ErrorCode::invalid_argument,
                    fmt::format("pool '{}': {} slots; use 0 or more, or -1 for no limit", pool.name.str(), pool.slots));
    }
    const auto pools = TRY(store_.list_pools());
    const bool exists = std::ranges::find(pools, pool.name, &Pool::name) != pools.end();
    TRY(check_mode(exists, mode, "Pool", pool.name.str()));
    TRY(store_.set_pool(pool));
    audit(exists ? "patch_pool" : "post_pool", {{"name", pool.name.str()}, {"slots", pool.slots}}, actor);
    return {};
}

Result<void> AdminService::delete_pool(const PoolName& name, const Actor& actor) {
    TRY(store_.delete_pool(name));
    audit("delete_pool", {{"name", name.str()}}, actor);
    return {};
}

}  // namespace gale
