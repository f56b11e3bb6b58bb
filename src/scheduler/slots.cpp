#include "scheduler/slots.hpp"

#include <fmt/format.h>

namespace gale {

bool goes_before(const Candidate& a, const Candidate& b) {
    const auto rank = [](const Candidate& c) {
        const TaskInstance& instance = c.run->instance(c.instance);
        return std::tuple(-std::int64_t{instance.priority_weight},
                          c.run->run.logical_date.value_or(c.run->run.run_after), instance.map_index, c.run->run.key,
                          c.instance);
    };
    return rank(a) < rank(b);
}

void Slots::occupy(const RunIndex& run, size_t i, TaskState as) {
    const TaskInstance& instance = run.instance(i);
    pools_[instance.pool].add(as, instance.pool_slots);
    const Task& task = run.dag().tasks[run.task_of(i)];
    const bool held = as == TaskState::deferred || as == TaskState::awaiting_input;
    if (!is_executing(as) && !held) return;
    if (task.max_active_tis_per_dag) ++by_task_[{instance.dag_id, instance.task_id}];
    if (task.max_active_tis_per_dagrun) ++by_task_of_run_[{run.run.key, run.task_of(i)}];
    if (held) return;
    ++used_;
    ++by_run_[run.run.key];
}

std::string Slots::refusal(const RunIndex& run, size_t i) const {
    const TaskInstance& instance = run.instance(i);
    const Task& task = run.dag().tasks[run.task_of(i)];
    const auto pool = state_.pools.find(instance.pool);
    if (pool == state_.pools.end())
        return fmt::format("waits for pool '{}', which does not exist: create it", instance.pool.str());
    if (state_.is_stopping(instance)) return "waits for its previous try to be stopped";
    if (!state_.worker_connected) return "waits for a worker to connect";
    if (used_ >= state_.limits.parallelism)
        return fmt::format("waits for a free slot: all {} of [core] parallelism are taken", state_.limits.parallelism);
    const auto use = pools_.find(instance.pool);
    const int open = open_slots(pool->second, use == pools_.end() ? PoolUse{} : use->second);
    if (instance.pool_slots > open)
        return fmt::format("waits for pool '{}': {} of {} slots free, {} needed", instance.pool.str(),
                           std::max(open, 0), pool->second.slots, instance.pool_slots);
    const int in_run = run.dag().max_active_tasks.value_or(state_.limits.max_active_tasks_per_dag);
    if (count(by_run_, run.run.key) >= in_run)
        return fmt::format("waits for other tasks of the run: all {} of max_active_tasks are taken", in_run);
    if (task.max_active_tis_per_dag &&
        count(by_task_, std::pair(instance.dag_id, instance.task_id)) >= *task.max_active_tis_per_dag)
        return fmt::format("waits for the same task of other runs: max_active_tis_per_dag is {}",
                           *task.max_active_tis_per_dag);
    if (task.max_active_tis_per_dagrun &&
        count(by_task_of_run_, TaskOfRun(run.run.key, run.task_of(i))) >= *task.max_active_tis_per_dagrun)
        return fmt::format("waits for the same task of this run: max_active_tis_per_dagrun is {}",
                           *task.max_active_tis_per_dagrun);
    return {};
}

bool Slots::take(const RunIndex& run, size_t i) {
    if (!refusal(run, i).empty()) return false;
    occupy(run, i, TaskState::queued);
    return true;
}

}  // namespace gale
