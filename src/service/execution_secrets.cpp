// Variables and connections, as a running task sees them.
#include "service/detail/execution_handlers.hpp"
#include "service/detail/sealed_rows.hpp"

namespace gale::detail {

Response get_variable(ExecutionContext& context, const json::object& request) {
    const auto key = TRY(json::get_string(request, "key"));
    auto stored = context.store.get_variable(key);
    if (!stored && stored.error().code() == ErrorCode::not_found)
        return error_response("VARIABLE_NOT_FOUND", {{"key", key}});
    if (!stored) return std::unexpected(std::move(stored).error());
    const auto variable = TRY(opened(std::move(*stored), context.secrets));
    return json::object{{"type", "VariableResult"}, {"key", key}, {"value", variable.value}};
}

Response put_variable(ExecutionContext& context, const json::object& request) {
    Variable variable;
    variable.key = TRY(json::get_string(request, "key"));
    variable.value = TRY(json::get_string_or(request, "value", ""));
    variable.description = TRY(json::get_optional_string(request, "description"));
    if (variable.key.empty()) return fail(ErrorCode::invalid_argument, "a variable's key must not be empty");
    TRY(context.store.set_variable(sealed(std::move(variable), context.secrets)));
    return std::nullopt;
}

Response delete_variable(ExecutionContext& context, const json::object& request) {
    const auto key = TRY(json::get_string(request, "key"));
    TRY(context.store.delete_variable(key));
    return ok_response();
}

Response get_variable_keys(ExecutionContext& context, const json::object& request) {
    Page page;
    page.limit = static_cast<int>(TRY(json::get_int_or(request, "limit", 1000)));
    page.offset = static_cast<int>(TRY(json::get_int_or(request, "offset", 0)));
    page.order_by = {"key"};
    NameFilter filter;
    if (const auto prefix = TRY(json::get_optional_string(request, "prefix"))) filter.prefixes = {*prefix};
    const auto found = TRY(context.store.list_variables(filter, page));
    json::array keys;
    for (const Variable& variable : found.items) keys.emplace_back(variable.key);
    return json::object{{"type", "VariableKeysResult"}, {"keys", std::move(keys)}, {"total_entries", found.total}};
}

Response get_connection(ExecutionContext& context, const json::object& request) {
    const auto conn_id = TRY(json::get_string(request, "conn_id"));
    auto stored = context.store.get_connection(conn_id);
    if (!stored && stored.error().code() == ErrorCode::not_found) {
        return error_response("CONNECTION_NOT_FOUND", {{"conn_id", conn_id}});
    }
    if (!stored) return std::unexpected(std::move(stored).error());
    const auto connection = TRY(opened(std::move(*stored), context.secrets));
    return json::object{{"type", "ConnectionResult"},
                        {"conn_id", connection.conn_id},
                        {"conn_type", connection.conn_type},
                        {"host", json::from_optional(connection.host)},
                        {"schema", json::from_optional(connection.schema)},
                        {"login", json::from_optional(connection.login)},
                        {"password", json::from_optional(connection.password)},
                        {"port", connection.port ? json::value(*connection.port) : json::value(nullptr)},
                        {"extra", json::from_optional(connection.extra)}};
}

}  // namespace gale::detail
