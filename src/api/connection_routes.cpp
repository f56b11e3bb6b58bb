// /api/v2/connections.
#include "api/body_member.hpp"
#include "api/render.hpp"
#include "service/secrets.hpp"

namespace gale {
namespace {

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
    const auto body = TRY(call.body());
    Connection connection;
    connection.conn_id = TRY(required_text(body, "connection_id"));
    connection.conn_type = TRY(required_text(body, "conn_type"));
    connection.description = TRY(optional_text(body, "description"));
    connection.host = TRY(optional_text(body, "host"));
    connection.login = TRY(optional_text(body, "login"));
    connection.schema = TRY(optional_text(body, "schema"));
    connection.password = TRY(optional_text(body, "password"));
    connection.extra = TRY(optional_text(body, "extra"));
    const auto port = TRY(json::get_optional_int(body, "port"));
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

}  // namespace

void add_connection_routes(Router& router) {
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
    router.add({"GET",
                "/api/v2/connections",
                Role::op,
                list_connections,
                {.id = "get_connections",
                 .tag = "Connection",
                 .summary = "Get Connections",
                 .query = paging(),
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
                 .body = "ConnectionBody",
                 .answer = "ConnectionResponse"}});
    router.add({"DELETE",
                "/api/v2/connections/{connection_id:path}",
                Role::op,
                delete_connection,
                {.id = "delete_connection", .tag = "Connection", .summary = "Delete Connection", .status = 204}});
}

}  // namespace gale
