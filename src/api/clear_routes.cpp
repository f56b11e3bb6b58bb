// POST …/clear and …/clearTaskInstances.
#include "api/render.hpp"

namespace gale {
namespace {

template <class T>
Result<T> of_body(Result<T> read, std::string_view name) {
    if (read) return read;
    return std::unexpected(in_body(std::move(read).error(), name));
}

Result<bool> flag(const json::object& body, std::string_view name, bool fallback) {
    return of_body(json::get_bool_or(body, name, fallback), name);
}

void add_tasks(const json::object& body, ClearRequest& request) {
    const auto* tasks = body.if_contains("task_ids");
    if (tasks == nullptr || tasks->is_null()) return;
    for (const auto& task : tasks->as_array()) {
        if (task.is_string()) {
            request.task_ids.emplace_back(std::string(task.get_string()));
        } else {
            const auto& pair = task.as_array();
            request.task_instances.emplace_back(TaskId(std::string(pair[0].as_string())),
                                                static_cast<int>(pair[1].as_int64()));
        }
    }
}

Result<HttpResponse> answer(Api& api, const std::vector<TaskInstance>& cleared) {
    // A cleared try has a new id and state: show the rows as they are now.
    std::vector<TaskInstance> now;
    for (const TaskInstance& one : cleared) {
        now.push_back(TRY(api.store().get_task_instance({one.dag_id, one.run_id, one.task_id, one.map_index})));
    }
    RenderContext context(api);
    auto instances = TRY(render_all(now, context));
    return json_response(json::object{{"task_instances", std::move(instances)}, {"total_entries", cleared.size()}});
}

Result<HttpResponse> clear_task_instances(Api& api, Call& call) {
    const auto body = TRY(call.body());
    ClearRequest request;
    request.dag_id = call.dag_id();
    add_tasks(body, request);
    if (const auto run_id = TRY(of_body(json::get_optional_string(body, "dag_run_id"), "dag_run_id")))
        request.run_id = RunId(*run_id);
    request.start_date = TRY(of_body(json::get_optional_time(body, "start_date"), "start_date"));
    request.end_date = TRY(of_body(json::get_optional_time(body, "end_date"), "end_date"));
    request.dry_run = TRY(flag(body, "dry_run", true));
    request.only_failed = TRY(flag(body, "only_failed", true));
    request.only_running = TRY(flag(body, "only_running", false));
    request.reset_dag_runs = TRY(flag(body, "reset_dag_runs", true));
    request.include_upstream = TRY(flag(body, "include_upstream", false));
    request.include_downstream = TRY(flag(body, "include_downstream", false));
    request.include_future = TRY(flag(body, "include_future", false));
    request.include_past = TRY(flag(body, "include_past", false));
    request.note = TRY(json::get_optional_string(body, "note"));
    request.prevent_running = TRY(flag(body, "prevent_running_task", false));
    if (TRY(flag(body, "run_on_latest_version", false))) {
        return fail(ErrorCode::unsupported,
                    "Gale clears a run on the DAG version that it started with; leave run_on_latest_version out");
    }
    const auto cleared = TRY(api.services().runs.clear(request, call.actor()));
    return answer(api, cleared);
}

Result<HttpResponse> clear_run(Api& api, Call& call) {
    const auto body = TRY(call.body());
    ClearRequest request;
    request.dag_id = call.dag_id();
    request.run_id = call.run_id();
    request.dry_run = TRY(flag(body, "dry_run", true));
    request.only_failed = TRY(flag(body, "only_failed", false));
    request.note = TRY(json::get_optional_string(body, "note"));
    if (TRY(flag(body, "only_new", false)) || TRY(flag(body, "run_on_latest_version", false))) {
        return fail(
            ErrorCode::unsupported,
            "Gale clears a run on the DAG version that it started with; leave only_new and run_on_latest_version out");
    }
    const auto cleared = TRY(api.services().runs.clear(request, call.actor()));
    if (request.dry_run) return answer(api, cleared);
    const auto run = TRY(api.store().get_dag_run(call.dag_id(), call.run_id()));
    RenderContext context(api);
    return json_response(TRY(render(run, context)));
}

void define_bodies(Router& router) {
    using namespace schema;
    const auto flag = boolean();
    const auto note = nullable(at_most_long(1000, text()));
    router.define("ClearTaskInstancesBody",
                  object({optional("dry_run", described(flag, "True without it.")),
                          optional("start_date", nullable(date_time())), optional("end_date", nullable(date_time())),
                          optional("only_failed", described(flag, "True without it.")), optional("only_running", flag),
                          optional("reset_dag_runs", described(flag, "True without it.")),
                          optional("task_ids", nullable(array(any_of({text(), tuple({text(), integer()})})))),
                          optional("dag_run_id", nullable(text())), optional("include_upstream", flag),
                          optional("include_downstream", flag), optional("include_future", flag),
                          optional("include_past", flag), optional("run_on_latest_version", nullable(flag)),
                          optional("prevent_running_task", flag), optional("note", note)}));
    router.define("DAGRunClearBody",
                  object({optional("dry_run", described(flag, "True without it.")), optional("only_failed", flag),
                          optional("only_new", flag), optional("run_on_latest_version", nullable(flag)),
                          optional("note", note)}));
    // The run as it is now, or what a dry run would clear.
    router.define("ClearDAGRunResponse", any_of({ref("TaskInstanceCollectionResponse"), ref("DAGRunResponse")}));
}

}  // namespace

void add_clear_routes(Router& router) {
    define_bodies(router);
    router.add({"POST",
                "/api/v2/dags/{dag_id}/clearTaskInstances",
                Role::user,
                clear_task_instances,
                {.id = "post_clear_task_instances",
                 .tag = "Task Instance",
                 .summary = "Post Clear Task Instances",
                 .body = "ClearTaskInstancesBody",
                 .answer = "TaskInstanceCollectionResponse"}});
    router.add({"POST",
                "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/clear",
                Role::user,
                clear_run,
                {.id = "clear_dag_run",
                 .tag = "DagRun",
                 .summary = "Clear Dag Run",
                 .body = "DAGRunClearBody",
                 .answer = "ClearDAGRunResponse"}});
}

}  // namespace gale
