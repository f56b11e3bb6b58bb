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

}  // namespace

void add_variable_routes(Router& router) {
    router.add({"GET", "/api/v2/variables", Role::op, list_variables});
    router.add({"POST", "/api/v2/variables", Role::op, post_variable});
    router.add({"GET", "/api/v2/variables/{variable_key:path}", Role::op, get_variable});
    router.add({"PATCH", "/api/v2/variables/{variable_key:path}", Role::op, patch_variable});
    router.add({"DELETE", "/api/v2/variables/{variable_key:path}", Role::op, delete_variable});
}

}  // namespace gale
