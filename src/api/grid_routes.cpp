// A DAG's grid: tasks × runs.
#include "api/view_render.hpp"

namespace gale {
namespace {

constexpr int kDefaultRuns = 25;
constexpr int kMostRuns = 500;

json::object state_counts(const std::map<TaskState, int>& counts) {
    json::object rendered;
    for (const auto& [state, count] : counts) rendered[to_string(state)] = count;
    return rendered;
}

json::object render(const GridRun& row) {
    const RunBrief& run = row.run;
    json::object mapped;
    for (const auto& [task, counts] : row.mapped) mapped[std::to_string(task)] = state_counts(counts);
    return {{"dag_run_id", run.run_id.str()},
            {"state", to_string(run.state)},
            {"run_type", to_string(run.run_type)},
            {"run_after", json::from_time(run.run_after)},
            {"logical_date", json::from_time(run.logical_date)},
            {"queued_at", json::from_time(run.queued_at)},
            {"start_date", json::from_time(run.start_date)},
            {"end_date", json::from_time(run.end_date)},
            {"note", json::from_optional(run.note)},
            {"version_number", run.version_number},
            {"conf_is_empty", run.conf_is_empty},
            {"states", row.states},
            {"mapped", std::move(mapped)}};
}

json::object render_task(std::string_view task_id, std::string_view display_name, std::string_view operator_name,
                         bool is_mapped) {
    return {{"task_id", task_id},
            {"display_name", display_name},
            {"operator_name", operator_name},
            {"is_mapped", is_mapped}};
}

Result<HttpResponse> get_grid(Api& api, Call& call) {
    DagRunFilter filter = TRY(run_filter_of(call));
    filter.run_after.to = TRY(call.query_time("run_after_lte"));
    if (const auto run_id = call.query("dag_run_id")) filter.run_id = RunId(*run_id);
    const int limit = TRY(counted(call, "limit", kDefaultRuns, kMostRuns));
    const Grid grid = TRY(api.services().views.grid(filter, limit));
    json::array tasks;
    tasks.reserve(grid.task_count());
    for (const StructureTask& task : grid.structure->tasks)
        tasks.push_back(render_task(task.task_id.str(), task.display_name, task.operator_name, task.is_mapped));
    json::object root = render_group(grid.structure->root, grid.structure->tasks);
    for (const TaskId& task : grid.former_tasks) {
        tasks.push_back(render_task(task.str(), task.str(), "", false));
        root["children"].as_array().push_back(json::object{{"task", task.str()}});
    }
    json::array runs;
    runs.reserve(grid.runs.size());
    for (const GridRun& run : grid.runs) runs.push_back(render(run));
    return json_response(json::object{{"root", std::move(root)},
                                      {"tasks", std::move(tasks)},
                                      {"runs", std::move(runs)},
                                      {"total_entries", grid.total}});
}

}  // namespace

void add_grid_routes(Router& router) {
    using namespace schema;
    using enum QueryParameter::Times;
    router.define("GridTask", object({{"task_id", text()},
                                      {"display_name", text()},
                                      {"operator_name", described(text(), "Empty for a task of older versions only.")},
                                      {"is_mapped", boolean()}}));
    router.define(
        "GridRun",
        object({{"dag_run_id", text()},
                {"state", ref("DagRunState")},
                {"run_type", ref("DagRunType")},
                {"run_after", date_time()},
                {"logical_date", nullable(date_time())},
                {"queued_at", nullable(date_time())},
                {"start_date", nullable(date_time())},
                {"end_date", nullable(date_time())},
                {"note", nullable(text())},
                {"version_number", integer()},
                {"conf_is_empty", boolean()},
                {"states", described(text(),
                                     "One letter a task, by the task's number: '.' no such task instance, '-' "
                                     "no state yet, c scheduled, q queued, r running, e restarting, s success, "
                                     "f failed, y up_for_retry, z up_for_reschedule, u upstream_failed, k "
                                     "skipped, x removed, d deferred, w awaiting_input.")},
                {"mapped", described(map(map(integer())),
                                     "Of tasks with mapped instances, by the task's number: how "
                                     "many are in which state.")}}));
    router.define("Grid", object({{"root", ref("StructureGroup")},
                                  {"tasks", described(array(ref("GridTask")), "A task's number is its place here.")},
                                  {"runs", described(array(ref("GridRun")), "Newest first.")},
                                  {"total_entries", integer()}}));
    router.add({"GET",
                "/gale/dags/{dag_id}/grid",
                Role::viewer,
                get_grid,
                {.id = "get_grid",
                 .tag = "Gale",
                 .summary = "The states of a DAG's tasks in its newest runs",
                 .query = {{"limit", integer(), "How many runs at most: 25, and never more than 500."},
                           {"run_after_lte", date_time(), "Runs due until then."},
                           {"run_type", ref("DagRunType"), "", many},
                           {"state", ref("DagRunState"), "Of the run.", many},
                           {"dag_run_id", text(), "This run only."}},
                 .answer = "Grid"}});
}

}  // namespace gale
