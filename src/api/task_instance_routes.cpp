// Task instances: list, show, tries, mark.
#include <algorithm>

#include "api/render.hpp"
#include "base/check.hpp"

namespace gale {
namespace {

Result<TaskInstanceFilter> filter_of(const Call& call) {
    TaskInstanceFilter filter;
    if (call.path("dag_id") != "~") filter.dag_id = call.dag_id();
    if (call.path("dag_run_id") != "~") filter.run_id = call.run_id();
    if (const auto task = call.query("task_id")) filter.task_id = TaskId(*task);
    if (const auto map_index = TRY(call.query_int("map_index"))) filter.map_index = static_cast<int>(*map_index);
    // Its schema lets no other pass.
    for (const std::string& text : call.query_all("state")) filter.states.push_back(*parse_task_state(text));
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
    const auto body = TRY(call.body());
    const auto state = parse_task_state(std::string_view(body.at("new_state").as_string()));
    CHECK(state.has_value());
    const bool downstream = TRY(json::get_bool_or(body, "include_downstream", false));
    const auto marked = TRY(api.services().runs.set_task_state(key, *state, downstream, call.actor()));
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

std::vector<QueryParameter> list_parameters() {
    std::vector<std::string_view> states;
    for (const TaskState state : all_task_states()) states.push_back(to_string(state));
    return joined({paging({{"task_id"},
                           {"map_index", schema::integer()},
                           many("state", schema::one_of(states), "'none': not yet looked at."),
                           many("pool"),
                           many("queue")}),
                   time_range("logical_date"), time_range("start_date"), time_range("end_date")});
}

}  // namespace

void add_task_instance_routes(Router& router) {
    using namespace schema;
    router.define("PatchTaskInstanceBody",
                  object({{"new_state", ref("TaskInstanceState")}, optional("include_downstream", boolean())}));
    router.add({"GET",
                "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances",
                Role::viewer,
                list_instances,
                {.id = "get_task_instances",
                 .tag = "Task Instance",
                 .summary = "Get Task Instances",
                 .query = list_parameters(),
                 .answer = "TaskInstanceCollectionResponse"}});
    router.add({"GET",
                "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}",
                Role::viewer,
                get_instance,
                {.id = "get_task_instance",
                 .tag = "Task Instance",
                 .summary = "Get Task Instance",
                 .answer = "TaskInstanceResponse"}});
    router.add({"PATCH",
                "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}",
                Role::user,
                patch_instance,
                {.id = "patch_task_instance",
                 .tag = "Task Instance",
                 .summary = "Patch Task Instance",
                 .body = "PatchTaskInstanceBody",
                 .answer = "TaskInstanceCollectionResponse"}});
    router.add({"GET",
                "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/tries",
                Role::viewer,
                list_tries,
                {.id = "get_task_instance_tries",
                 .tag = "Task Instance",
                 .summary = "Get Task Instance Tries",
                 .answer = "TaskInstanceHistoryCollectionResponse"}});
    router.add({"GET",
                "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}",
                Role::viewer,
                get_mapped_instance,
                {.id = "get_mapped_task_instance",
                 .tag = "Task Instance",
                 .summary = "Get Mapped Task Instance",
                 .answer = "TaskInstanceResponse"}});
    router.add({"PATCH",
                "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}",
                Role::user,
                patch_mapped_instance,
                {.id = "patch_task_instance_by_map_index",
                 .tag = "Task Instance",
                 .summary = "Patch Task Instance",
                 .body = "PatchTaskInstanceBody",
                 .answer = "TaskInstanceCollectionResponse"}});
    router.add({"GET",
                "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}/tries",
                Role::viewer,
                list_mapped_tries,
                {.id = "get_mapped_task_instance_tries",
                 .tag = "Task Instance",
                 .summary = "Get Mapped Task Instance Tries",
                 .answer = "TaskInstanceHistoryCollectionResponse"}});
}

}  // namespace gale
