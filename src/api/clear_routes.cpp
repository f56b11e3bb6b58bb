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

Result<void> add_tasks(const json::object& body, ClearRequest& request) {
    const auto* tasks = body.if_contains("task_ids");
    if (tasks == nullptr || tasks->is_null()) return {};
    if (!tasks->is_array())
        return invalid_input("body", "task_ids", "list_type", "Input should be a valid list", *tasks);
    for (const auto& task : tasks->get_array()) {
        if (task.is_string()) {
            request.task_ids.emplace_back(std::string(task.get_string()));
        } else if (task.is_array() && task.get_array().size() == 2 && task.get_array()[0].is_string() &&
                   task.get_array()[1].is_int64()) {
            request.task_instances.emplace_back(TaskId(std::string(task.get_array()[0].get_string())),
                                                static_cast<int>(task.get_array()[1].get_int64()));
        } else {
            return invalid_input("body", "task_ids", "value_error", "Input should be a task id or [task id, map index]",
                                 task);
        }
    }
    return {};
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
    const auto body =
        TRY(call.body({"dry_run", "start_date", "end_date", "only_failed", "only_running", "reset_dag_runs", "task_ids",
                       "dag_run_id", "include_upstream", "include_downstream", "include_future", "include_past",
                       "run_on_latest_version", "prevent_running_task", "note"}));
    ClearRequest request;
    request.dag_id = call.dag_id();
    TRY(add_tasks(body, request));
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
    request.prevent_running = TRY(flag(body, "prevent_running_task", false));
    if (TRY(flag(body, "run_on_latest_version", false))) {
        return fail(ErrorCode::unsupported,
                    "Gale clears a run on the DAG version that it started with; leave run_on_latest_version out");
    }
    const auto cleared = TRY(api.services().runs.clear(request, call.actor()));
    return answer(api, cleared);
}

Result<HttpResponse> clear_run(Api& api, Call& call) {
    const auto body = TRY(call.body({"dry_run", "only_failed", "only_new", "run_on_latest_version", "note"}));
    ClearRequest request;
    request.dag_id = call.dag_id();
    request.run_id = call.run_id();
    request.dry_run = TRY(flag(body, "dry_run", true));
    request.only_failed = TRY(flag(body, "only_failed", false));
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

}  // namespace

void add_clear_routes(Router& router) {
    router.add({"POST", "/api/v2/dags/{dag_id}/clearTaskInstances", Role::user, clear_task_instances});
    router.add({"POST", "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/clear", Role::user, clear_run});
}

}  // namespace gale
