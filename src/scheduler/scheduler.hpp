// The scheduler's loop: one thread, woken by the executor, the store's inbox and due times.
//
// Guarantees: no report is lost while the process lives (a store that fails is tried again, with a growing pause);
// nothing is written when nothing happens but a heartbeat every 5 s and the leases' renewal. It ends with a conflict
// error when a later process of the same node has taken over. Scheduling rules are in decide.hpp, the
// bookkeeping in core.hpp.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.hpp"
#include "scheduler/core.hpp"

namespace gale {

class Scheduler {
public:
    Scheduler(Store& store, Executor& executor, const Clock& clock, SchedulerSettings settings);

    // Opens the executor; what tasks ask goes to the handler. Call once, before `run`.
    Result<void> open(TaskRequestHandler handler);
    // Blocks until asked to stop. Running tries go on in their worker.
    Result<void> run(std::stop_token stop);

private:
    using Steady = std::chrono::steady_clock;
    void take_events(std::stop_token stop, Steady::time_point until);
    Steady::time_point step_once();
    void note_failure(const Error& error);
    Steady::time_point pause() const;
    void beat(std::string_view state, bool now);
    void renew_when_due();
    ExecutorEvent at_our_time(ExecutorEvent event) const;

    Store& store_;
    Executor& executor_;
    const Clock& clock_;
    SchedulerSettings settings_;

    mutable std::mutex core_mutex_;
    SchedulerCore core_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::deque<ExecutorEvent> events_;  // at most a few for each live try
    bool inbox_changed_ = false;

    int failures_ = 0;
    Job job_;
    Steady::time_point next_beat_{}, next_renewal_{};
    std::optional<Error> superseded_;  // a later process of this node has taken over
};

}  // namespace gale
