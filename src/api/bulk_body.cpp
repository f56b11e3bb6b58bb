#include "api/bulk_body.hpp"

namespace gale {

void define_bulk_answers(Router& router) {
    using namespace schema;
    router.define("BulkActionResponse",
                  object({{"success", array(text())},
                          {"errors", array(object({{"error", text()}, optional("status_code", integer())}))}}));
    const auto part = nullable(ref("BulkActionResponse"));
    router.define("BulkResponse", object({{"create", part}, {"update", part}, {"delete", part}}));
}

void define_bulk_body(Router& router, const std::string& name) {
    using namespace schema;
    const auto missing = optional("action_on_non_existence", one_of({"fail", "skip"}));
    router.define("BulkCreateAction_" + name + "_",
                  object({{"action", constant("create")},
                          {"entities", array(schema::ref(name))},
                          optional("action_on_existence", one_of({"fail", "skip", "overwrite"}))}));
    router.define("BulkUpdateAction_" + name + "_", object({{"action", constant("update")},
                                                            {"entities", array(schema::ref(name))},
                                                            optional("update_mask", nullable(array(text()))),
                                                            missing}));
    router.define(
        "BulkDeleteAction_" + name + "_",
        object({{"action", constant("delete")}, {"entities", array(any_of({text(), schema::ref(name)}))}, missing}));
    const auto choice = [&](const char* kind) { return schema::ref(kind + name + "_"); };
    router.define("BulkBody_" + name + "_",
                  object({{"actions", array(any_of({choice("BulkCreateAction_"), choice("BulkUpdateAction_"),
                                                    choice("BulkDeleteAction_")}))}}));
}

std::vector<BulkActionBody> bulk_actions_of(const json::object& body) {
    std::vector<BulkActionBody> actions;
    for (const auto& value : body.at("actions").as_array()) {
        const auto& given = value.as_object();
        BulkActionBody action;
        action.action = std::string(given.at("action").as_string());
        const bool creates = action.action == "create";
        action.otherwise = text_of(given, creates ? "action_on_existence" : "action_on_non_existence").value_or("fail");
        if (const auto* mask = json::find_array(given, "update_mask")) {
            for (const auto& name : *mask) action.update_mask.emplace_back(name.as_string());
        }
        const auto& entities = given.at("entities").as_array();
        action.entities.assign(entities.begin(), entities.end());
        actions.push_back(std::move(action));
    }
    return actions;
}

void BulkAnswer::add(const std::string& action, const BulkOutcome& outcome) {
    auto& part = parts_[action];
    if (part.is_null()) part = json::object{{"success", json::array()}, {"errors", json::array()}};
    for (const auto& id : outcome.success) part.as_object()["success"].as_array().emplace_back(id);
    for (const auto& error : outcome.errors) {
        part.as_object()["errors"].as_array().push_back(
            json::object{{"error", error.to_string()}, {"status_code", error_traits(error.code()).http_status}});
    }
}

HttpResponse BulkAnswer::response() const {
    return json_response(parts_);
}

}  // namespace gale
