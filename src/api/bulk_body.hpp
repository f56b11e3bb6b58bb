// Airflow's bulk requests: PATCH of a list, with actions that create, update or delete many.
#pragma once

#include "api/body_member.hpp"

namespace gale {

// BulkResponse and its parts; once.
void define_bulk_answers(Router& router);
// "BulkBody_NAME_" and its actions, for entities of the component `name`.
void define_bulk_body(Router& router, const std::string& name);

// What differs between the nouns: the id's member, and the edit that a body's members are.
template <class T>
struct BulkReading {
    std::string_view id_member;
    std::function<void(T&)> (*edit_of)(json::object members);
};

// Of one action of a checked body.
struct BulkActionBody {
    std::string action;
    std::string otherwise;  // fail, skip or overwrite
    std::vector<std::string> update_mask;
    std::vector<json::value> entities;  // objects, or ids for delete
};
std::vector<BulkActionBody> bulk_actions_of(const json::object& body);

class BulkAnswer {
public:
    void add(const std::string& action, const BulkOutcome& outcome);
    HttpResponse response() const;

private:
    json::object parts_{{"create", nullptr}, {"update", nullptr}, {"delete", nullptr}};
};

template <class T>
Result<BulkAction<T>> bulk_action(const BulkActionBody& body, const BulkReading<T>& reading) {
    using Action = BulkAction<T>;
    Action action;
    action.kind = body.action == "create"   ? Action::Kind::create
                  : body.action == "update" ? Action::Kind::update
                                            : Action::Kind::remove;
    action.otherwise = body.otherwise == "skip"        ? Action::Otherwise::skip
                       : body.otherwise == "overwrite" ? Action::Otherwise::overwrite
                                                       : Action::Otherwise::fail;
    for (const auto& entity : body.entities) {
        if (entity.is_string()) {
            action.items.push_back({std::string(entity.get_string()), {}});
            continue;
        }
        const auto& members = entity.as_object();
        std::string id(members.at(reading.id_member).as_string());
        auto given = TRY(masked_body(members, body.update_mask, reading.id_member));
        action.items.push_back({std::move(id), reading.edit_of(std::move(given))});
    }
    return action;
}

// The whole request: `run` is the service's bulk method.
template <class T, class Run>
Result<HttpResponse> serve_bulk(const Call& call, const BulkReading<T>& reading, const Run& run) {
    BulkAnswer answer;
    for (const auto& body : bulk_actions_of(TRY(call.body()))) {
        const auto action = TRY(bulk_action(body, reading));
        answer.add(body.action, TRY(run(action)));
    }
    return answer.response();
}

}  // namespace gale
