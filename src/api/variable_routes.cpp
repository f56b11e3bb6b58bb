// /api/v2/variables.
#include "api/bulk_body.hpp"
#include "api/render.hpp"
#include "service/masking.hpp"

namespace gale {
namespace {

json::object render_variable(const Variable& variable) {
    return {{"key", variable.key},
            {"value", masked_text(variable.value, variable.key)},
            {"description", json::from_optional(variable.description)},
            {"is_encrypted", variable.is_encrypted},
            {"team_name", nullptr}};
}

// The members that a body has, written into a variable.
std::function<void(Variable&)> edit_of(json::object members) {
    return [members = std::move(members)](Variable& variable) {
        if (const auto key = text_of(members, "key")) variable.key = *key;
        if (const auto* value = members.if_contains("value"))
            variable.value = value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
        if (members.contains("description")) variable.description = text_of(members, "description");
    };
}

Result<HttpResponse> list_variables(Api& api, Call& call) {
    const auto filter = name_filter(call, "variable_key_pattern", "variable_key_prefix_pattern");
    const auto found = TRY(api.services().admin.list_variables(filter, TRY(call.page())));
    json::array variables;
    for (const Variable& variable : found.items) variables.push_back(render_variable(variable));
    return json_response(json::object{{"variables", std::move(variables)}, {"total_entries", found.total}});
}

Result<HttpResponse> get_variable(Api& api, Call& call) {
    return json_response(render_variable(TRY(api.services().admin.get_variable(call.path("variable_key")))));
}

Result<HttpResponse> post_variable(Api& api, Call& call) {
    Variable variable;
    edit_of(TRY(call.body()))(variable);
    const auto made = TRY(of_checked(api.services().admin.create_variable(variable, call.actor())));
    return json_response(render_variable(made), 201);
}

Result<HttpResponse> patch_variable(Api& api, Call& call) {
    auto body = TRY(call.body());
    const auto& key = call.path("variable_key");
    if (text_of(body, "key") != key)
        return fail(ErrorCode::invalid_argument, "Invalid body, key from request body doesn't match uri parameter");
    const auto edit = edit_of(TRY(masked_body(std::move(body), call.query_all("update_mask"), "key")));
    return json_response(render_variable(TRY(of_checked(api.services().admin.edit_variable(key, edit, call.actor())))));
}

Result<HttpResponse> bulk_variables(Api& api, Call& call) {
    const BulkReading<Variable> reading{"key", edit_of};
    return serve_bulk(call, reading, [&](const BulkAction<Variable>& action) {
        return api.services().admin.bulk_variables(action, call.actor());
    });
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
                 .query = paging(name_filter_parameters("variable_key_pattern", "variable_key_prefix_pattern")),
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
    define_bulk_answers(router);
    define_bulk_body(router, "VariableBody");
    router.add({"PATCH",
                "/api/v2/variables",
                Role::op,
                bulk_variables,
                {.id = "bulk_variables",
                 .tag = "Variable",
                 .summary = "Bulk Variables",
                 .body = "BulkBody_VariableBody_",
                 .answer = "BulkResponse"}});
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
                 .query = {many("update_mask")},
                 .body = "VariableBody",
                 .answer = "VariableResponse"}});
    router.add({"DELETE",
                "/api/v2/variables/{variable_key:path}",
                Role::op,
                delete_variable,
                {.id = "delete_variable", .tag = "Variable", .summary = "Delete Variable", .status = 204}});
}

}  // namespace gale
