// The schemas of what render.cpp writes: DAGs, their versions, dag runs, task instances. Named as in Airflow.
#include "api/render.hpp"

namespace gale {
namespace {

using namespace schema;

json::object nullable_text() {
    return nullable(text());
}
json::object nullable_time() {
    return nullable(date_time());
}

template <class States>
json::object names_of(const States& states) {
    std::vector<std::string_view> names;
    for (const auto state : states) names.push_back(to_string(state));
    return one_of(names);
}

template <class Enum>
std::vector<Enum> all_until(Enum last) {
    std::vector<Enum> all;
    for (int i = 0; i <= static_cast<int>(last); ++i) all.push_back(static_cast<Enum>(i));
    return all;
}

void define_states(Router& router) {
    std::vector<TaskState> states;
    for (const TaskState state : all_task_states()) {
        if (state != TaskState::none) states.push_back(state);  // null, in JSON
    }
    router.define("TaskInstanceState", names_of(states));
    router.define("DagRunState", names_of(all_dag_run_states()));
    router.define("DagRunMutableStates",
                  names_of(std::vector{DagRunState::queued, DagRunState::success, DagRunState::failed}));
    router.define("DagRunType", names_of(all_until(RunType::asset_materialization)));
    router.define("DagRunTriggeredByType", names_of(all_until(TriggeredBy::backfill)));
}

json::object dag_schema() {
    return object({{"dag_id", text()},
                   {"dag_display_name", text()},
                   {"is_paused", boolean()},
                   {"is_stale", boolean()},
                   {"last_parsed_time", nullable_time()},
                   {"last_parse_duration", nullable(number())},
                   {"last_expired", nullable_time()},
                   {"bundle_name", nullable_text()},
                   {"bundle_version", nullable_text()},
                   {"relative_fileloc", nullable_text()},
                   {"fileloc", text()},
                   {"description", nullable_text()},
                   {"timetable_summary", nullable_text()},
                   {"timetable_description", nullable_text()},
                   {"timetable_partitioned", boolean()},
                   {"timetable_periodic", boolean()},
                   {"tags", array(ref("DagTagResponse"))},
                   {"max_active_tasks", integer()},
                   {"max_active_runs", nullable(integer())},
                   {"max_consecutive_failed_dag_runs", integer()},
                   {"has_task_concurrency_limits", boolean()},
                   {"has_import_errors", boolean()},
                   {"next_dagrun_logical_date", nullable_time()},
                   {"next_dagrun_data_interval_start", nullable_time()},
                   {"next_dagrun_data_interval_end", nullable_time()},
                   {"next_dagrun_run_after", nullable_time()},
                   {"allowed_run_types", nullable(array(ref("DagRunType")))},
                   {"owners", array(text())},
                   {"is_backfillable", boolean()},
                   {"file_token", text()}});
}

json::object dag_details_schema() {
    const auto param = object({{"value", any()}, {"schema", map(any())}, {"description", any()}, {"source", text()}});
    return extended(dag_schema(), {{"catchup", boolean()},
                                   {"dag_run_timeout", nullable_text()},
                                   {"asset_expression", nullable(map(any()))},
                                   {"doc_md", nullable_text()},
                                   {"start_date", nullable_time()},
                                   {"end_date", nullable_time()},
                                   {"is_paused_upon_creation", nullable(boolean())},
                                   {"params", map(param)},
                                   {"render_template_as_native_obj", boolean()},
                                   {"template_search_path", nullable(array(text()))},
                                   {"timezone", nullable_text()},
                                   {"last_parsed", nullable_time()},
                                   {"default_args", nullable(map(any()))},
                                   {"rerun_with_latest_version", nullable(boolean())},
                                   {"owner_links", nullable(map(text()))},
                                   {"is_favorite", boolean()},
                                   {"active_runs_count", integer()},
                                   {"concurrency", integer()},
                                   {"latest_dag_version", nullable(ref("DagVersionResponse"))}});
}

void define_dags(Router& router) {
    router.define("DagTagResponse", object({{"name", text()}, {"dag_id", text()}, {"dag_display_name", text()}}));
    router.define("DagVersionResponse", object({{"id", text()},
                                                {"version_number", integer()},
                                                {"dag_id", text()},
                                                {"bundle_name", nullable_text()},
                                                {"bundle_version", nullable_text()},
                                                {"created_at", date_time()},
                                                {"dag_display_name", text()},
                                                {"bundle_url", nullable_text()}}));
    router.define("DAGVersionCollectionResponse", collection("dag_versions", "DagVersionResponse"));
    router.define("DAGResponse", dag_schema());
    router.define("DAGDetailsResponse", dag_details_schema());
    router.define("DAGCollectionResponse", collection("dags", "DAGResponse"));
}

void define_runs(Router& router) {
    router.define("DAGRunResponse", object({{"dag_run_id", text()},
                                            {"dag_id", text()},
                                            {"logical_date", nullable_time()},
                                            {"queued_at", nullable_time()},
                                            {"start_date", nullable_time()},
                                            {"end_date", nullable_time()},
                                            {"duration", nullable(number())},
                                            {"data_interval_start", nullable_time()},
                                            {"data_interval_end", nullable_time()},
                                            {"run_after", date_time()},
                                            {"last_scheduling_decision", nullable_time()},
                                            {"run_type", ref("DagRunType")},
                                            {"state", ref("DagRunState")},
                                            {"triggered_by", nullable(ref("DagRunTriggeredByType"))},
                                            {"triggering_user_name", nullable_text()},
                                            {"conf", nullable(map(any()))},
                                            {"note", nullable_text()},
                                            {"dag_versions", array(ref("DagVersionResponse"))},
                                            {"bundle_version", nullable_text()},
                                            {"dag_display_name", text()},
                                            {"partition_key", nullable_text()},
                                            {"partition_date", nullable_time()}}));
    router.define("DAGRunCollectionResponse", collection("dag_runs", "DAGRunResponse"));
}

// What a task instance and a try of it have in common.
json::object try_schema() {
    return object({{"task_id", text()},
                   {"dag_id", text()},
                   {"dag_run_id", text()},
                   {"map_index", integer()},
                   {"start_date", nullable_time()},
                   {"end_date", nullable_time()},
                   {"duration", nullable(number())},
                   {"state", nullable(ref("TaskInstanceState"))},
                   {"try_number", integer()},
                   {"max_tries", integer()},
                   {"task_display_name", text()},
                   {"dag_display_name", text()},
                   {"hostname", nullable_text()},
                   {"unixname", nullable_text()},
                   {"pool", text()},
                   {"pool_slots", integer()},
                   {"queue", nullable_text()},
                   {"priority_weight", nullable(integer())},
                   {"operator", nullable_text()},
                   {"operator_name", nullable_text()},
                   {"queued_when", nullable_time()},
                   {"scheduled_when", nullable_time()},
                   {"pid", nullable(integer())},
                   {"executor", nullable_text()},
                   {"executor_config", text()},
                   {"dag_version", nullable(ref("DagVersionResponse"))}});
}

void define_task_instances(Router& router) {
    router.define("TaskInstanceHistoryResponse", try_schema());
    router.define("TaskInstanceHistoryCollectionResponse", collection("task_instances", "TaskInstanceHistoryResponse"));
    router.define("TaskInstanceResponse", extended(try_schema(), {{"id", text()},
                                                                  {"logical_date", nullable_time()},
                                                                  {"run_after", date_time()},
                                                                  {"note", nullable_text()},
                                                                  {"rendered_map_index", nullable_text()},
                                                                  {"rendered_fields", map(any())},
                                                                  {"trigger", nullable(map(any()))},
                                                                  {"triggerer_job", nullable(ref("JobResponse"))}}));
    router.define("TaskInstanceCollectionResponse", collection("task_instances", "TaskInstanceResponse"));
}

}  // namespace

void add_schemas(Router& router) {
    define_states(router);
    define_dags(router);
    define_runs(router);
    define_task_instances(router);
}

}  // namespace gale
