#include "scheduler/explain.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scheduler/waiting_reason.hpp"

namespace gale {
namespace {

constexpr size_t kMaxCachedShapes = 64;

bool is_started(TaskState state) {
    return is_finished(state) || state == TaskState::running || state == TaskState::restarting;
}

// The run stands when nothing of it executes. The first task that waits for something else than its upstream says why.
std::optional<WaitingReason> standing_reason(const RunIndex& run, const std::vector<WaitingTask>& waiting) {
    if (std::ranges::any_of(run.states(), [](TaskState state) { return is_executing(state); })) return std::nullopt;
    const auto cause =
        std::ranges::find_if(waiting, [](const WaitingTask& task) { return task.reason.name != "Trigger Rule"; });
    const auto& told = cause == waiting.end() && !waiting.empty() ? waiting.begin() : cause;
    if (told == waiting.end()) return std::nullopt;
    const WaitingReason& why = told->reason;
    return WaitingReason{why.name,
                         fmt::format("nothing runs now: {} {}", told->task_id.str(), why.text),
                         "nothing_runs",
                         {{"task_id", told->task_id.str()}, {"code", why.code}, {"values", why.values}}};
}

}  // namespace

Result<std::shared_ptr<const DagShape>> RunExplainer::shape_of(DagVersionKey version) {
    {
        const std::scoped_lock lock(mutex_);
        if (const auto known = shapes_.find(version); known != shapes_.end()) return known->second;
    }
    const DagVersion row = TRY(store_.get_dag_version(version));
    auto dag = std::make_shared<Dag>(TRY(dag_from_json(row.definition)));
    dag->definition.clear();
    auto shape = make_dag_shape(std::shared_ptr<const Dag>(std::move(dag)), version);
    const std::scoped_lock lock(mutex_);
    if (shapes_.size() >= kMaxCachedShapes) shapes_.clear();
    return shapes_.insert_or_assign(version, std::move(shape)).first->second;
}

Result<SchedulerState> RunExplainer::state_for(const RunIndex& run) {
    SchedulerState state;
    state.limits = settings_.limits;
    DagEntry entry;
    entry.row = TRY(store_.get_dag(run.run.dag_id));
    entry.shape = run.shape;
    state.dags.emplace(run.run.dag_id, std::move(entry));
    for (Pool& pool : TRY(store_.list_pools())) state.pools.emplace(pool.name, std::move(pool));
    return state;
}

Result<std::optional<WaitingReason>> RunExplainer::scheduler_is_gone(TimePoint now) {
    const std::vector<Job> jobs = TRY(store_.latest_jobs());
    const auto job = std::ranges::find(jobs, "SchedulerJob", &Job::job_type);
    if (job == jobs.end())
        return WaitingReason{"Scheduler", "no scheduler has ever run: start one", "no_scheduler_ever"};
    const Duration silent = now - job->latest_heartbeat;
    if (job->state == "running" && silent < health_threshold_) return std::nullopt;
    const json::object values{{"seconds", std::chrono::duration_cast<std::chrono::seconds>(silent).count()}};
    if (job->state != "running")
        return WaitingReason{"Scheduler",
                             fmt::format("the scheduler was stopped {} ago: start one", rough_duration(silent)),
                             "scheduler_stopped", values};
    return WaitingReason{"Scheduler",
                         fmt::format("no scheduler has been alive for {}: start one", rough_duration(silent)),
                         "no_scheduler_alive", values};
}

Result<std::vector<RunId>> RunExplainer::active_elsewhere(const DagRun& run) {
    DagRunFilter filter;
    filter.dag_id = run.dag_id;
    filter.states = {DagRunState::running};
    std::vector<RunId> ids;
    for (const DagRun& other : TRY(store_.list_dag_runs(filter, Page{-1, 0, {"start_date"}})).items)
        if (other.key != run.key && other.run_type != RunType::backfill) ids.push_back(other.run_id);
    return ids;
}

Result<Slots> RunExplainer::occupied(const SchedulerState& state, const RunIndex& run) {
    Slots slots(state);
    for (const TaskInstance& other : TRY(store_.occupying_task_instances())) {
        const bool same_dag = other.dag_id == run.run.dag_id;
        slots.occupy(other, same_dag ? run.dag().find_task(other.task_id) : nullptr, other.state);
    }
    return slots;
}

Result<RunWaiting> RunExplainer::explain(const DagId& dag_id, const RunId& run_id, TimePoint now) {
    const DagRun row = TRY(store_.get_dag_run(dag_id, run_id));
    RunWaiting waiting;
    if (is_finished(row.state)) return waiting;
    ActiveRun active = TRY(store_.load_run(row.key));
    RunIndex run(std::move(active.run), TRY(shape_of(row.dag_version)), std::move(active.task_instances));
    if (run.shape->depends_on_past) {
        if (const auto previous = TRY(store_.previous_run(run.run, run.dag().bounds.catchup)))
            run.previous = make_previous_run(*previous);
        run.previous_known = true;
    }
    const SchedulerState state = TRY(state_for(run));
    const Slots slots = TRY(occupied(state, run));
    auto whole = TRY(scheduler_is_gone(now));
    if (!whole) whole = run_waiting_reason(state, run, TRY(active_elsewhere(run.run)), now);
    for (const auto task : run.shape->order) {
        const auto [first, last] = run.of_task(task);
        for (size_t i = first; i < last; ++i) {
            const TaskState task_state = run.states()[i];
            if (is_started(task_state)) continue;
            // What a worker has already is not held by the scheduler or by a pause.
            auto reason = whole && task_state != TaskState::queued ? whole : waiting_reason(state, slots, run, i, now);
            if (!reason) continue;
            const TaskInstance& instance = run.instance(i);
            waiting.task_instances.push_back({instance.task_id, instance.map_index, task_state, std::move(*reason)});
        }
    }
    waiting.run = whole ? whole : standing_reason(run, waiting.task_instances);
    return waiting;
}

}  // namespace gale
