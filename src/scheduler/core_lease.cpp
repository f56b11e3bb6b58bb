// SchedulerCore, part: the DAGs it leads among other schedulers, and tries here of runs that others lead.
#include <algorithm>

#include "base/log.hpp"
#include "scheduler/core.hpp"

namespace gale {

Result<void> SchedulerCore::renew(bool look_around) {
    LeaseRequest request;
    request.node_id = settings_.node_id;
    request.job_id = job_id_;
    request.hostname = settings_.hostname;
    request.worker_lease = settings_.leases.worker_lease;
    request.dead_after = settings_.leases.dead_after;
    request.look_around = look_around || !loaded_;
    request.nodes = nodes_;
    request.held = leases_.size();
    for (const auto& [key, run] : state_.runs) request.busy.insert(run.run.dag_id);
    request.leader = leader_of;
    const auto asked = std::chrono::steady_clock::now();
    LeaseRound round = TRY(store_.renew_leases(request));
    executor_.renew_lease(asked);
    if (round.nodes != nodes_ && (round.nodes.size() > 1 || nodes_.size() > 1))
        log::info("scheduler", "{} schedulers are alive", round.nodes.size());
    nodes_ = std::move(round.nodes);
    dead_nodes_ = {round.dead_nodes.begin(), round.dead_nodes.end()};
    renew_due_ = false;
    if (round.held) TRY(take_leases(std::move(*round.held)));
    if (nodes_.size() > 1)
        state_.pools_elsewhere = TRY(store_.pools_used_elsewhere(settings_.node_id));
    else
        state_.pools_elsewhere.clear();
    return look_after_foreign_tries();
}

// While the index is not loaded yet, the leases say what to load.
Result<void> SchedulerCore::take_leases(std::map<DagId, std::int64_t> held) {
    if (!loaded_) {
        leases_ = std::move(held);
        return {};
    }
    std::vector<DagId> lost;
    for (const auto& [dag_id, fence] : leases_)
        if (const auto kept = held.find(dag_id); kept == held.end() || kept->second != fence) lost.push_back(dag_id);
    for (const DagId& dag_id : lost) lose(dag_id);
    for (const auto& [dag_id, fence] : held) {
        if (leases_.contains(dag_id)) continue;
        TRY(gain(dag_id));
        leases_[dag_id] = fence;
    }
    return {};
}

Result<void> SchedulerCore::gain(const DagId& dag_id) {
    const auto row = store_.get_dag(dag_id);
    if (!row && row.error().code() != ErrorCode::not_found) return std::unexpected(row.error());
    if (!row) return {};
    std::vector<ActiveRun> runs = TRY(store_.load_active_runs(dag_id));
    if (!row->is_stale) TRY(load_dag(*row));
    for (ActiveRun& run : runs) TRY(adopt(std::move(run)));
    return {};
}

// Its tries go on: this node watches over them until they end.
void SchedulerCore::lose(const DagId& dag_id) {
    leases_.erase(dag_id);
    state_.dags.erase(dag_id);
    check_outcomes_.erase(dag_id);
    for (auto run = state_.runs.begin(); run != state_.runs.end();) {
        if (run->second.run.dag_id != dag_id) {
            ++run;
            continue;
        }
        for (const TaskInstance& instance : run->second.instances()) where_.erase(instance.id);
        for (auto& [id, live] : live_) live.foreign |= live.run == run->first && !live.stopping;
        to_reload_.erase(run->first);
        run = state_.runs.erase(run);
    }
}

// Their leader cannot reach this worker: a try that it cleared, marked or timed out is seen here, and stopped.
Result<void> SchedulerCore::look_after_foreign_tries() {
    bool stopped = false;
    for (auto& [id, live] : live_) {
        if (!live.foreign || live.stopping) continue;
        const auto instance = store_.get_task_instance(id);
        if (!instance && instance.error().code() != ErrorCode::not_found) return std::unexpected(instance.error());
        if (instance && (instance->state == TaskState::queued || instance->state == TaskState::running)) continue;
        live.stopping = stopped = true;
        executor_.terminate(id, "the task was cleared, marked or timed out");
    }
    if (stopped) rebuild_stopping();
    return {};
}

Result<void> SchedulerCore::load_foreign_run(const TaskInstance& instance) {
    if (state_.runs.contains(instance.run) || foreign_runs_.contains(instance.run)) return {};
    auto active = store_.load_run(instance.run);
    if (!active && active.error().code() == ErrorCode::not_found) return {};
    if (!active) return std::unexpected(std::move(active).error());
    auto shape = shape_of(active->run.dag_version);
    if (!shape && error_traits(shape.error().code()).retryable) return std::unexpected(std::move(shape).error());
    if (!shape) {
        log::error("scheduler", "a try of run '{}' of DAG '{}' ends unseen: {}", active->run.run_id.str(),
                   active->run.dag_id.str(), shape.error().to_string());
        return {};
    }
    foreign_runs_.emplace(instance.run, RunIndex(active->run, *shape, std::move(active->task_instances)));
    return {};
}

Result<void> SchedulerCore::load_foreign_runs() {
    foreign_runs_.clear();
    for (const Report& report : reports_) {
        if (std::holds_alternative<WorkerConnected>(report.event)) {
            for (const TaskInstance& instance : TRY(store_.tries_of_node(settings_.node_id)))
                TRY(load_foreign_run(instance));
            continue;
        }
        const auto* start = std::get_if<TryStarted>(&report.event);
        const TaskInstanceId& id = start ? start->id : std::get<TryFinished>(report.event).id;
        if (where_.contains(id)) continue;
        const auto instance = store_.get_task_instance(id);
        if (!instance && instance.error().code() == ErrorCode::not_found) continue;
        if (!instance) return std::unexpected(instance.error());
        TRY(load_foreign_run(*instance));
    }
    return {};
}

std::optional<std::pair<RunIndex*, size_t>> SchedulerCore::find_foreign(const TaskInstanceId& id) {
    for (auto& [key, run] : foreign_runs_)
        if (const auto i = run.find(id)) return std::pair(&run, *i);
    return std::nullopt;
}

void SchedulerCore::change_foreign(Round& round, RunIndex& run, size_t instance, TaskTransition transition) {
    run.apply(instance, transition);  // what comes next in this step builds on it
    round.plan.foreign_tasks.push_back({run.run.dag_id, run.run.key, std::move(transition)});
}

// Of every DAG that the plan touches.
void SchedulerCore::set_leases(Plan& plan) const {
    plan.node_id = settings_.node_id;
    plan.shares_pools = nodes_.size() > 1;
    const auto touch = [&](const DagId& dag_id) {
        const auto lease = leases_.find(dag_id);
        plan.leases[dag_id] = lease == leases_.end() ? 0 : lease->second;  // 0 is nobody's fence
    };
    for (const NewDagRun& made : plan.new_runs) touch(made.run.dag_id);
    for (const NextDueRun& next : plan.next_due) touch(next.dag_id);
    for (const DagRunTransition& change : plan.runs) touch(state_.runs.at(change.run).run.dag_id);
    for (const DagId& dag_id : plan.pause_dags) touch(dag_id);
    std::set<DagRunKey> runs;
    for (const TaskTransition& change : plan.tasks)
        if (const auto run = where_.find(change.id); run != where_.end()) runs.insert(run->second);
    for (const TaskExpansion& expansion : plan.expansions) runs.insert(where_.at(expansion.of));
    for (const DagRunKey& key : runs) touch(state_.runs.at(key).run.dag_id);
}

}  // namespace gale
