// Why a task instance has not started, in a sentence for people.
#pragma once

#include <string>

#include "scheduler/state.hpp"

namespace gale {

// Empty when it does not wait. Costs a look at the active runs' states.
std::string waiting_reason(const SchedulerState& state, const RunIndex& run, size_t instance, TimePoint now);

}  // namespace gale
