// Task instances: list, show, tries, mark.
#include <algorithm>

#include "api/render.hpp"

namespace gale {
namespace {

Result<TaskInstanceFilter> filter_of(const Call& call) {
    TaskInstanceFilter filter;
    if (call.path("dag_id") != "~") filter.dag_id = call.dag_id();
    if (call.path("dag_run_id") != "~") filter.run_id = call.run_id();
    if (const auto task = call.query("task_id")) filter.task_id = TaskId(*task);
    if (const auto map_index = TRY(call.query_int("map_index"))) filter.map_index = static_cast<int>(*map_index);
    for (const std::string& text : call.query_all("state")) {
        const auto state = parse_task_state(text);
        if (!state)
            return invalid_input("query", "state", "enum", "Input should be a task instance's state, or 'none'", text);
        filter.states.push_back(*state);
    }
    filter.pools = call.query_all("pool");
    filter.queues = call.query_all("queue");
    filter.logical_date = {TRY(call.query_time("logical_date_gte")), TRY(call.query_time("logical_date_lte"))};
    filter.start_date = {TRY(call.query_time("start_date_gte")), TRY(call.query_time("start_date_lte"))};
    filter.end_date = {TRY(call.query_time("end_date_gte")), TRY(call.query_time("end_date_lte"))};
    return filter;
}

Result<HttpResponse> list_instances(Api& api, Call& call) {
    const auto filter = TRY(filter_of(call));
    const auto page = TRY(call.page());
    if (filter.dag_id && filter.run_id) TRY(api.store().get_dag_run(*filter.dag_id, *filter.run_id));
    const auto found = TRY(api.store().list_task_instances(filter, page));
    RenderContext context(api);
    auto instances = TRY(render_all(found.items, context));
    return json_response(json::object{{"task_instances", std::move(instances)}, {"total_entries", found.total}});
}

Result<TaskInstanceKey> key_of(const Call& call, int map_index) {
    return TaskInstanceKey{call.dag_id(), call.run_id(), call.task_id(), map_index};
}

Result<TaskInstanceKey> mapped_key_of(const Call& call) {
    return key_of(call, static_cast<int>(TRY(call.path_int("map_index", kNotMapped))));
}

Result<HttpResponse> show(Api& api, const TaskInstanceKey& key) {
    const auto instance = TRY(api.store().get_task_instance(key));
    RenderContext context(api);
    auto body = TRY(render(instance, context));
    body["rendered_fields"] = TRY(api.store().get_rendered_fields(key));
    return json_response(body);
}

Result<HttpResponse> get_instance(Api& api, Call& call) {
    const auto key = TRY(key_of(call, kNotMapped));
    return show(api, key);
}

Result<HttpResponse> get_mapped_instance(Api& api, Call& call) {
    const auto key = TRY(mapped_key_of(call));
    return show(api, key);
}

Result<HttpResponse> tries_of(Api& api, const TaskInstanceKey& key) {
    const auto tries = TRY(api.store().list_tries(key));
    RenderContext context(api);
    json::array rendered;
    for (const TaskInstance& one : tries) rendered.push_back(TRY(render_try(one, context)));
    const auto count = rendered.size();
    return json_response(json::object{{"task_instances", std::move(rendered)}, {"total_entries", count}});
}

Result<HttpResponse> list_tries(Api& api, Call& call) {
    const auto key = TRY(key_of(call, kNotMapped));
    return tries_of(api, key);
}

Result<HttpResponse> list_mapped_tries(Api& api, Call& call) {
    const auto key = TRY(mapped_key_of(call));
    return tries_of(api, key);
}

Result<HttpResponse> mark(Api& api, Call& call, const TaskInstanceKey& key) {
    const auto body = TRY(call.body({"new_state", "include_downstream"}));
    auto text = json::get_string(body, "new_state");
    if (!text) return std::unexpected(in_body(std::move(text).error(), "new_state"));
    const auto state = parse_task_state(*text);
    if (!state)
        return invalid_input("body", "new_state", "enum", "Input should be 'success', 'failed' or 'skipped'", *text);
    auto downstream = json::get_bool_or(body, "include_downstream", false);
    if (!downstream) return std::unexpected(in_body(std::move(downstream).error(), "include_downstream"));
    const auto marked = TRY(api.services().runs.set_task_state(key, *state, *downstream, call.actor()));
    RenderContext context(api);
    auto instances = TRY(render_all(marked, context));
    return json_response(json::object{{"task_instances", std::move(instances)}, {"total_entries", marked.size()}});
}

Result<HttpResponse> patch_instance(Api& api, Call& call) {
    const auto key = TRY(key_of(call, kNotMapped));
    return mark(api, call, key);
}

Result<HttpResponse> patch_mapped_instance(Api& api, Call& call) {
    const auto key = TRY(mapped_key_of(call));
    return mark(api, call, key);
}

}  // namespace

void add_task_instance_routes(Router& router) {
    router.add({"GET", "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances", Role::viewer, list_instances});
    router.add(
        {"GET", "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}", Role::viewer, get_instance});
    router.add(
        {"PATCH", "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}", Role::user, patch_instance});
    router.add(
        {"GET", "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/tries", Role::viewer, list_tries});
    router.add({"GET", "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}", Role::viewer,
                get_mapped_instance});
    router.add({"PATCH", "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}", Role::user,
                patch_mapped_instance});
    router.add({"GET", "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}/tries",
                Role::viewer, list_mapped_tries});
}

}  // namespace gale
