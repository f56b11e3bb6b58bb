// Why a run or a task instance has not started, in a sentence for people. Pure.
#pragma once

#include <optional>
#include <string>

#include "model/waiting.hpp"
#include "scheduler/slots.hpp"
#include "scheduler/state.hpp"

namespace gale {

// nullopt when it does not wait. `occupied` holds everything that executes now.
std::optional<WaitingReason> waiting_reason(const SchedulerState& state, const Slots& occupied, const RunIndex& run,
                                            size_t instance, TimePoint now);

// What holds the whole run, whatever its tasks are: no such DAG, paused, not due, other runs. `active_elsewhere`: the
// DAG's other running runs, newest last.
std::optional<WaitingReason> run_waiting_reason(const SchedulerState& state, const RunIndex& run,
                                                const std::vector<RunId>& active_elsewhere, TimePoint now);

// "40 s", "12 min", "3 h 20 min", "2 days".
std::string rough_duration(Duration duration);

}  // namespace gale
