#include "scheduler/state.hpp"

#include <algorithm>

namespace gale {

RunIndex::RunIndex(DagRun the_run, std::shared_ptr<const DagShape> the_shape, std::vector<TaskInstance> instances)
    : run(std::move(the_run)), shape(std::move(the_shape)) {
    place(std::move(instances));
}

void RunIndex::place(std::vector<TaskInstance> instances) {
    struct Placed {
        size_t task;
        TaskInstance instance;
    };
    std::vector<Placed> placed;
    placed.reserve(instances.size());
    for (TaskInstance& instance : instances) {
        if (const auto task = dag().index_of(instance.task_id))
            placed.push_back({*task, std::move(instance)});
        else
            ++strays_;
    }
    std::ranges::stable_sort(placed, [](const Placed& a, const Placed& b) {
        return std::pair(a.task, a.instance.map_index) < std::pair(b.task, b.instance.map_index);
    });
    instances_.clear();
    states_.clear();
    task_of_.clear();
    place_.clear();
    first_.assign(dag().tasks.size() + 1, 0);
    for (Placed& p : placed) {
        ++first_[p.task + 1];
        task_of_.push_back(static_cast<std::uint32_t>(p.task));
        states_.push_back(p.instance.state);
        instances_.push_back(std::move(p.instance));
    }
    for (size_t task = 1; task < first_.size(); ++task) first_[task] += first_[task - 1];
    place_.reserve(instances_.size());
    for (size_t i = 0; i < instances_.size(); ++i) place_.emplace(instances_[i].id, i);
}

void RunIndex::expand(const TaskExpansion& expansion) {
    std::vector<TaskInstance> all = std::move(instances_);
    const auto of = place_.at(expansion.of);
    if (expansion.is_first) all[of].map_index = 0;
    forget_lengths_of(task_of_[of]);
    all.insert(all.end(), expansion.added.begin(), expansion.added.end());
    place(std::move(all));
    dirty = true;
}

void RunIndex::forget_lengths_of(size_t task) {
    if (!shape->is_map_source[task]) return;
    const TaskId& task_id = dag().tasks[task].task_id;
    std::erase_if(lengths, [&](const auto& known) { return known.first.task_id == task_id; });
}

PreviousRun make_previous_run(const ActiveRun& run) {
    PreviousRun previous{run.run.key, run.run.run_id, {}};
    for (const TaskInstance& instance : run.task_instances) previous.states[instance.task_id].push_back(instance.state);
    return previous;
}

std::optional<size_t> RunIndex::find(const TaskInstanceId& id) const {
    const auto found = place_.find(id);
    if (found == place_.end()) return std::nullopt;
    return found->second;
}

void RunIndex::apply(size_t i, const TaskTransition& change) {
    TaskInstance& row = instances_[i];
    forget_lengths_of(task_of_[i]);
    row.state = states_[i] = change.to;
    if (change.try_number) row.try_number = *change.try_number;
    if (change.max_tries) row.max_tries = *change.max_tries;
    if (change.scheduled_at) row.scheduled_at = change.scheduled_at;
    if (change.queued_at) row.queued_at = change.queued_at;
    if (change.start_date) row.start_date = change.start_date;
    if (change.end_date) row.end_date = change.end_date;
    if (change.next_try_at) row.next_try_at = change.next_try_at;
    if (change.hostname) row.hostname = *change.hostname;
    if (change.node_id) row.node_id = *change.node_id;
    if (change.pid) row.pid = change.pid;
    if (change.reason) row.reason = change.reason;
    if (change.new_id) {
        place_.erase(row.id);
        place_.emplace(*change.new_id, i);
        row.id = *change.new_id;
        row.start_date.reset();
        row.end_date.reset();
        row.pid.reset();
    }
    dirty = true;
}

void RunIndex::restore(size_t i, TaskInstance before) {
    states_[i] = before.state;
    forget_lengths_of(task_of_[i]);
    place_.erase(instances_[i].id);
    place_.emplace(before.id, i);
    instances_[i] = std::move(before);
}

bool SchedulerState::is_stopping(const TaskInstance& instance) const {
    // After a restart nobody knows whose tries the strangers are; only an instance that was tried before can be meant.
    if (strangers_running && instance.try_number > 0) return true;
    const auto run = stopping.find(instance.run);
    return run != stopping.end() && run->second.contains({instance.task_id, instance.map_index});
}

bool SchedulerState::is_schedulable(const DagId& dag_id) const {
    const auto entry = dags.find(dag_id);
    return entry != dags.end() && !entry->second.row.is_paused && !entry->second.row.is_stale;
}

}  // namespace gale
