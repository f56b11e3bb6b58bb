// Dag runs, as a running task sees and triggers them.
#include <fmt/format.h>

#include <algorithm>

#include "service/detail/execution_handlers.hpp"

namespace gale::detail {
namespace {

Result<DagRun> run_asked_for(ExecutionContext& context, const json::object& request) {
    const DagId dag_id(TRY(json::get_string(request, "dag_id")));
    const RunId run_id(TRY(json::get_string(request, "run_id")));
    return context.store.get_dag_run(dag_id, run_id);
}

Result<DagRunState> state_of(std::string_view text) {
    const auto state = parse_dag_run_state(text);
    if (!state)
        return fail(ErrorCode::invalid_argument,
                    fmt::format("'{}' is not a DAG run's state; use queued, running, success or failed", text));
    return *state;
}

Result<std::optional<DagRun>> newest_before(ExecutionContext& context, const DagId& dag_id, TimePoint logical_date,
                                            std::optional<DagRunState> state) {
    DagRunFilter filter;
    filter.dag_id = dag_id;
    filter.logical_date.to = logical_date - Duration{1};
    if (state) filter.states = {*state};
    auto found = TRY(context.store.list_dag_runs(filter, Page{.limit = 1, .offset = 0, .order_by = {"-logical_date"}}));
    if (found.items.empty()) return std::nullopt;
    return std::move(found.items.front());
}

bool is_among(const std::vector<TimePoint>& dates, const DagRun& run) {
    return dates.empty() || (run.logical_date && std::ranges::find(dates, *run.logical_date) != dates.end());
}

}  // namespace

Response get_dag(ExecutionContext& context, const json::object& request) {
    const DagId dag_id(TRY(json::get_string(request, "dag_id")));
    const auto row = TRY(context.store.get_dag(dag_id));
    return json::object{
        {"type", "DagResult"},
        {"dag_id", row.dag_id.str()},
        {"is_paused", row.is_paused},
        {"bundle_name", "dags-folder"},
        {"bundle_version", nullptr},
        {"relative_fileloc", row.relative_fileloc},
        {"owners", fmt::format("{}", fmt::join(row.owners, ", "))},
        {"tags", json::array(row.tags.begin(), row.tags.end())},
        {"next_dagrun", json::from_time(row.next_due ? std::optional(row.next_due->logical_date) : std::nullopt)}};
}

Response get_dag_run(ExecutionContext& context, const json::object& request) {
    auto response = to_task_sdk_json(TRY(run_asked_for(context, request)));
    response["type"] = "DagRunResult";
    return response;
}

Response get_dag_run_state(ExecutionContext& context, const json::object& request) {
    const auto run = TRY(run_asked_for(context, request));
    return json::object{{"type", "DagRunStateResult"}, {"state", to_string(run.state)}};
}

Response get_dag_run_count(ExecutionContext& context, const json::object& request) {
    DagRunFilter filter;
    filter.dag_id = DagId(TRY(json::get_string(request, "dag_id")));
    for (const std::string& text : TRY(string_list(request, "states"))) filter.states.push_back(TRY(state_of(text)));
    const auto run_ids = TRY(string_list(request, "run_ids"));
    std::vector<TimePoint> dates;
    for (const std::string& text : TRY(string_list(request, "logical_dates")))
        dates.push_back(TRY(parse_iso8601(text)));
    const auto found = TRY(context.store.list_dag_runs(filter, Page{.limit = -1, .offset = 0, .order_by = {}}));
    const auto count = std::ranges::count_if(found.items, [&](const DagRun& run) {
        return is_among(dates, run) &&
               (run_ids.empty() || std::ranges::find(run_ids, run.run_id.str()) != run_ids.end());
    });
    return json::object{{"type", "DRCount"}, {"count", count}};
}

Response get_previous_dag_run(ExecutionContext& context, const json::object& request) {
    const DagId dag_id(TRY(json::get_string(request, "dag_id")));
    const auto logical_date = TRY(json::get_optional_time(request, "logical_date"));
    if (!logical_date) return fail(ErrorCode::invalid_argument, "'logical_date' is missing");
    std::optional<DagRunState> state;
    if (const auto text = TRY(json::get_optional_string(request, "state"))) state = TRY(state_of(*text));
    const auto run = TRY(newest_before(context, dag_id, *logical_date, state));
    return json::object{{"type", "PreviousDagRunResult"},
                        {"dag_run", run ? json::value(to_task_sdk_json(*run)) : json::value(nullptr)}};
}

Response get_previous_successful_dag_run(ExecutionContext& context, const json::object&) {
    const auto own = TRY(context.store.get_dag_run(context.caller.dag_id, context.caller.run_id));
    json::object response{{"type", "PrevSuccessfulDagRunResult"},
                          {"data_interval_start", nullptr},
                          {"data_interval_end", nullptr},
                          {"start_date", nullptr},
                          {"end_date", nullptr}};
    if (!own.logical_date) return response;
    const auto run = TRY(newest_before(context, own.dag_id, *own.logical_date, DagRunState::success));
    if (!run) return response;
    const auto whole = to_task_sdk_json(*run);
    for (const char* name : {"data_interval_start", "data_interval_end", "start_date", "end_date"})
        response[name] = whole.at(name);
    return response;
}

Response trigger_dag_run(ExecutionContext& context, const json::object& request) {
    TriggerRequest trigger;
    trigger.dag_id = DagId(TRY(json::get_string(request, "dag_id")));
    trigger.run_id = RunId(TRY(json::get_string(request, "run_id")));
    trigger.logical_date = TRY(json::get_optional_time(request, "logical_date"));
    trigger.run_after = TRY(json::get_optional_time(request, "run_after"));
    trigger.note = TRY(json::get_optional_string(request, "note"));
    trigger.run_type = RunType::operator_triggered;
    if (const auto* conf = json::find_object(request, "conf")) trigger.conf = *conf;
    const Actor actor{fmt::format("task {}.{}", context.caller.dag_id.str(), context.caller.task_id.str()),
                      TriggeredBy::operator_};
    auto run = context.runs.trigger(trigger, actor);
    if (run) return ok_response();
    if (run.error().code() != ErrorCode::already_exists) return std::unexpected(std::move(run).error());
    if (!TRY(json::get_bool_or(request, "reset_dag_run", false)))
        return error_response("DAGRUN_ALREADY_EXISTS", {{"message", run.error().to_string()}});
    ClearRequest clear;
    clear.dag_id = trigger.dag_id;
    clear.run_id = trigger.run_id;
    TRY(context.runs.clear(clear, actor));
    return ok_response();
}

}  // namespace gale::detail
