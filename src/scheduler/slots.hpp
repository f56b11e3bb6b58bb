// Who may be queued: parallelism, pools, per-run and per-task limits, in priority order (contract, 5.7).
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "model/waiting.hpp"
#include "scheduler/state.hpp"

namespace gale {

struct Candidate {
    const RunIndex* run = nullptr;
    size_t instance = 0;
};

// First is queued first: -priority, logical date (else run_after), map_index, run, task.
using QueueRank = std::tuple<std::int64_t, TimePoint, int, DagRunKey, size_t>;
QueueRank rank_of(const Candidate& candidate);

class Slots {
public:
    explicit Slots(const SchedulerState& state) : state_(state), pools_(state.pools_elsewhere) {}
    void occupy(const RunIndex& run, size_t instance, TaskState as);
    // One whose run is not at hand; `task`: its definition, null when no limit of its own matters.
    void occupy(const TaskInstance& instance, const Task* task, TaskState as);
    // Takes the slots when all limits allow it.
    bool take(const RunIndex& run, size_t instance);
    // Why not, in words; nullopt when it may.
    std::optional<WaitingReason> refusal(const RunIndex& run, size_t instance) const;
    bool full() const { return used_ >= state_.limits.parallelism || !state_.worker_connected; }

private:
    enum class Limit { no_pool, stopping, no_worker, parallelism, pool, in_run, task, task_in_run };
    // The first that stands in the way.
    std::optional<Limit> limit(const RunIndex& run, size_t instance) const;
    int open_in_pool(const TaskInstance& instance, const Pool& pool) const;
    WaitingReason pool_refusal(const TaskInstance& instance) const;
    using TaskOfRun = std::pair<DagRunKey, TaskId>;
    static int count(const auto& counts, const auto& key) {
        const auto found = counts.find(key);
        return found == counts.end() ? 0 : found->second;
    }
    const SchedulerState& state_;
    int used_ = 0;
    std::map<PoolName, PoolUse> pools_;
    std::map<DagRunKey, int> by_run_;
    std::map<std::pair<DagId, TaskId>, int> by_task_;
    std::map<TaskOfRun, int> by_task_of_run_;
};

}  // namespace gale
