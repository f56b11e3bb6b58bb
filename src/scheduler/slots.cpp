#include "scheduler/slots.hpp"

#include <fmt/format.h>

#include "base/check.hpp"

namespace gale {
namespace {

constexpr std::string_view kPool = "Pool Slots Available";
constexpr std::string_view kSlots = "Task Instance Slots Available";
constexpr std::string_view kConcurrency = "Task Concurrency";

}  // namespace

QueueRank rank_of(const Candidate& candidate) {
    const TaskInstance& instance = candidate.run->instance(candidate.instance);
    const DagRun& run = candidate.run->run;
    return {-std::int64_t{instance.priority_weight}, run.logical_date.value_or(run.run_after), instance.map_index,
            run.key, candidate.instance};
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

int Slots::open_in_pool(const TaskInstance& instance, const Pool& pool) const {
    const auto use = pools_.find(instance.pool);
    return open_slots(pool, use == pools_.end() ? PoolUse{} : use->second);
}

WaitingReason Slots::pool_refusal(const TaskInstance& instance) const {
    const Pool& pool = state_.pools.at(instance.pool);
    const int free = std::max(open_in_pool(instance, pool), 0);
    const std::string need = fmt::format("waits for pool '{}': {} of {} slots free, {} needed", instance.pool.str(),
                                         free, pool.slots, instance.pool_slots);
    const json::object values{
        {"pool", instance.pool.str()}, {"free", free}, {"slots", pool.slots}, {"needed", instance.pool_slots}};
    if (pool.slots < instance.pool_slots)
        return {kPool, need + ": more than the pool has, so enlarge it", "pool_too_small", values};
    return {kPool, need, "pool", values};
}

std::optional<Slots::Limit> Slots::limit(const RunIndex& run, size_t i) const {
    const TaskInstance& instance = run.instance(i);
    const Task& task = run.dag().tasks[run.task_of(i)];
    const auto pool = state_.pools.find(instance.pool);
    if (pool == state_.pools.end()) return Limit::no_pool;
    if (state_.is_stopping(instance)) return Limit::stopping;
    if (!state_.worker_connected) return Limit::no_worker;
    if (used_ >= state_.limits.parallelism) return Limit::parallelism;
    if (instance.pool_slots > open_in_pool(instance, pool->second)) return Limit::pool;
    if (count(by_run_, run.run.key) >= run.dag().max_active_tasks.value_or(state_.limits.max_active_tasks_per_dag))
        return Limit::in_run;
    if (task.max_active_tis_per_dag &&
        count(by_task_, std::pair(instance.dag_id, instance.task_id)) >= *task.max_active_tis_per_dag)
        return Limit::task;
    if (task.max_active_tis_per_dagrun &&
        count(by_task_of_run_, TaskOfRun(run.run.key, instance.task_id)) >= *task.max_active_tis_per_dagrun)
        return Limit::task_in_run;
    return std::nullopt;
}

std::optional<WaitingReason> Slots::refusal(const RunIndex& run, size_t i) const {
    const auto found = limit(run, i);
    if (!found) return std::nullopt;
    const TaskInstance& instance = run.instance(i);
    const Task& task = run.dag().tasks[run.task_of(i)];
    switch (*found) {
        case Limit::no_pool:
            return WaitingReason{
                kPool,
                fmt::format("waits for pool '{}', which does not exist: create it", instance.pool.str()),
                "no_pool",
                {{"pool", instance.pool.str()}}};
        case Limit::stopping:
            return WaitingReason{"Task Instance State", "waits for its previous try to be stopped", "previous_try"};
        case Limit::no_worker: return WaitingReason{"Worker", "waits for a worker to connect", "no_worker"};
        case Limit::parallelism:
            return WaitingReason{
                kSlots,
                fmt::format("waits for a free slot: all {} of [core] parallelism are taken", state_.limits.parallelism),
                "parallelism",
                {{"limit", state_.limits.parallelism}}};
        case Limit::pool: return pool_refusal(instance);
        case Limit::in_run: {
            const int most = run.dag().max_active_tasks.value_or(state_.limits.max_active_tasks_per_dag);
            return WaitingReason{
                kSlots,
                fmt::format("waits for other tasks of the run: all {} of max_active_tasks are taken", most),
                "max_active_tasks",
                {{"limit", most}}};
        }
        case Limit::task:
            return WaitingReason{kConcurrency,
                                 fmt::format("waits for the same task of other runs: max_active_tis_per_dag is {}",
                                             *task.max_active_tis_per_dag),
                                 "max_active_tis_per_dag",
                                 {{"limit", *task.max_active_tis_per_dag}}};
        case Limit::task_in_run:
            return WaitingReason{kConcurrency,
                                 fmt::format("waits for the same task of this run: max_active_tis_per_dagrun is {}",
                                             *task.max_active_tis_per_dagrun),
                                 "max_active_tis_per_dagrun",
                                 {{"limit", *task.max_active_tis_per_dagrun}}};
    }
    CHECK(false);
}

bool Slots::take(const RunIndex& run, size_t i) {
    if (limit(run, i)) return false;
    occupy(run, i, TaskState::queued);
    return true;
}

}  // namespace gale
