// Why a run, and each of its task instances, does not go on: asked of the database, in whichever process, with the
// scheduler's own rules. Thread-safe; writes nothing.
#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "model/waiting.hpp"
#include "scheduler/core.hpp"
#include "scheduler/slots.hpp"

namespace gale {

class RunExplainer {
public:
    // `health_threshold`: a scheduler whose heartbeat is older counts as dead.
    RunExplainer(Store& store, const SchedulerSettings& settings, Duration health_threshold)
        : store_(store), settings_(settings), health_threshold_(health_threshold) {}

    // Empty for a finished run. not_found names the DAG or the run.
    Result<RunWaiting> explain(const DagId& dag_id, const RunId& run_id, TimePoint now);

private:
    Result<std::shared_ptr<const DagShape>> shape_of(DagVersionKey version);
    Result<SchedulerState> state_for(const RunIndex& run);
    Result<std::optional<WaitingReason>> scheduler_is_gone(TimePoint now);
    Result<std::vector<RunId>> active_elsewhere(const DagRun& run);
    Result<Slots> occupied(const SchedulerState& state, const RunIndex& run);

    Store& store_;
    const SchedulerSettings settings_;
    const Duration health_threshold_;
    std::mutex mutex_;
    std::map<DagVersionKey, std::shared_ptr<const DagShape>> shapes_;
};

}  // namespace gale
