// SchedulerCore, part: what the executor reported.
#include <algorithm>

#include "base/hash.hpp"
#include "scheduler/core.hpp"
#include "scheduler/reports.hpp"

namespace gale {

void SchedulerCore::take(Round& round, size_t index, const TryStarted& report) {
    const auto found = find(report.id);
    const auto foreign = found ? std::nullopt : find_foreign(report.id);
    const auto& known = found ? found : foreign;
    if (!known || !is_live_state(known->first->instance(known->second).state)) {
        round.terminate.emplace_back(report.id, "this try is no longer wanted");
        return;
    }
    auto& [run, i] = *known;
    auto transition = started(run->instance(i), report);
    if (!transition) return;
    if (foreign) return change_foreign(round, *run, i, std::move(*transition));
    round.report_of[report.id] = index;
    change(round, *run, i, std::move(*transition));
}

void SchedulerCore::take(Round& round, size_t index, const TryFinished& report) {
    round.acknowledge.push_back(report.id);
    round.finished.push_back(report.id);
    const auto found = find(report.id);
    const auto foreign = found ? std::nullopt : find_foreign(report.id);
    const auto& known = found ? found : foreign;
    if (!known) return;
    auto& [run, i] = *known;
    const Task& task = run->dag().tasks[run->task_of(i)];
    auto transition = finished(run->instance(i), task, run->run, report, TaskInstanceId(uuid7()));
    if (!transition) return;
    if (foreign) return change_foreign(round, *run, i, std::move(*transition));
    round.report_of[report.id] = index;
    change(round, *run, i, std::move(*transition));
}

// A try that its worker does not know. Running, it is lost. Queued, it was never received: it waits anew.
void SchedulerCore::take_missing(Round& round, RunIndex& run, size_t i, bool is_foreign, TimePoint now) {
    const TaskInstance& instance = run.instance(i);
    std::optional<TaskTransition> transition;
    if (instance.state == TaskState::queued) {
        transition = requeued(instance, TaskInstanceId(uuid7()));
    } else {
        const TryFinished lost{instance.id,
                               now,
                               TaskState::failed,
                               true,
                               {},
                               {},
                               "the worker that ran it is gone, and the process with it",
                               {}};
        round.finished.push_back(instance.id);
        transition = finished(instance, run.dag().tasks[run.task_of(i)], run.run, lost, TaskInstanceId(uuid7()));
    }
    if (!transition) return;
    if (is_foreign)
        change_foreign(round, run, i, std::move(*transition));
    else
        change(round, run, i, std::move(*transition));
}

// What the worker does not know is lost (running) or was never received (queued: handed over again).
void SchedulerCore::take(Round& round, const WorkerConnected& report, TimePoint now) {
    round.connected |= !state_.worker_connected;
    state_.worker_connected = true;
    const std::set<TaskInstanceId> alive(report.alive.begin(), report.alive.end());
    const auto compare = [&](DagRunKey key, RunIndex& run, bool is_foreign) {
        for (size_t i = 0; i < run.states().size(); ++i) {
            const TaskInstance& instance = run.instance(i);
            // A row of before there were nodes names none: it was this one's.
            const bool here = instance.node_id == settings_.node_id || instance.node_id.empty();
            if (!is_live_state(instance.state) || !here) continue;
            if (alive.contains(instance.id))
                live_[instance.id] = {key, instance.task_id, instance.map_index, false, is_foreign};
            else if (instance.state == TaskState::queued && !is_foreign)
                round.dispatch.push_back(instance.id);
            else
                take_missing(round, run, i, is_foreign, now);
        }
    };
    for (auto& [key, run] : state_.runs) compare(key, run, false);
    for (auto& [key, run] : foreign_runs_) compare(key, run, true);
    for (const auto& [id, live] : live_)
        if (!alive.contains(id) && live.stopping) round.finished.push_back(id);
    for (const TaskInstanceId& id : report.alive) {
        if (const auto live = live_.find(id); live != live_.end() && !live->second.stopping) continue;
        live_.try_emplace(id, LiveTry{DagRunKey{}, TaskId{}, kNotMapped, true});
        round.terminate.emplace_back(id, "this try is no longer wanted");
    }
    rebuild_stopping();
}

// Nobody is left to report the tries of a node that has been silent for longer than its worker would go on.
void SchedulerCore::take_dead_nodes(Round& round, TimePoint now) {
    if (dead_nodes_.empty()) return;
    for (auto& [key, run] : state_.runs)
        for (size_t i = 0; i < run.states().size(); ++i)
            if (is_live_state(run.instance(i).state) && dead_nodes_.contains(run.instance(i).node_id))
                take_missing(round, run, i, false, now);
}

void SchedulerCore::take_report(Round& round, size_t index, TimePoint now) {
    const ExecutorEvent& event = reports_[index].event;
    if (const auto* start = std::get_if<TryStarted>(&event))
        take(round, index, *start);
    else if (const auto* finish = std::get_if<TryFinished>(&event))
        take(round, index, *finish);
    else
        take(round, std::get<WorkerConnected>(event), now);
}

}  // namespace gale
