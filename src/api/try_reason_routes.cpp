// Why the tries of a task instance ended as they did: Airflow's schemas have no place for it.
#include "api/render.hpp"

namespace gale {
namespace {

Result<HttpResponse> get_reasons(Api& api, Call& call) {
    const auto map_index = static_cast<int>(TRY(call.path_int("map_index", kNotMapped)));
    const TaskInstanceKey key{call.dag_id(), call.run_id(), call.task_id(), map_index};
    TRY(api.store().get_task_instance(key));
    json::array tries;
    for (const TaskInstance& one : TRY(api.store().list_tries(key))) {
        tries.push_back(json::object{{"try_number", one.try_number}, {"reason", json::from_optional(one.reason)}});
    }
    return json_response(json::object{{"tries", std::move(tries)}});
}

}  // namespace

void add_try_reason_routes(Router& router) {
    using namespace schema;
    router.define("TryReasons",
                  object({{"tries", array(object({{"try_number", integer()}, {"reason", nullable(text())}}))}}));
    router.add({"GET",
                "/gale/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}/reasons",
                Role::viewer,
                get_reasons,
                {.id = "get_try_reasons",
                 .tag = "Gale",
                 .summary = "Why the tries of a task instance ended as they did, in a sentence each",
                 .answer = "TryReasons"}});
}

}  // namespace gale
