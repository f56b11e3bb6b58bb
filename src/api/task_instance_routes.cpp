// Task instances: list, show, tries.
#include <fmt/format.h>

#include "api/filters.hpp"
#include "api/render.hpp"

namespace gale {
namespace {

Result<HttpResponse> instances_found(Api& api, const TaskInstanceFilter& filter, const Page& page) {
    const auto found = TRY(api.store().list_task_instances(filter, page));
    RenderContext context(api);
    auto instances = TRY(render_all(found.items, context));
    return json_response(json::object{{"task_instances", std::move(instances)}, {"total_entries", found.total}});
}

// The tasks of ?task_group_id, by the DAG's newest version.
Result<void> add_group(Api& api, const Call& call, TaskInstanceFilter& filter) {
    const auto group_id = call.query("task_group_id");
    if (!group_id) return {};
    if (!filter.dag_id)
        return fail(ErrorCode::invalid_argument, "task_group_id needs one DAG: name it in the path instead of '~'");
    const auto version = TRY(api.store().latest_dag_version(*filter.dag_id));
    for (const TaskId& task : group_tasks(version.definition, *group_id)) filter.task_ids.push_back(task.str());
    if (!filter.task_ids.empty()) return {};
    return fail(ErrorCode::not_found, fmt::format("Task group '{}' was not found in DAG '{}', or has no tasks",
                                                  *group_id, filter.dag_id->str()));
}

Result<HttpResponse> list_instances(Api& api, Call& call) {
    auto filter = TRY(task_instance_filter_of(call));
    const auto page = TRY(call.page());
    if (filter.dag_id && filter.run_id) TRY(api.store().get_dag_run(*filter.dag_id, *filter.run_id));
    TRY(add_group(api, call, filter));
    return instances_found(api, filter, page);
}

Result<HttpResponse> list_mapped(Api& api, Call& call) {
    auto filter = TRY(task_instance_filter_of(call));
    const auto page = TRY(call.page());
    filter.task_id = call.task_id();
    TRY(api.store().get_dag_run(call.dag_id(), call.run_id()));
    return instances_found(api, filter, page);
}

Result<HttpResponse> list_instances_by_body(Api& api, Call& call) {
    if (call.path("dag_id") != "~" || call.path("dag_run_id") != "~") {
        return fail(ErrorCode::invalid_argument,
                    "only the form POST /api/v2/dags/~/dagRuns/~/taskInstances/list is allowed; name DAGs and runs in "
                    "dag_ids and dag_run_ids");
    }
    const auto body = TRY(call.body());
    const auto filter = TRY(task_instance_filter_of(body));
    const auto page = TRY(batch_page_of(body));
    return instances_found(api, filter, page);
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

Result<HttpResponse> one_try(Api& api, const Call& call, const TaskInstanceKey& key) {
    const auto number = TRY(call.path_int("task_try_number", 0));
    for (const TaskInstance& one : TRY(api.store().list_tries(key))) {
        if (one.try_number != number) continue;
        RenderContext context(api);
        return json_response(TRY(render_try(one, context)));
    }
    return fail(ErrorCode::not_found,
                fmt::format("task '{}' of run '{}' has no try {}", key.task_id.str(), key.run_id.str(), number));
}

Result<HttpResponse> get_try(Api& api, Call& call) {
    const auto key = TRY(key_of(call, static_cast<int>(TRY(call.query_int("map_index")).value_or(kNotMapped))));
    return one_try(api, call, key);
}

Result<HttpResponse> get_mapped_try(Api& api, Call& call) {
    const auto key = TRY(mapped_key_of(call));
    return one_try(api, call, key);
}

// No operator that runs here gives links of its own.
Result<HttpResponse> get_links(Api& api, Call& call) {
    const auto key = TRY(key_of(call, static_cast<int>(TRY(call.query_int("map_index")).value_or(kNotMapped))));
    TRY(api.store().get_task_instance(key));
    return json_response(json::object{{"extra_links", json::object()}, {"total_entries", 0}});
}

}  // namespace

void add_task_instance_routes(Router& router) {
    using namespace schema;
    router.define("TaskInstancesBatchBody", task_instances_batch_schema());
    router.define("ExtraLinkCollectionResponse",
                  object({{"extra_links", map(nullable(text()))}, {"total_entries", integer()}}));
    router.add({"GET",
                "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances",
                Role::viewer,
                list_instances,
                {.id = "get_task_instances",
                 .tag = "Task Instance",
                 .summary = "Get Task Instances",
                 .query = paging(task_instance_filter_parameters()),
                 .answer = "TaskInstanceCollectionResponse"}});
    router.add({"GET",
                "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}",
                Role::viewer,
                get_instance,
                {.id = "get_task_instance",
                 .tag = "Task Instance",
                 .summary = "Get Task Instance",
                 .answer = "TaskInstanceResponse"}});
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
    router.add({"GET",
                "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}/tries",
                Role::viewer,
                list_mapped_tries,
                {.id = "get_mapped_task_instance_tries",
                 .tag = "Task Instance",
                 .summary = "Get Mapped Task Instance Tries",
                 .answer = "TaskInstanceHistoryCollectionResponse"}});
    router.add({"POST",
                "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/list",
                Role::viewer,
                list_instances_by_body,
                {.id = "get_task_instances_batch",
                 .tag = "Task Instance",
                 .summary = "Get Task Instances Batch",
                 .body = "TaskInstancesBatchBody",
                 .answer = "TaskInstanceCollectionResponse"}});
    router.add({"GET",
                "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/listMapped",
                Role::viewer,
                list_mapped,
                {.id = "get_mapped_task_instances",
                 .tag = "Task Instance",
                 .summary = "Get Mapped Task Instances",
                 .query = paging(task_instance_filter_parameters()),
                 .answer = "TaskInstanceCollectionResponse"}});
    router.add({"GET",
                "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/links",
                Role::viewer,
                get_links,
                {.id = "get_extra_links",
                 .tag = "Task Instance",
                 .summary = "Get Extra Links",
                 .query = {{"map_index", integer()}},
                 .answer = "ExtraLinkCollectionResponse"}});
    router.add({"GET",
                "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/tries/{task_try_number}",
                Role::viewer,
                get_try,
                {.id = "get_task_instance_try_details",
                 .tag = "Task Instance",
                 .summary = "Get Task Instance Try Details",
                 .query = {{"map_index", integer()}},
                 .answer = "TaskInstanceHistoryResponse"}});
    router.add(
        {"GET",
         "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}/tries/{task_try_number}",
         Role::viewer,
         get_mapped_try,
         {.id = "get_mapped_task_instance_try_details",
          .tag = "Task Instance",
          .summary = "Get Mapped Task Instance Try Details",
          .answer = "TaskInstanceHistoryResponse"}});
}

}  // namespace gale
