// What the DAG files say: source, versions, tasks, import errors.
#include <fmt/format.h>

#include <map>

#include "api/filters.hpp"
#include "api/render.hpp"

namespace gale {
namespace {

Result<HttpResponse> get_source(Api& api, Call& call) {
    const auto number = TRY(call.query_int("version_number"));
    const auto version = number ? TRY(api.store().get_dag_version(call.dag_id(), static_cast<int>(*number)))
                                : TRY(api.store().latest_dag_version(call.dag_id()));
    if (call.accepts("text/plain")) return HttpResponse{200, "text/plain; charset=utf-8", version.source_code, {}};
    return json_response(
        json::object{{"content", version.source_code},
                     {"dag_id", version.dag_id.str()},
                     {"version_number", version.version_number},
                     {"dag_display_name", text_or(version.definition, "dag_display_name", version.dag_id.str())}});
}

json::object render_version(const DagVersion& version) {
    VersionInfo info{version.key,
                     version.dag_id,
                     version.version_number,
                     version.created_at,
                     text_or(version.definition, "dag_display_name", version.dag_id.str()),
                     {}};
    return render(info);
}

Result<HttpResponse> list_versions(Api& api, Call& call) {
    const auto page = TRY(call.page());
    TRY(api.store().get_dag(call.dag_id()));
    const auto found = TRY(api.store().list_dag_versions(call.dag_id(), page));
    json::array versions;
    for (const DagVersion& version : found.items) versions.push_back(render_version(version));
    return json_response(json::object{{"dag_versions", std::move(versions)}, {"total_entries", found.total}});
}

Result<HttpResponse> get_version(Api& api, Call& call) {
    const auto number = TRY(call.path_int("version_number", 1));
    return json_response(render_version(TRY(api.store().get_dag_version(call.dag_id(), static_cast<int>(number)))));
}

json::value optional_delta(std::optional<Duration> duration) {
    return duration ? json::value(time_delta(*duration)) : json::value(nullptr);
}

std::string_view weight_rule_name(WeightRule rule) {
    return rule == WeightRule::downstream ? "downstream" : rule == WeightRule::upstream ? "upstream" : "absolute";
}

// A task of the canonical definition, as `raw`, for what the engine's Task does not keep.
const json::object& raw_task(const Dag& dag, const Task& task) {
    static const json::object kNone;
    const auto* tasks = json::find_array(dag.definition, "tasks");
    if (tasks == nullptr) return kNone;
    for (const auto& one : *tasks) {
        if (one.is_object() && text_or(one.get_object(), "task_id", "") == task.task_id.str()) return one.get_object();
    }
    return kNone;
}

json::object render_task(const Dag& dag, const Task& task) {
    const json::object& raw = raw_task(dag, task);
    json::array downstream, templates;
    for (const size_t index : task.downstream) downstream.emplace_back(dag.tasks[index].task_id.str());
    if (const auto* fields = json::find_object(raw, "template_fields")) {
        for (const auto& field : *fields) templates.emplace_back(field.key());
    }
    const auto* params = json::find_object(raw, "params");
    return {{"task_id", task.task_id.str()},
            {"task_display_name", task.display_name.value_or(task.task_id.str())},
            {"owner", task.owner},
            {"start_date", json::from_time(task.start_date ? task.start_date : dag.bounds.start_date)},
            {"end_date", json::from_time(task.end_date ? task.end_date : dag.bounds.end_date)},
            {"trigger_rule", to_string(task.trigger_rule)},
            {"depends_on_past", task.depends_on_past},
            {"wait_for_downstream", task.wait_for_downstream},
            {"retries", task.retry.retries},
            {"queue", task.queue},
            {"pool", task.pool.str()},
            {"pool_slots", task.pool_slots},
            {"execution_timeout", optional_delta(task.execution_timeout)},
            {"retry_delay", time_delta(task.retry.retry_delay)},
            {"retry_exponential_backoff", task.retry.retry_exponential_backoff},
            {"priority_weight", task.priority_weight},
            {"weight_rule", weight_rule_name(task.weight_rule)},
            {"ui_color", text_or(raw, "ui_color", "#fff")},
            {"ui_fgcolor", text_or(raw, "ui_fgcolor", "#000")},
            {"template_fields", std::move(templates)},
            {"downstream_task_ids", std::move(downstream)},
            {"doc_md", json::from_optional(task.doc_md)},
            {"operator_name", task.operator_name.value_or(task.task_type)},
            {"params", params == nullptr ? json::object() : *params},
            {"class_ref", {{"module_path", task.module}, {"class_name", task.task_type}}},
            {"is_mapped", task.mapped && !task.mapped->is_by_group()},
            {"extra_links", json::array()}};
}

Result<Dag> dag_of(Api& api, const Call& call) {
    TRY(api.store().get_dag(call.dag_id()));
    const auto version = TRY(api.store().latest_dag_version(call.dag_id()));
    return dag_from_json(version.definition);
}

Result<HttpResponse> list_tasks(Api& api, Call& call) {
    const auto dag = TRY(dag_of(api, call));
    json::array tasks;
    for (const Task& task : dag.tasks) tasks.push_back(render_task(dag, task));
    return json_response(json::object{{"tasks", std::move(tasks)}, {"total_entries", dag.tasks.size()}});
}

Result<HttpResponse> get_task(Api& api, Call& call) {
    const auto dag = TRY(dag_of(api, call));
    const Task* task = dag.find_task(call.task_id());
    if (task == nullptr) {
        return fail(ErrorCode::not_found, fmt::format("Task with id '{}' was not found in DAG '{}'",
                                                      call.path("task_id"), call.path("dag_id")));
    }
    return json_response(render_task(dag, *task));
}

json::object render_import_error(const ImportError& error) {
    return {{"import_error_id", error.id},
            {"timestamp", json::from_time(error.timestamp)},
            {"filename", error.filename},
            {"bundle_name", "dags-folder"},
            {"stack_trace", error.stacktrace}};
}

Result<HttpResponse> list_import_errors(Api& api, Call& call) {
    const auto page = TRY(call.page());
    const auto filename = TRY(text_match_of(call, "filename"));
    const auto found = TRY(api.store().list_import_errors(filename, page));
    json::array errors;
    for (const ImportError& error : found.items) errors.push_back(render_import_error(error));
    return json_response(json::object{{"import_errors", std::move(errors)}, {"total_entries", found.total}});
}

Result<HttpResponse> get_import_error(Api& api, Call& call) {
    const auto id = TRY(call.path_int("import_error_id", 0));
    return json_response(render_import_error(TRY(api.store().get_import_error(id))));
}

Result<HttpResponse> get_dag_tags(Api& api, Call& call) {
    const auto page = TRY(call.page());
    const auto name = TRY(text_match_of(call, "tag_name"));
    const auto found = TRY(api.store().list_dag_tags(name, page));
    return json_response(
        json::object{{"tags", json::array(found.items.begin(), found.items.end())}, {"total_entries", found.total}});
}

// Every state is there, with 0 where no run has it.
Result<HttpResponse> get_dag_stats(Api& api, Call& call) {
    std::vector<DagId> dag_ids;
    for (const std::string& dag_id : call.query_all("dag_ids")) dag_ids.emplace_back(dag_id);
    std::map<std::string, std::pair<std::string, std::map<DagRunState, std::int64_t>>> dags;
    for (const DagRunCount& one : TRY(api.store().count_dag_runs(dag_ids))) {
        auto& [display_name, counts] = dags[one.dag_id.str()];
        display_name = one.dag_display_name;
        counts[one.state] = one.count;
    }
    json::array rendered;
    for (auto& [dag_id, dag] : dags) {
        json::array stats;
        for (const DagRunState state : all_dag_run_states())
            stats.push_back(json::object{{"state", to_string(state)}, {"count", dag.second[state]}});
        rendered.push_back(
            json::object{{"dag_id", dag_id}, {"dag_display_name", dag.first}, {"stats", std::move(stats)}});
    }
    const auto count = rendered.size();
    return json_response(json::object{{"dags", std::move(rendered)}, {"total_entries", count}});
}

json::object task_schema() {
    using namespace schema;
    return object({{"task_id", text()},
                   {"task_display_name", text()},
                   {"owner", text()},
                   {"start_date", nullable(date_time())},
                   {"end_date", nullable(date_time())},
                   {"trigger_rule", text()},
                   {"depends_on_past", boolean()},
                   {"wait_for_downstream", boolean()},
                   {"retries", integer()},
                   {"queue", text()},
                   {"pool", text()},
                   {"pool_slots", integer()},
                   {"execution_timeout", nullable(ref("TimeDelta"))},
                   {"retry_delay", ref("TimeDelta")},
                   {"retry_exponential_backoff", number()},
                   {"priority_weight", integer()},
                   {"weight_rule", text()},
                   {"ui_color", text()},
                   {"ui_fgcolor", text()},
                   {"template_fields", array(text())},
                   {"downstream_task_ids", array(text())},
                   {"doc_md", nullable(text())},
                   {"operator_name", text()},
                   {"params", map(any())},
                   {"class_ref", object({{"module_path", text()}, {"class_name", text()}})},
                   {"is_mapped", boolean()},
                   {"extra_links", array(text())}});
}

void define_schemas(Router& router) {
    using namespace schema;
    router.define(
        "DAGSourceResponse",
        object({{"content", text()}, {"dag_id", text()}, {"version_number", integer()}, {"dag_display_name", text()}}));
    router.define("TimeDelta", object({{"__type", constant("TimeDelta")},
                                       {"days", integer()},
                                       {"seconds", integer()},
                                       {"microseconds", integer()}}));
    router.define("TaskResponse", task_schema());
    router.define("TaskCollectionResponse", collection("tasks", "TaskResponse"));
    router.define("ImportErrorResponse", object({{"import_error_id", integer()},
                                                 {"timestamp", date_time()},
                                                 {"filename", text()},
                                                 {"bundle_name", nullable(text())},
                                                 {"stack_trace", text()}}));
    router.define("DAGTagCollectionResponse", object({{"tags", array(text())}, {"total_entries", integer()}}));
    router.define("DagStatsStateResponse", object({{"state", ref("DagRunState")}, {"count", integer()}}));
    router.define(
        "DagStatsResponse",
        object({{"dag_id", text()}, {"dag_display_name", text()}, {"stats", array(ref("DagStatsStateResponse"))}}));
    router.define("DagStatsCollectionResponse", collection("dags", "DagStatsResponse"));
    router.define("ImportErrorCollectionResponse", collection("import_errors", "ImportErrorResponse"));
}

}  // namespace

void add_catalog_routes(Router& router) {
    define_schemas(router);
    router.add({"GET",
                "/api/v2/dagTags",
                Role::viewer,
                get_dag_tags,
                {.id = "get_dag_tags",
                 .tag = "DAG",
                 .summary = "Get Dag Tags",
                 .query = paging(text_match_parameters("tag_name")),
                 .answer = "DAGTagCollectionResponse"}});
    router.add({"GET",
                "/api/v2/dagStats",
                Role::viewer,
                get_dag_stats,
                {.id = "get_dag_stats",
                 .tag = "DagStats",
                 .summary = "Get Dag Stats",
                 .query = {many("dag_ids", schema::text(), "All that are not stale without it.")},
                 .answer = "DagStatsCollectionResponse"}});
    router.add({"GET",
                "/api/v2/dagSources/{dag_id}",
                Role::viewer,
                get_source,
                {.id = "get_dag_source",
                 .tag = "DagSource",
                 .summary = "Get Dag Source",
                 .query = {{"version_number", schema::integer(), "The newest version without it."}},
                 .answer = "DAGSourceResponse",
                 .other_media_types = {"text/plain"}}});
    router.add({"GET",
                "/api/v2/dags/{dag_id}/dagVersions",
                Role::viewer,
                list_versions,
                {.id = "get_dag_versions",
                 .tag = "DagVersion",
                 .summary = "Get Dag Versions",
                 .query = paging(),
                 .answer = "DAGVersionCollectionResponse"}});
    router.add(
        {"GET",
         "/api/v2/dags/{dag_id}/dagVersions/{version_number}",
         Role::viewer,
         get_version,
         {.id = "get_dag_version", .tag = "DagVersion", .summary = "Get Dag Version", .answer = "DagVersionResponse"}});
    router.add({"GET",
                "/api/v2/dags/{dag_id}/tasks",
                Role::viewer,
                list_tasks,
                {.id = "get_tasks", .tag = "Task", .summary = "Get Tasks", .answer = "TaskCollectionResponse"}});
    router.add({"GET",
                "/api/v2/dags/{dag_id}/tasks/{task_id}",
                Role::viewer,
                get_task,
                {.id = "get_task", .tag = "Task", .summary = "Get Task", .answer = "TaskResponse"}});
    router.add({"GET",
                "/api/v2/importErrors",
                Role::viewer,
                list_import_errors,
                {.id = "get_import_errors",
                 .tag = "Import Error",
                 .summary = "Get Import Errors",
                 .query = paging(text_match_parameters("filename")),
                 .answer = "ImportErrorCollectionResponse"}});
    router.add({"GET",
                "/api/v2/importErrors/{import_error_id}",
                Role::viewer,
                get_import_error,
                {.id = "get_import_error",
                 .tag = "Import Error",
                 .summary = "Get Import Error",
                 .answer = "ImportErrorResponse"}});
}

}  // namespace gale
