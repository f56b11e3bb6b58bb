// The DAG list with its strips of runs, and the home page.
#include "api/filters.hpp"
#include "api/render.hpp"
#include "api/view_render.hpp"

namespace gale {
namespace {

constexpr int kDefaultStrip = 14;
constexpr int kMostStrip = 30;
constexpr std::chrono::days kLongestWindow{366};

Result<HttpResponse> list_dags(Api& api, Call& call) {
    const auto filter = TRY(dag_filter_of(call));
    const auto page = TRY(call.page());
    const int strip = TRY(counted(call, "runs_limit", kDefaultStrip, kMostStrip));
    const DagList list = TRY(api.services().views.dags(filter, page, strip));
    std::vector<DagId> dag_ids;
    for (const DagRow& row : list.page.items) dag_ids.push_back(row.dag_id);
    const auto favorites = TRY(api.store().favorites_among(call.actor().name, dag_ids));
    json::array dags;
    dags.reserve(list.page.items.size());
    for (size_t i = 0; i < list.page.items.size(); ++i) {
        json::object dag = render(list.page.items[i]);
        json::array runs;
        for (const RunBrief& run : list.recent[i].runs) runs.push_back(render_run_mark(run));
        dag["is_favorite"] = favorites.contains(list.page.items[i].dag_id);
        dag["latest_dag_runs"] = std::move(runs);
        dag["active_runs"] = list.recent[i].active;
        dag["schedule_in_words"] = schedule_in_words(list.page.items[i]);
        dags.push_back(std::move(dag));
    }
    return json_response(json::object{{"dags", std::move(dags)}, {"total_entries", list.page.total}});
}

json::object render(const RunProgress& progress) {
    json::object run = render_run_mark(progress.run);
    run["dag_id"] = progress.run.dag_id.str();
    run["dag_display_name"] = progress.dag_display_name.value_or(progress.run.dag_id.str());
    run["finished_tasks"] = progress.finished_tasks;
    run["total_tasks"] = progress.total_tasks;
    return run;
}

json::array render_failed(const std::vector<RunProgress>& failed) {
    json::array runs;
    for (const RunProgress& progress : failed) {
        json::array tasks;
        for (const auto& task : progress.failed_tasks) {
            tasks.push_back(json::object{
                {"task_id", task.task_id.str()}, {"map_index", task.map_index}, {"try_number", task.try_number}});
        }
        json::object run = render(progress);
        run["failed_tasks"] = std::move(tasks);
        runs.push_back(std::move(run));
    }
    return runs;
}

json::array render_pools(const std::vector<std::pair<Pool, PoolUse>>& pools) {
    json::array rendered;
    for (const auto& [pool, use] : pools) {
        const int deferred = pool.include_deferred ? use.deferred : 0;
        rendered.push_back(json::object{{"name", pool.name.str()},
                                        {"slots", pool.slots},
                                        {"occupied", use.running + use.queued + deferred},
                                        {"waiting", use.scheduled}});
    }
    return rendered;
}

json::object render(const Dashboard& board) {
    json::object run_states, task_states;
    for (const auto& [state, count] : board.dag_run_states) run_states[to_string(state)] = count;
    for (const auto& [state, count] : board.task_instance_states) task_states[to_string(state)] = count;
    json::array history, running;
    for (const auto& bucket : board.history) {
        history.push_back(json::object{{"start", json::from_time(bucket.start)},
                                       {"success", bucket.success},
                                       {"failed", bucket.failed},
                                       {"running", bucket.running}});
    }
    for (const RunProgress& run : board.running) running.push_back(render(run));
    return {{"dag_run_states", std::move(run_states)},
            {"task_instance_states", std::move(task_states)},
            {"history", std::move(history)},
            {"running_dag_runs", std::move(running)},
            {"failed_dag_runs", render_failed(board.failed)},
            {"dags",
             {{"active", board.dags.active},
              {"paused", board.dags.paused},
              {"failing", board.dags.failing},
              {"total", board.dags.total}}},
            {"import_errors", board.import_errors},
            {"pools", render_pools(board.pools)}};
}

Result<HttpResponse> get_dashboard(Api& api, Call& call) {
    const TimePoint now = api.services().clock.now();
    const TimePoint end = TRY(call.query_time("end")).value_or(now);
    const TimePoint start = TRY(call.query_time("start")).value_or(end - std::chrono::hours{24});
    if (start >= end)
        return invalid_input("query", "start", "value_error", "Input should be before 'end'",
                             call.query("start").value_or(to_iso8601(start)));
    if (end - start > kLongestWindow)
        return invalid_input("query", "start", "value_error", "Input should be at most 366 days before 'end'",
                             to_iso8601(start));
    return json_response(render(TRY(api.services().views.dashboard(start, end))));
}

void define_schemas(Router& router) {
    using namespace schema;
    const std::vector<Member> mark = {
        {"dag_run_id", text()},     {"state", ref("DagRunState")},         {"run_type", ref("DagRunType")},
        {"run_after", date_time()}, {"start_date", nullable(date_time())}, {"end_date", nullable(date_time())}};
    router.define("RunMark", object(mark));
    const auto brief = extended(
        object(mark),
        {{"dag_id", text()}, {"dag_display_name", text()}, {"finished_tasks", integer()}, {"total_tasks", integer()}});
    router.define("RunBrief", brief);
    router.define(
        "FailedRunBrief",
        extended(brief, {{"failed_tasks",
                          array(object({{"task_id", text()}, {"map_index", integer()}, {"try_number", integer()}}))}}));
    router.define(
        "Dashboard",
        object({{"dag_run_states", map(integer())},
                {"task_instance_states", described(map(integer()), "Without a state yet: \"none\".")},
                {"history",
                 array(object(
                     {{"start", date_time()}, {"success", integer()}, {"failed", integer()}, {"running", integer()}}))},
                {"running_dag_runs", array(ref("RunBrief"))},
                {"failed_dag_runs", array(ref("FailedRunBrief"))},
                {"dags",
                 object({{"active", integer()}, {"paused", integer()}, {"failing", integer()}, {"total", integer()}})},
                {"import_errors", integer()},
                {"pools", array(object({{"name", text()},
                                        {"slots", described(integer(), "-1: unlimited.")},
                                        {"occupied", integer()},
                                        {"waiting", integer()}}))}}));
}

}  // namespace

void add_dashboard_routes(Router& router) {
    using namespace schema;
    using enum QueryParameter::Times;
    define_schemas(router);
    router.define("GaleDag", extended(router.components().at("DAGResponse"),
                                      {{"is_favorite", boolean()},
                                       {"latest_dag_runs", described(array(ref("RunMark")), "Newest first.")},
                                       {"active_runs", described(integer(), "Queued or running.")},
                                       {"schedule_in_words", text()}}));
    router.define("GaleDagList", object({{"dags", array(ref("GaleDag"))}, {"total_entries", integer()}}));
    auto query = dag_filter_parameters();
    query.push_back({"runs_limit", integer(), "How many of a DAG's newest runs: 14, and never more than 30."});
    router.add({"GET",
                "/gale/dags",
                Role::viewer,
                list_dags,
                {.id = "get_gale_dags",
                 .tag = "Gale",
                 .summary = "DAGs with their newest runs",
                 .query = paging(std::move(query)),
                 .answer = "GaleDagList"}});
    router.add({"GET",
                "/gale/dashboard",
                Role::viewer,
                get_dashboard,
                {.id = "get_dashboard",
                 .tag = "Gale",
                 .summary = "What ran, runs, failed and waits",
                 .query = {{"start", date_time(), "A day before `end` without it; at most 366 days before it."},
                           {"end", date_time(), "Now without it."}},
                 .answer = "Dashboard"}});
}

}  // namespace gale
