// /api/v2/connections.
#include "api/bulk_body.hpp"
#include "api/render.hpp"
#include "service/connection_probe.hpp"
#include "service/connection_types.hpp"
#include "service/masking.hpp"

namespace gale {
namespace {

constexpr Duration kProbeTimeout = std::chrono::seconds{5};

json::object render_connection(const Connection& connection) {
    return {{"connection_id", connection.conn_id},
            {"conn_type", connection.conn_type},
            {"description", json::from_optional(connection.description)},
            {"host", json::from_optional(connection.host)},
            {"login", json::from_optional(connection.login)},
            {"schema", json::from_optional(connection.schema)},
            {"port", connection.port ? json::value(*connection.port) : json::value(nullptr)},
            {"password",
             connection.password ? json::value(masked_text(*connection.password, "password")) : json::value(nullptr)},
            {"extra", json::from_optional(masked_extra(connection.extra))},
            {"team_name", nullptr}};
}

// The members that a body has, written into a connection.
std::function<void(Connection&)> edit_of(json::object members) {
    return [members = std::move(members)](Connection& connection) {
        if (const auto id = text_of(members, "connection_id")) connection.conn_id = *id;
        if (const auto type = text_of(members, "conn_type")) connection.conn_type = *type;
        const auto set = [&](std::string_view name, std::optional<std::string>& field) {
            if (members.contains(name)) field = text_of(members, name);
        };
        set("description", connection.description);
        set("host", connection.host);
        set("login", connection.login);
        set("schema", connection.schema);
        set("password", connection.password);
        set("extra", connection.extra);
        if (const auto* port = members.if_contains("port"))
            connection.port = port->is_int64() ? std::optional(static_cast<int>(port->get_int64())) : std::nullopt;
    };
}

Result<HttpResponse> list_connections(Api& api, Call& call) {
    const auto filter = name_filter(call, "connection_id_pattern", "connection_id_prefix_pattern");
    const auto found = TRY(api.services().admin.list_connections(filter, TRY(call.page())));
    json::array connections;
    for (const Connection& connection : found.items) connections.push_back(render_connection(connection));
    return json_response(json::object{{"connections", std::move(connections)}, {"total_entries", found.total}});
}

Result<HttpResponse> get_connection(Api& api, Call& call) {
    return json_response(render_connection(TRY(api.services().admin.get_connection(call.path("connection_id")))));
}

Result<HttpResponse> post_connection(Api& api, Call& call) {
    Connection connection;
    edit_of(TRY(call.body()))(connection);
    const auto made = TRY(of_checked(api.services().admin.create_connection(connection, call.actor())));
    return json_response(render_connection(made), 201);
}

Result<HttpResponse> patch_connection(Api& api, Call& call) {
    auto body = TRY(call.body());
    const auto& id = call.path("connection_id");
    if (text_of(body, "connection_id") != id) {
        return fail(ErrorCode::invalid_argument,
                    "The connection_id in the request body does not match the URL parameter");
    }
    const auto edit = edit_of(TRY(masked_body(std::move(body), call.query_all("update_mask"), "connection_id")));
    return json_response(
        render_connection(TRY(of_checked(api.services().admin.edit_connection(id, edit, call.actor())))));
}

Result<HttpResponse> bulk_connections(Api& api, Call& call) {
    const BulkReading<Connection> reading{"connection_id", edit_of};
    return serve_bulk(call, reading, [&](const BulkAction<Connection>& action) {
        return api.services().admin.bulk_connections(action, call.actor());
    });
}

// Nothing of the kept connection is used: what is tried needs neither login nor password.
Result<HttpResponse> test_connection(Api& api, Call& call) {
    if (!api.settings().test_connection) {
        return fail(ErrorCode::permission_denied,
                    "Testing connections is disabled. Set [core] test_connection = Enabled to allow it.");
    }
    Connection connection;
    edit_of(TRY(call.body()))(connection);
    const auto outcome = probe_connection(connection, kProbeTimeout);
    return json_response(json::object{{"status", outcome.reached}, {"message", outcome.message}});
}

Result<HttpResponse> get_connection_types(Api&, Call&) {
    return json_response(json::object{{"connection_types", connection_types()}});
}

Result<HttpResponse> delete_connection(Api& api, Call& call) {
    TRY(api.services().admin.delete_connection(call.path("connection_id"), call.actor()));
    return HttpResponse{204, "", "", {}};
}

void define_connections(Router& router) {
    using namespace schema;
    const auto team = optional("team_name", nullable(at_most_long(50, text())));
    router.define("ConnectionResponse", object({{"connection_id", text()},
                                                {"conn_type", text()},
                                                {"description", nullable(text())},
                                                {"host", nullable(text())},
                                                {"login", nullable(text())},
                                                {"schema", nullable(text())},
                                                {"port", nullable(integer())},
                                                {"password", nullable(text())},
                                                {"extra", nullable(text())},
                                                {"team_name", nullable(text())}}));
    router.define("ConnectionCollectionResponse", collection("connections", "ConnectionResponse"));
    auto port = at_least(0, integer());
    port["maximum"] = 65535;
    router.define("ConnectionBody", object({{"connection_id", at_most_long(200, text())},
                                            {"conn_type", text()},
                                            optional("description", nullable(text())),
                                            optional("host", nullable(text())),
                                            optional("login", nullable(text())),
                                            optional("schema", nullable(text())),
                                            optional("port", nullable(port)),
                                            optional("password", nullable(text())),
                                            optional("extra", nullable(text())),
                                            team}));
    define_bulk_body(router, "ConnectionBody");
    router.define("ConnectionTestResponse", object({{"status", boolean()}, {"message", text()}}));
    const auto look =
        nullable(object({{"hidden", boolean()}, {"title", nullable(text())}, {"placeholder", nullable(text())}}));
    router.define(
        "ConnectionType",
        object({{"connection_type", text()},
                {"hook_name", text()},
                {"default_conn_name", nullable(text())},
                {"standard_fields", object({{"description", look},
                                            {"url_schema", look},
                                            {"host", look},
                                            {"port", look},
                                            {"login", look},
                                            {"password", look}})},
                {"extra_fields",
                 map(object({{"value", any()}, {"schema", map(any())}, {"description", nullable(text())}}))}}));
    router.define("ConnectionTypes", object({{"connection_types", array(ref("ConnectionType"))}}));
}

}  // namespace

void add_connection_routes(Router& router) {
    define_connections(router);
    router.add({"PATCH",
                "/api/v2/connections",
                Role::op,
                bulk_connections,
                {.id = "bulk_connections",
                 .tag = "Connection",
                 .summary = "Bulk Connections",
                 .body = "BulkBody_ConnectionBody_",
                 .answer = "BulkResponse"}});
    router.add({"POST",
                "/api/v2/connections/test",
                Role::op,
                test_connection,
                {.id = "test_connection",
                 .tag = "Connection",
                 .summary = "Test Connection",
                 .body = "ConnectionBody",
                 .answer = "ConnectionTestResponse"}});
    router.add({"GET",
                "/gale/connections/types",
                Role::op,
                get_connection_types,
                {.id = "get_connection_types",
                 .tag = "Gale",
                 .summary = "The known types of connections, and how a form shows each",
                 .answer = "ConnectionTypes"}});
    router.add({"GET",
                "/api/v2/connections",
                Role::op,
                list_connections,
                {.id = "get_connections",
                 .tag = "Connection",
                 .summary = "Get Connections",
                 .query = paging(name_filter_parameters("connection_id_pattern", "connection_id_prefix_pattern")),
                 .answer = "ConnectionCollectionResponse"}});
    router.add({"POST",
                "/api/v2/connections",
                Role::op,
                post_connection,
                {.id = "post_connection",
                 .tag = "Connection",
                 .summary = "Post Connection",
                 .body = "ConnectionBody",
                 .answer = "ConnectionResponse",
                 .status = 201}});
    router.add(
        {"GET",
         "/api/v2/connections/{connection_id:path}",
         Role::op,
         get_connection,
         {.id = "get_connection", .tag = "Connection", .summary = "Get Connection", .answer = "ConnectionResponse"}});
    router.add({"PATCH",
                "/api/v2/connections/{connection_id:path}",
                Role::op,
                patch_connection,
                {.id = "patch_connection",
                 .tag = "Connection",
                 .summary = "Patch Connection",
                 .query = {many("update_mask")},
                 .body = "ConnectionBody",
                 .answer = "ConnectionResponse"}});
    router.add({"DELETE",
                "/api/v2/connections/{connection_id:path}",
                Role::op,
                delete_connection,
                {.id = "delete_connection", .tag = "Connection", .summary = "Delete Connection", .status = 204}});
}

}  // namespace gale
