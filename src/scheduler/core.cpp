#include "scheduler/core.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/fault.hpp"
#include "base/hash.hpp"
#include "base/log.hpp"

namespace gale {
namespace {

std::string log_path(const std::string& base, const TaskInstance& instance) {
    const std::string mapped = instance.map_index == kNotMapped ? "" : fmt::format("map_index={}/", instance.map_index);
    return fmt::format("{}/dag_id={}/run_id={}/task_id={}/{}attempt={}.log", base, instance.dag_id.str(),
                       instance.run_id.str(), instance.task_id.str(), mapped, instance.try_number);
}

}  // namespace

SchedulerCore::SchedulerCore(Store& store, Executor& executor, SchedulerSettings settings)
    : store_(store), executor_(executor), settings_(std::move(settings)) {
    state_.limits = settings_.limits;
    state_.node_id = settings_.node_id;
    state_.worker_connected = false;  // until the worker said what still runs
}

std::optional<std::pair<RunIndex*, size_t>> SchedulerCore::find(const TaskInstanceId& id) {
    const auto where = where_.find(id);
    if (where == where_.end()) return std::nullopt;
    const auto run = state_.runs.find(where->second);
    if (run == state_.runs.end()) return std::nullopt;
    const auto instance = run->second.find(id);
    if (!instance) return std::nullopt;
    return std::pair(&run->second, *instance);
}

void SchedulerCore::change(Round& round, RunIndex& run, size_t i, TaskTransition transition) {
    round.undo.push_back({run.run.key, i, run.instance(i), run.dirty, run.fail_fast_due});
    run.apply(i, transition);
    if (transition.new_id) where_[*transition.new_id] = run.run.key;
    if (transition.to == TaskState::failed && run.dag().fail_fast) run.fail_fast_due = true;
    round.plan.tasks.push_back(std::move(transition));
}

void SchedulerCore::undo(Round& round) {
    for (auto entry = round.undo.rbegin(); entry != round.undo.rend(); ++entry) {
        RunIndex& run = state_.runs.at(entry->run);
        run.restore(entry->instance, std::move(entry->before));
        run.dirty = entry->dirty;
        run.fail_fast_due = entry->fail_fast_due;
    }
    if (round.connected) state_.worker_connected = false;
}

Result<std::optional<TimePoint>> SchedulerCore::step(TimePoint now) {
    TRY(refresh());
    Round round;
    for (size_t i = 0; i < reports_.size(); ++i) take_report(round, i, now);
    take_dead_nodes(round, now);
    if (auto loaded = load_map_lengths(); !loaded) {
        undo(round);
        return std::unexpected(std::move(loaded).error());
    }
    const Decision decision = decide(state_, now);
    Plan& plan = round.plan;
    plan.new_runs = decision.plan.new_runs;
    plan.next_due = decision.plan.next_due;
    plan.runs = decision.plan.runs;
    plan.tasks.insert(plan.tasks.end(), decision.plan.tasks.begin(), decision.plan.tasks.end());
    plan.expansions = decision.plan.expansions;
    plan.pause_dags = decision.plan.pause_dags;
    plan.consume_inbox = inbox_read_;
    ApplyOutcome outcome;
    if (!plan.empty()) {
        set_leases(plan);
        auto applied = store_.apply(plan);
        if (applied && fault::in_doubt("scheduler.told"))
            applied = fail(ErrorCode::unavailable, "whether the plan was committed is unknown");
        if (!applied) {
            undo(round);
            return std::unexpected(std::move(applied).error());
        }
        outcome = std::move(*applied);
    }
    if (!outcome.lost_leases.empty()) {
        undo(round);
        for (const DagId& dag_id : outcome.lost_leases) lose(dag_id);
        renew_due_ = true;
        return now;
    }
    fault::pass("scheduler.applied");
    commit(round, decision, outcome);
    if (!to_reload_.empty() || dags_changed_ || renew_due_ || !outcome.created_runs.empty() ||
        !decision.look_again.empty() || !check_outcomes_.empty() || !reports_.empty())
        return now;
    return decision.next_wake;
}

void SchedulerCore::commit(Round& round, const Decision& decision, const ApplyOutcome& outcome) {
    inbox_read_.clear();
    dead_nodes_.clear();
    std::set<TaskInstanceId> conflicts(outcome.task_conflicts.begin(), outcome.task_conflicts.end());
    check_outcomes_.clear();
    for (auto& [dag_id, entry] : state_.dags) entry.outcomes.reset();
    // A report that lost against somebody's change is tried once more on the fresh rows.
    std::vector<Report> again;
    for (const TaskInstanceId& id : conflicts) {
        const auto report = round.report_of.find(id);
        if (report != round.report_of.end() && reports_[report->second].conflicts == 0) {
            again.push_back({reports_[report->second].event, 1});
            std::erase(round.finished, id);
            std::erase(round.acknowledge, id);
        }
        if (const auto where = where_.find(id); where != where_.end()) to_reload_.insert(where->second);
    }
    reports_ = std::move(again);
    // Another scheduler took the slots first: its use is read anew before the next decision.
    for (const TaskInstanceId& id : outcome.pool_refusals) {
        conflicts.insert(id);
        renew_due_ = true;
    }
    to_reload_.insert(outcome.run_conflicts.begin(), outcome.run_conflicts.end());
    dags_changed_ |= !outcome.changed_dags.empty();
    round.dispatch.insert(round.dispatch.end(), decision.dispatch.begin(), decision.dispatch.end());
    commit_runs(decision, outcome, conflicts);
    insert_created(decision.plan, outcome.created_runs);
    for (const TaskInstanceId& id : outcome.pool_refusals)
        if (const auto where = where_.find(id); where != where_.end()) state_.runs.at(where->second).dirty = true;
    after_commit(round, conflicts);
}

void SchedulerCore::commit_runs(const Decision& decision, const ApplyOutcome& outcome,
                                const std::set<TaskInstanceId>& conflicts) {
    for (const auto& [key, wake_at] : decision.looked_at) {
        RunIndex& run = state_.runs.at(key);
        run.dirty = decision.look_again.contains(key);
        run.fail_fast_due = false;
        run.wake_at = wake_at;
    }
    for (const auto& [key, reason] : decision.outcome_reasons)
        log::info("scheduler", "run '{}' failed: {}", state_.runs.at(key).run.run_id.str(), reason);
    std::map<DagRunKey, std::vector<const TaskTransition*>> by_run;
    for (const TaskTransition& change : decision.plan.tasks)
        if (!conflicts.contains(change.id)) by_run[where_.at(change.id)].push_back(&change);
    for (const auto& [key, changes] : by_run) {
        RunIndex& run = state_.runs.at(key);
        const bool dirty = run.dirty;
        for (const TaskTransition* change : changes) run.apply(run.find(change->id).value(), *change);
        run.dirty = dirty;  // the pass that made these changes has seen them
        for (auto& [other_key, other] : state_.runs)
            if (other_key != key && other.shape->depends_on_past && other.run.dag_id == run.run.dag_id)
                other.dirty = true;
    }
    for (const TaskExpansion& expansion : decision.plan.expansions) {
        if (conflicts.contains(expansion.of)) continue;
        const DagRunKey key = where_.at(expansion.of);
        for (const TaskInstance& made : expansion.added) where_[made.id] = key;
        state_.runs.at(key).expand(expansion);
    }
    for (const DagRunTransition& change : decision.plan.runs) {
        if (std::ranges::find(outcome.run_conflicts, change.run) != outcome.run_conflicts.end()) continue;
        RunIndex& run = state_.runs.at(change.run);
        run.run.state = change.to;
        if (change.start_date) run.run.start_date = change.start_date;
        if (change.end_date) run.run.end_date = change.end_date;
        const auto entry = state_.dags.find(run.run.dag_id);
        if (change.to == DagRunState::failed && entry != state_.dags.end() &&
            entry->second.row.max_consecutive_failed_dag_runs > 0)
            check_outcomes_.insert(run.run.dag_id);
    }
    const std::set<DagId> changed(outcome.changed_dags.begin(), outcome.changed_dags.end());
    for (const DagId& dag_id : changed)
        if (const auto entry = state_.dags.find(dag_id); entry != state_.dags.end()) entry->second.due_known = false;
    for (const auto& [dag_id, update] : decision.dues) {
        if (changed.contains(dag_id)) continue;
        DagEntry& entry = state_.dags.at(dag_id);
        entry.last = update.last;
        entry.due = update.due;
        entry.due_known = true;
    }
    for (const NextDueRun& next : decision.plan.next_due)
        if (!changed.contains(next.dag_id)) state_.dags.at(next.dag_id).row.next_due = next.due;
    for (const DagId& dag_id : decision.plan.pause_dags) {
        state_.dags.at(dag_id).row.is_paused = true;
        log::warning("scheduler", "DAG '{}' is paused: its last {} runs failed (max_consecutive_failed_dag_runs)",
                     dag_id.str(), state_.dags.at(dag_id).row.max_consecutive_failed_dag_runs);
    }
}

void SchedulerCore::insert_created(const Plan& plan, const std::vector<DagRun>& created) {
    for (const DagRun& run : created) {
        const auto planned = std::ranges::find_if(plan.new_runs, [&](const NewDagRun& made) {
            return made.run.dag_id == run.dag_id && made.run.run_id == run.run_id;
        });
        if (planned == plan.new_runs.end()) continue;
        std::vector<TaskInstance> instances = planned->task_instances;
        for (TaskInstance& instance : instances) {
            instance.run = run.key;
            where_[instance.id] = run.key;
        }
        forget_previous(run.dag_id);
        state_.runs.emplace(run.key, RunIndex(run, state_.dags.at(run.dag_id).shape, std::move(instances)));
    }
}

void SchedulerCore::after_commit(Round& round, const std::set<TaskInstanceId>& conflicts) {
    for (const TaskInstanceId& id : round.finished) live_.erase(id);
    for (const Undo& entry : round.undo)
        if (const auto run = state_.runs.find(entry.run);
            run != state_.runs.end() && !run->second.find(entry.before.id))
            where_.erase(entry.before.id);
    for (const TaskInstanceId& id : round.dispatch)
        if (!conflicts.contains(id)) dispatch(id);
    for (const auto& [id, reason] : round.terminate) executor_.terminate(id, reason);
    for (const TaskInstanceId& id : round.acknowledge) executor_.acknowledge(id);
    for (auto& [key, run] : state_.runs) reconcile(key, &run);
    for (auto run = state_.runs.begin(); run != state_.runs.end();) {
        if (!is_finished(run->second.run.state) || to_reload_.contains(run->first)) {
            ++run;
            continue;
        }
        for (const TaskInstance& instance : run->second.instances()) where_.erase(instance.id);
        const DagId dag_id = run->second.run.dag_id;
        run = state_.runs.erase(run);
        forget_previous(dag_id);
    }
    rebuild_stopping();
}

// Stops the run's tries that are no longer current: cleared, marked, timed out.
void SchedulerCore::reconcile(DagRunKey key, const RunIndex* run) {
    bool stopped = false;
    for (auto& [id, live] : live_) {
        if (live.run != key || live.stopping) continue;
        const auto where = where_.find(id);
        if (run && where != where_.end()) {
            const auto i = run->find(id);
            if (i && is_live_state(run->states()[*i])) continue;
        }
        live.stopping = stopped = true;
        executor_.terminate(id, "the task was cleared, marked or timed out");
    }
    if (stopped) rebuild_stopping();
}

void SchedulerCore::rebuild_stopping() {
    const auto before = std::move(state_.stopping);
    state_.stopping.clear();
    const bool strangers_before = std::exchange(state_.strangers_running, false);
    for (const auto& [id, live] : live_) {
        if (!live.stopping) continue;
        if (live.task_id.empty())
            state_.strangers_running = true;
        else
            state_.stopping[live.run].insert({live.task_id, live.map_index});
    }
    for (auto& [key, run] : state_.runs)
        if (before.contains(key) || strangers_before != state_.strangers_running) run.dirty = true;
}

void SchedulerCore::dispatch(const TaskInstanceId& id) {
    const auto found = find(id);
    if (!found) return;
    const auto& [run, i] = *found;
    const TaskInstance& instance = run->instance(i);
    if (instance.state != TaskState::queued) return;
    const Task& task = run->dag().tasks[run->task_of(i)];
    TryRequest request;
    request.id = instance.id;
    request.dag_id = instance.dag_id;
    request.run_id = instance.run_id;
    request.task_id = instance.task_id;
    request.map_index = instance.map_index;
    request.try_number = instance.try_number;
    request.max_tries = instance.max_tries;
    request.should_retry = may_retry(instance.try_number, instance.max_tries);
    request.dag_version = run->shape->version;
    if (const auto entry = state_.dags.find(instance.dag_id); entry != state_.dags.end()) {
        request.fileloc = entry->second.row.fileloc;
        request.relative_fileloc = entry->second.row.relative_fileloc;
    } else if (const auto row = store_.get_dag(instance.dag_id)) {  // stale: its file went after it was queued
        request.fileloc = row->fileloc;
        request.relative_fileloc = row->relative_fileloc;
    }
    request.log_path = log_path(settings_.base_log_folder, instance);
    request.run = run->run;
    request.pool_slots = instance.pool_slots;
    request.priority_weight = instance.priority_weight;
    request.queue = instance.queue;
    request.owner = task.owner;
    request.native = task.native;
    request.do_xcom_push = task.do_xcom_push;
    request.execution_timeout = task.execution_timeout;
    live_[id] = {run->run.key, instance.task_id, instance.map_index, false};
    executor_.start(std::move(request));
}

}  // namespace gale
