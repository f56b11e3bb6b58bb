// /api/v2/variables.
#include "api/body_member.hpp"
#include "api/render.hpp"
#include "service/secrets.hpp"

namespace gale {
namespace {

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
    const auto body = TRY(call.body());
    Variable variable;
    variable.key = TRY(required_text(body, "key"));
    variable.description = TRY(optional_text(body, "description"));
    const auto& value = body.at("value");
    variable.value = value.is_string() ? std::string(value.get_string()) : json::serialize(value);
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

}  // namespace

void add_variable_routes(Router& router) {
    using namespace schema;
    const auto team = optional("team_name", nullable(at_most_long(50, text())));
    router.define("VariableResponse", object({{"key", text()},
                                              {"value", text()},
                                              {"description", nullable(text())},
                                              {"is_encrypted", boolean()},
                                              {"team_name", nullable(text())}}));
    router.define("VariableCollectionResponse", collection("variables", "VariableResponse"));
    router.define(
        "VariableBody",
        object(
            {{"key", at_most_long(250, text())}, {"value", any()}, optional("description", nullable(text())), team}));
    router.add({"GET",
                "/api/v2/variables",
                Role::op,
                list_variables,
                {.id = "get_variables",
                 .tag = "Variable",
                 .summary = "Get Variables",
                 .query = paging({{"variable_key_prefix_pattern"}}),
                 .answer = "VariableCollectionResponse"}});
    router.add({"POST",
                "/api/v2/variables",
                Role::op,
                post_variable,
                {.id = "post_variable",
                 .tag = "Variable",
                 .summary = "Post Variable",
                 .body = "VariableBody",
                 .answer = "VariableResponse",
                 .status = 201}});
    router.add({"GET",
                "/api/v2/variables/{variable_key:path}",
                Role::op,
                get_variable,
                {.id = "get_variable", .tag = "Variable", .summary = "Get Variable", .answer = "VariableResponse"}});
    router.add({"PATCH",
                "/api/v2/variables/{variable_key:path}",
                Role::op,
                patch_variable,
                {.id = "patch_variable",
                 .tag = "Variable",
                 .summary = "Patch Variable",
                 .body = "VariableBody",
                 .answer = "VariableResponse"}});
    router.add({"DELETE",
                "/api/v2/variables/{variable_key:path}",
                Role::op,
                delete_variable,
                {.id = "delete_variable", .tag = "Variable", .summary = "Delete Variable", .status = 204}});
}

}  // namespace gale
