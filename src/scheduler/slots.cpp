#include "scheduler/slots.hpp"

#include <fmt/format.h>

namespace gale {
namespace {

constexpr std::string_view kPool = "Pool Slots Available";
constexpr std::string_view kSlots = "Task Instance Slots Available";
constexpr std::string_view kConcurrency = "Task Concurrency";

}  // namespace

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
    occupy(run.instance(i), &run.dag().tasks[run.task_of(i)], as);
}

void Slots::occupy(const TaskInstance& instance, const Task* task, TaskState as) {
    pools_[instance.pool].add(as, instance.pool_slots);
    const bool held = as == TaskState::deferred || as == TaskState::awaiting_input;
    if (!is_executing(as) && !held) return;
    if (task != nullptr && task->max_active_tis_per_dag) ++by_task_[{instance.dag_id, instance.task_id}];
    if (task != nullptr && task->max_active_tis_per_dagrun) ++by_task_of_run_[{instance.run, instance.task_id}];
    if (held) return;
    ++used_;
    ++by_run_[instance.run];
}

std::optional<WaitingReason> Slots::pool_refusal(const TaskInstance& instance) const {
    const auto pool = state_.pools.find(instance.pool);
    if (pool == state_.pools.end())
        return WaitingReason{kPool,
                             fmt::format("waits for pool '{}', which does not exist: create it", instance.pool.str())};
    const auto use = pools_.find(instance.pool);
    const int open = open_slots(pool->second, use == pools_.end() ? PoolUse{} : use->second);
    if (instance.pool_slots <= open) return std::nullopt;
    const std::string need = fmt::format("waits for pool '{}': {} of {} slots free, {} needed", instance.pool.str(),
                                         std::max(open, 0), pool->second.slots, instance.pool_slots);
    const bool never = pool->second.slots < instance.pool_slots;
    return WaitingReason{kPool, never ? need + ": more than the pool has, so enlarge it" : need};
}

std::optional<WaitingReason> Slots::refusal(const RunIndex& run, size_t i) const {
    const TaskInstance& instance = run.instance(i);
    const Task& task = run.dag().tasks[run.task_of(i)];
    if (!state_.pools.contains(instance.pool)) return pool_refusal(instance);
    if (state_.is_stopping(instance))
        return WaitingReason{"Task Instance State", "waits for its previous try to be stopped"};
    if (!state_.worker_connected) return WaitingReason{"Worker", "waits for a worker to connect"};
    if (used_ >= state_.limits.parallelism)
        return WaitingReason{kSlots, fmt::format("waits for a free slot: all {} of [core] parallelism are taken",
                                                 state_.limits.parallelism)};
    if (auto full = pool_refusal(instance)) return full;
    const int in_run = run.dag().max_active_tasks.value_or(state_.limits.max_active_tasks_per_dag);
    if (count(by_run_, run.run.key) >= in_run)
        return WaitingReason{
            kSlots, fmt::format("waits for other tasks of the run: all {} of max_active_tasks are taken", in_run)};
    if (task.max_active_tis_per_dag &&
        count(by_task_, std::pair(instance.dag_id, instance.task_id)) >= *task.max_active_tis_per_dag)
        return WaitingReason{kConcurrency,
                             fmt::format("waits for the same task of other runs: max_active_tis_per_dag is {}",
                                         *task.max_active_tis_per_dag)};
    if (task.max_active_tis_per_dagrun &&
        count(by_task_of_run_, TaskOfRun(run.run.key, instance.task_id)) >= *task.max_active_tis_per_dagrun)
        return WaitingReason{kConcurrency,
                             fmt::format("waits for the same task of this run: max_active_tis_per_dagrun is {}",
                                         *task.max_active_tis_per_dagrun)};
    return std::nullopt;
}

bool Slots::take(const RunIndex& run, size_t i) {
    if (refusal(run, i)) return false;
    occupy(run, i, TaskState::queued);
    return true;
}

}  // namespace gale
