// Why a run and its task instances do not go on; Gale's form and Airflow's.
#include "api/render.hpp"
#include "api/view_render.hpp"

namespace gale {
namespace {

Result<HttpResponse> get_waiting(Api& api, Call& call) {
    const RunWaiting waiting = TRY(api.services().explain(call.dag_id(), call.run_id()));
    const auto usual = TRY(api.services().views.usual_duration(call.dag_id()));
    json::array tasks;
    for (const WaitingTask& task : waiting.task_instances) {
        tasks.push_back(json::object{{"task_id", task.task_id.str()},
                                     {"map_index", task.map_index},
                                     {"state", state_or_null(task.state)},
                                     {"reason", task.reason.text},
                                     {"code", task.reason.code},
                                     {"values", task.reason.values}});
    }
    return json_response(
        json::object{{"run", waiting.run ? json::value(waiting.run->text) : json::value(nullptr)},
                     {"code", waiting.run ? json::value(waiting.run->code) : json::value(nullptr)},
                     {"values", waiting.run ? json::value(waiting.run->values) : json::value(nullptr)},
                     {"task_instances", std::move(tasks)},
                     {"usual_seconds", usual ? json::value(to_seconds(*usual)) : json::value(nullptr)}});
}

Result<HttpResponse> dependencies_of(Api& api, const TaskInstanceKey& key) {
    TRY(api.store().get_task_instance(key));
    json::array dependencies;
    for (const WaitingTask& task : TRY(api.services().explain(key.dag_id, key.run_id)).task_instances) {
        if (task.task_id != key.task_id || task.map_index != key.map_index) continue;
        dependencies.push_back(json::object{{"name", task.reason.name}, {"reason", task.reason.text}});
    }
    return json_response(json::object{{"dependencies", std::move(dependencies)}});
}

Result<HttpResponse> get_dependencies(Api& api, Call& call) {
    return dependencies_of(api, {call.dag_id(), call.run_id(), call.task_id(), kNotMapped});
}

Result<HttpResponse> get_mapped_dependencies(Api& api, Call& call) {
    const auto map_index = TRY(call.path_int("map_index", kNotMapped));
    return dependencies_of(api, {call.dag_id(), call.run_id(), call.task_id(), static_cast<int>(map_index)});
}

}  // namespace

void add_waiting_routes(Router& router) {
    using namespace schema;
    const auto values = [] { return described(map(any()), "What the sentence names."); };
    router.define("RunWaiting",
                  object({{"run", described(nullable(text()), "Why the run as a whole stands; null: something runs.")},
                          {"code", described(nullable(text()), "Which sentence that is.")},
                          {"values", nullable(values())},
                          {"task_instances", array(object({{"task_id", text()},
                                                           {"map_index", integer()},
                                                           {"state", nullable(ref("TaskInstanceState"))},
                                                           {"reason", text()},
                                                           {"code", text()},
                                                           {"values", values()}}))},
                          {"usual_seconds", nullable(number())}}));
    router.define("TaskDependencyResponse", object({{"name", text()}, {"reason", text()}}));
    router.define("TaskDependencyCollectionResponse", object({{"dependencies", array(ref("TaskDependencyResponse"))}}));
    router.add({"GET",
                "/gale/dags/{dag_id}/dagRuns/{dag_run_id}/waiting",
                Role::viewer,
                get_waiting,
                {.id = "get_waiting",
                 .tag = "Gale",
                 .summary = "Why a run and its task instances do not go on",
                 .answer = "RunWaiting"}});
    router.add({"GET",
                "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/dependencies",
                Role::viewer,
                get_dependencies,
                {.id = "get_task_instance_dependencies",
                 .tag = "Task Instance",
                 .summary = "Get Task Instance Dependencies",
                 .answer = "TaskDependencyCollectionResponse"}});
    router.add({"GET",
                "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}/dependencies",
                Role::viewer,
                get_mapped_dependencies,
                {.id = "get_task_instance_dependencies_by_map_index",
                 .tag = "Task Instance",
                 .summary = "Get Task Instance Dependencies",
                 .answer = "TaskDependencyCollectionResponse"}});
}

}  // namespace gale
