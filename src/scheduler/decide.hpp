// The decision: what is active and what time it is in, a plan out. Pure: no I/O, no clock (fresh ids aside).
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "scheduler/state.hpp"

namespace gale {

struct DueUpdate {
    std::optional<DataInterval> last;
    std::optional<DueRun> due;
};

struct Decision {
    Plan plan;
    std::vector<TaskInstanceId> dispatch;  // queued by the plan: to be started once it is committed
    std::map<DagId, DueUpdate> dues;
    std::map<DagRunKey, std::optional<TimePoint>> looked_at;  // runs passed over, and when to look again
    std::map<DagRunKey, std::string> outcome_reasons;
    std::set<DagRunKey> look_again;      // runs to be passed over once more at once
    std::optional<TimePoint> next_wake;  // of everything
};

Decision decide(const SchedulerState& state, TimePoint now);

}  // namespace gale
