// Variables, connections and pools.
#include <fmt/format.h>

#include <algorithm>

#include "api/render.hpp"
#include "service/secrets.hpp"

namespace gale {
namespace {

template <class T>
Result<T> of_body(Result<T> read, std::string_view name) {
    if (read) return read;
    return std::unexpected(in_body(std::move(read).error(), name));
}

Result<std::string> required_text(const json::object& body, std::string_view name) {
    return of_body(json::get_string(body, name), name);
}

Result<std::optional<std::string>> optional_text(const json::object& body, std::string_view name) {
    return of_body(json::get_optional_string(body, name), name);
}

// --- variables

constexpr std::string_view kMask = "***";

json::object render_variable(const Variable& variable) {
    const bool hidden = is_sensitive_name(variable.key);
    return {{"key", variable.key},
            {"value", hidden ? std::string(kMask) : variable.value},
            {"description", json::from_optional(variable.description)},
            {"is_encrypted", variable.is_encrypted},
            {"team_name", nullptr}};
}

Result<HttpResponse> list_variables(Api& api, Call& call) {
    const auto page = TRY(call.page());
    const auto found = TRY(api.services().admin.list_variables(call.query("variable_key_prefix_pattern"), page));
    json::array variables;
    for (const Variable& variable : found.items) variables.push_back(render_variable(variable));
    return json_response(json::object{{"variables", std::move(variables)}, {"total_entries", found.total}});
}

Result<HttpResponse> get_variable(Api& api, Call& call) {
    return json_response(render_variable(TRY(api.services().admin.get_variable(call.path("variable_key")))));
}

Result<Variable> variable_of(const Call& call) {
    const auto body = TRY(call.body({"key", "value", "description", "team_name"}));
    Variable variable;
    variable.key = TRY(required_text(body, "key"));
    variable.description = TRY(optional_text(body, "description"));
    const auto* value = body.if_contains("value");
    if (value == nullptr) return invalid_input("body", "value", "missing", "Field required", body);
    variable.value = value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
    return variable;
}

Result<HttpResponse> show_variable(Api& api, const std::string& key, int status) {
    return json_response(render_variable(TRY(api.services().admin.get_variable(key))), status);
}

Result<HttpResponse> post_variable(Api& api, Call& call) {
    const auto variable = TRY(variable_of(call));
    TRY(api.services().admin.write_variable(variable, WriteMode::create, call.actor()));
    return show_variable(api, variable.key, 201);
}

Result<HttpResponse> patch_variable(Api& api, Call& call) {
    const auto variable = TRY(variable_of(call));
    if (variable.key != call.path("variable_key"))
        return fail(ErrorCode::invalid_argument, "Invalid body, key from request body doesn't match uri parameter");
    TRY(api.services().admin.write_variable(variable, WriteMode::replace, call.actor()));
    return show_variable(api, variable.key, 200);
}

Result<HttpResponse> delete_variable(Api& api, Call& call) {
    TRY(api.services().admin.delete_variable(call.path("variable_key"), call.actor()));
    return HttpResponse{204, "", "", {}};
}

// --- connections

// Passwords never leave by this way, nor do the values of sensitive names in extra; an extra that is no JSON is hidden
// whole.
json::value masked_extra(const std::optional<std::string>& extra) {
    if (!extra || extra->empty()) return json::from_optional(extra);
    auto parsed = json::parse_object(*extra);
    if (!parsed) return json::value(kMask);
    for (auto& member : *parsed) {
        if (is_sensitive_name(std::string_view(member.key()))) member.value() = kMask;
    }
    return json::value(json::serialize(*parsed));
}

json::object render_connection(const Connection& connection) {
    return {{"connection_id", connection.conn_id},
            {"conn_type", connection.conn_type},
            {"description", json::from_optional(connection.description)},
            {"host", json::from_optional(connection.host)},
            {"login", json::from_optional(connection.login)},
            {"schema", json::from_optional(connection.schema)},
            {"port", connection.port ? json::value(*connection.port) : json::value(nullptr)},
            {"password", connection.password ? json::value(kMask) : json::value(nullptr)},
            {"extra", masked_extra(connection.extra)},
            {"team_name", nullptr}};
}

Result<HttpResponse> list_connections(Api& api, Call& call) {
    const auto page = TRY(call.page());
    const auto found = TRY(api.services().admin.list_connections(page));
    json::array connections;
    for (const Connection& connection : found.items) connections.push_back(render_connection(connection));
    return json_response(json::object{{"connections", std::move(connections)}, {"total_entries", found.total}});
}

Result<HttpResponse> get_connection(Api& api, Call& call) {
    return json_response(render_connection(TRY(api.services().admin.get_connection(call.path("connection_id")))));
}

Result<Connection> connection_of(const Call& call) {
    const auto body = TRY(call.body({"connection_id", "conn_type", "description", "host", "login", "schema", "port",
                                     "password", "extra", "team_name"}));
    Connection connection;
    connection.conn_id = TRY(required_text(body, "connection_id"));
    connection.conn_type = TRY(required_text(body, "conn_type"));
    connection.description = TRY(optional_text(body, "description"));
    connection.host = TRY(optional_text(body, "host"));
    connection.login = TRY(optional_text(body, "login"));
    connection.schema = TRY(optional_text(body, "schema"));
    connection.password = TRY(optional_text(body, "password"));
    connection.extra = TRY(optional_text(body, "extra"));
    const auto port = TRY(of_body(json::get_optional_int(body, "port"), "port"));
    if (port && (*port < 0 || *port > 65535))
        return invalid_input("body", "port", "value_error", "Input should be a port, 0 to 65535", json::value(*port));
    if (port) connection.port = static_cast<int>(*port);
    return connection;
}

Result<HttpResponse> post_connection(Api& api, Call& call) {
    const auto connection = TRY(connection_of(call));
    TRY(api.services().admin.write_connection(connection, WriteMode::create, call.actor()));
    return json_response(render_connection(connection), 201);
}

Result<HttpResponse> patch_connection(Api& api, Call& call) {
    auto connection = TRY(connection_of(call));
    if (connection.conn_id != call.path("connection_id")) {
        return fail(ErrorCode::invalid_argument,
                    "The connection_id in the request body does not match the URL parameter");
    }
    // A form that shows *** sends it back: then the kept password stays.
    const auto kept = TRY(api.services().admin.get_connection(connection.conn_id));
    if (connection.password == kMask) connection.password = kept.password;
    TRY(api.services().admin.write_connection(connection, WriteMode::replace, call.actor()));
    return json_response(render_connection(connection));
}

Result<HttpResponse> delete_connection(Api& api, Call& call) {
    TRY(api.services().admin.delete_connection(call.path("connection_id"), call.actor()));
    return HttpResponse{204, "", "", {}};
}

// --- pools

json::object render_pool(const Pool& pool, const PoolUse& use) {
    const int occupied = use.running + use.queued + (pool.include_deferred ? use.deferred : 0);
    return {{"name", pool.name.str()},
            {"slots", pool.slots},
            {"description", pool.description},
            {"include_deferred", pool.include_deferred},
            {"occupied_slots", occupied},
            {"running_slots", use.running},
            {"queued_slots", use.queued},
            {"scheduled_slots", use.scheduled},
            {"open_slots", pool.slots == kUnlimitedSlots ? -1 : open_slots(pool, use)},
            {"deferred_slots", use.deferred},
            {"team_name", nullptr}};
}

Result<HttpResponse> list_pools(Api& api, Call& call) {
    const auto page = TRY(call.page());
    const auto pools = TRY(api.store().pools_in_use());
    json::array rendered;
    const size_t first = std::min(static_cast<size_t>(page.offset), pools.size());
    const size_t last = std::min(first + static_cast<size_t>(page.limit), pools.size());
    for (size_t i = first; i < last; ++i) rendered.push_back(render_pool(pools[i].first, pools[i].second));
    return json_response(json::object{{"pools", std::move(rendered)}, {"total_entries", pools.size()}});
}

Result<HttpResponse> show_pool(Api& api, const std::string& name, int status) {
    for (const auto& [pool, use] : TRY(api.store().pools_in_use())) {
        if (pool.name.str() == name) return json_response(render_pool(pool, use), status);
    }
    return fail(ErrorCode::not_found, fmt::format("The Pool with name: `{}` was not found", name));
}

Result<HttpResponse> get_pool(Api& api, Call& call) {
    return show_pool(api, call.path("pool_name"), 200);
}

Result<HttpResponse> post_pool(Api& api, Call& call) {
    const auto body = TRY(call.body({"name", "slots", "description", "include_deferred", "team_name"}));
    Pool pool;
    pool.name = PoolName(TRY(required_text(body, "name")));
    const auto slots = TRY(of_body(json::get_optional_int(body, "slots"), "slots"));
    if (!slots) return invalid_input("body", "slots", "missing", "Field required", body);
    if (*slots < kUnlimitedSlots || *slots > INT32_MAX)
        return invalid_input("body", "slots", "value_error", "Input should be 0 or more, or -1 for no limit",
                             json::value(*slots));
    pool.slots = static_cast<int>(*slots);
    pool.description = TRY(optional_text(body, "description")).value_or("");
    pool.include_deferred = TRY(of_body(json::get_bool_or(body, "include_deferred", false), "include_deferred"));
    TRY(api.services().admin.write_pool(pool, WriteMode::create, call.actor()));
    return show_pool(api, pool.name.str(), 201);
}

Result<HttpResponse> delete_pool(Api& api, Call& call) {
    TRY(api.services().admin.delete_pool(PoolName(call.path("pool_name")), call.actor()));
    return HttpResponse{204, "", "", {}};
}

}  // namespace

void add_admin_routes(Router& router) {
    router.add({"GET", "/api/v2/variables", Role::op, list_variables});
    router.add({"POST", "/api/v2/variables", Role::op, post_variable});
    router.add({"GET", "/api/v2/variables/{variable_key:path}", Role::op, get_variable});
    router.add({"PATCH", "/api/v2/variables/{variable_key:path}", Role::op, patch_variable});
    router.add({"DELETE", "/api/v2/variables/{variable_key:path}", Role::op, delete_variable});
    router.add({"GET", "/api/v2/connections", Role::op, list_connections});
    router.add({"POST", "/api/v2/connections", Role::op, post_connection});
    router.add({"GET", "/api/v2/connections/{connection_id:path}", Role::op, get_connection});
    router.add({"PATCH", "/api/v2/connections/{connection_id:path}", Role::op, patch_connection});
    router.add({"DELETE", "/api/v2/connections/{connection_id:path}", Role::op, delete_connection});
    router.add({"GET", "/api/v2/pools", Role::viewer, list_pools});
    router.add({"POST", "/api/v2/pools", Role::op, post_pool});
    router.add({"GET", "/api/v2/pools/{pool_name:path}", Role::viewer, get_pool});
    router.add({"DELETE", "/api/v2/pools/{pool_name:path}", Role::op, delete_pool});
}

}  // namespace gale
