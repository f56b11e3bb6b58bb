#include "service/view_service.hpp"

#include "base/check.hpp"
#include "model/dag.hpp"

namespace gale {
namespace {

constexpr size_t kMaxCachedStructures = 128;
constexpr int kShownRuns = 20;
constexpr int kShownTasks = 5;
constexpr int kRunsForUsual = 20;
constexpr size_t kMostPlannedRuns = 10'000;

std::optional<double> seconds_between(std::optional<TimePoint> start, std::optional<TimePoint> end) {
    if (!start || !end) return std::nullopt;
    return to_seconds(*end - *start);
}

Durations fold_durations(const DagStructure& structure, DurationRows rows) {
    Durations folded;
    std::unordered_map<TaskId, size_t> place;
    const auto add = [&](const TaskId& task_id, const std::string& display_name) {
        if (!place.emplace(task_id, folded.tasks.size()).second) return;
        const std::vector<std::optional<double>> unknown(rows.runs.size());
        folded.tasks.push_back({task_id, display_name, unknown, unknown});
    };
    for (const StructureTask& task : structure.tasks) add(task.task_id, task.display_name);
    for (const TaskId& task_id : rows.task_ids) add(task_id, task_id.str());
    for (size_t i = 0; i < rows.runs.size(); ++i) {
        for (const TaskTimes& times : rows.runs[i].tasks) {
            Durations::Task& task = folded.tasks[place.at(rows.task_ids[times.task])];
            task.seconds[i] = seconds_between(times.start, times.end);
            task.landing_seconds[i] = seconds_between(rows.runs[i].run.run_after, times.end);
        }
        folded.runs.push_back(std::move(rows.runs[i].run));
    }
    return folded;
}

}  // namespace

Result<std::shared_ptr<const DagStructure>> ViewService::structure(const DagId& dag_id,
                                                                   std::optional<int> version_number) {
    if (!version_number) return newest(dag_id);
    TRY(store_.get_dag(dag_id));  // says that the DAG is missing, if it is that
    const DagVersion version = TRY(store_.get_dag_version(dag_id, *version_number));
    return keep(version.key, TRY(make_dag_structure(version.definition, version.version_number)));
}

Result<std::shared_ptr<const DagStructure>> ViewService::newest(const DagId& dag_id) {
    const DagVersionKey key = TRY(store_.get_dag(dag_id)).latest_version;
    {
        const std::scoped_lock lock(mutex_);
        if (const auto known = structures_.find(key); known != structures_.end()) return known->second;
    }
    // Not by `key`: a version without runs may have been replaced since.
    const DagVersion version = TRY(store_.latest_dag_version(dag_id));
    return keep(version.key, TRY(make_dag_structure(version.definition, version.version_number)));
}

std::shared_ptr<const DagStructure> ViewService::keep(DagVersionKey key, DagStructure structure) {
    auto shared = std::make_shared<const DagStructure>(std::move(structure));
    const std::scoped_lock lock(mutex_);
    if (structures_.size() >= kMaxCachedStructures) structures_.clear();
    return structures_.insert_or_assign(key, std::move(shared)).first->second;
}

Result<Grid> ViewService::grid(const DagRunFilter& filter, int limit) {
    CHECK(filter.dag_id.has_value());
    auto structure = TRY(newest(*filter.dag_id));
    return fold_grid(std::move(structure), TRY(store_.grid_rows(filter, limit)));
}

Result<DagList> ViewService::dags(const DagFilter& filter, const Page& page, int runs_limit) {
    DagList list{TRY(store_.list_dags(filter, page)), {}};
    std::vector<DagId> ids;
    ids.reserve(list.page.items.size());
    for (const DagRow& row : list.page.items) ids.push_back(row.dag_id);
    list.recent = TRY(store_.recent_runs(ids, runs_limit));
    return list;
}

Result<Dashboard> ViewService::dashboard(TimePoint from, TimePoint to) {
    Dashboard board;
    const Duration step = history_step(from, to);
    const TimePoint first = start_of_bucket(from, step);
    for (TimePoint start = first; start < to; start += step) board.history.push_back({.start = start});
    for (const RunCount& count : TRY(store_.count_runs_started(from, to, step, first))) {
        board.dag_run_states[count.state] += count.count;
        auto& bucket = board.history.at(static_cast<size_t>(count.bucket));
        if (count.state == DagRunState::success) bucket.success += count.count;
        if (count.state == DagRunState::failed) bucket.failed += count.count;
        if (count.state == DagRunState::running) bucket.running += count.count;
    }
    board.dag_run_states[DagRunState::queued] = TRY(store_.count_queued_runs());
    board.task_instance_states = TRY(store_.count_task_instances(from, to));
    board.running = TRY(store_.running_runs(kShownRuns));
    board.failed = TRY(store_.failed_runs(from, to, kShownRuns, kShownTasks));
    board.dags = TRY(store_.count_dags());
    board.import_errors = TRY(store_.list_import_errors({.limit = 0, .offset = 0, .order_by = {}})).total;
    board.pools = TRY(store_.pools_in_use());
    return board;
}

Result<Durations> ViewService::durations(const DagId& dag_id, int limit) {
    const auto structure = TRY(newest(dag_id));
    DurationRows rows = TRY(store_.duration_rows(dag_id, limit));
    return fold_durations(*structure, std::move(rows));
}

Result<DagCalendar> ViewService::calendar(const DagId& dag_id, TimePoint from, TimePoint to, const Zone& zone,
                                          Granularity granularity) {
    const DagRow row = TRY(store_.get_dag(dag_id));
    DagCalendar calendar{fold_calendar(TRY(store_.run_dates(dag_id, {from, to})), zone, granularity), {}};
    if (row.is_paused || row.is_stale || !row.next_due) return calendar;
    const Dag dag = TRY(dag_from_json(TRY(store_.latest_dag_version(dag_id)).definition));
    const auto timetable = TRY(make_timetable(dag.schedule, defaults_));
    for (const TimePoint planned :
         planned_runs(*timetable, dag.bounds, row.next_due, clock_.now(), to, kMostPlannedRuns))
        if (planned >= from) ++calendar.planned[calendar_date(planned, zone, granularity)];
    return calendar;
}

Result<std::optional<Duration>> ViewService::usual_duration(const DagId& dag_id) {
    return median(TRY(store_.recent_durations(dag_id, kRunsForUsual)));
}

}  // namespace gale
