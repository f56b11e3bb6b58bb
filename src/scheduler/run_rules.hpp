// The rules within one run: which task instances may go on, which are forced, how the run ends.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scheduler/state.hpp"

namespace gale {

// What a task instance's rules say of it now.
struct Readiness {
    enum class Kind { ready, wait, force };
    Kind kind = Kind::wait;
    TaskState forced = TaskState::none;
    std::optional<TimePoint> until;  // for a wait that ends by itself
    enum class Why { none, retry, reschedule, previous_try, setup, upstream, past } why = Why::none;
};

// `states` are the run's, possibly newer than the index's.
Readiness readiness(const SchedulerState& state, const RunIndex& run, const std::vector<TaskState>& states,
                    size_t instance, TimePoint now);

struct RunPass {
    std::vector<TaskState> states;       // after the pass
    std::vector<TaskTransition> forced;  // forced states and tasks that need no executor
    std::vector<size_t> ready;           // may be scheduled; their state is still the old one
    std::vector<TaskExpansion> expansions;
    bool needs_lengths = false;  // unknown_lengths() of the states after the pass
    std::optional<DagRunState> outcome;
    std::optional<std::string> outcome_reason;
    std::optional<TimePoint> wake_at;
};

// One pass over a running run. `may_schedule` false (paused): nothing starts, but forced states and the outcome are
// worked out.
RunPass pass_over(const SchedulerState& state, const RunIndex& run, TimePoint now, bool may_schedule);

// The number of the try that begins when an instance in this state is scheduled (contract, 5.1).
int next_try_number(const TaskInstance& instance);

}  // namespace gale
