#include "scheduler/waiting_reason.hpp"

#include <fmt/format.h>

#include "scheduler/run_rules.hpp"
#include "scheduler/slots.hpp"

namespace gale {
namespace {

std::string upstream_names(const RunIndex& run, size_t task) {
    std::string names;
    for (const size_t up : run.dag().tasks[task].upstream) {
        const auto [first, last] = run.of_task(up);
        for (size_t i = first; i < last; ++i) {
            if (is_finished(run.states()[i])) continue;
            names += (names.empty() ? "" : ", ") + run.dag().tasks[up].task_id.str();
            break;
        }
    }
    return names;
}

std::string slot_reason(const SchedulerState& state, const RunIndex& run, size_t instance) {
    Slots slots(state);
    for (const auto& [key, other] : state.runs)
        for (size_t i = 0; i < other.states().size(); ++i)
            if (is_executing(other.states()[i])) slots.occupy(other, i, other.states()[i]);
    return slots.refusal(run, instance);
}

std::string run_reason(const SchedulerState& state, const RunIndex& run, TimePoint now) {
    const auto entry = state.dags.find(run.run.dag_id);
    if (entry == state.dags.end()) return "the DAG's file is gone, or no longer defines it";
    if (entry->second.row.is_paused) return "the DAG is paused";
    if (run.run.state != DagRunState::queued) return {};
    if (run.run.run_after > now) return fmt::format("the run starts at {}", to_iso8601(run.run.run_after));
    return fmt::format("the run waits for other runs: max_active_runs is {}", entry->second.row.max_active_runs);
}

}  // namespace

std::string waiting_reason(const SchedulerState& state, const RunIndex& run, size_t i, TimePoint now) {
    const TaskState s = run.states()[i];
    if (is_finished(s) || s == TaskState::running) return {};
    if (s == TaskState::queued) return "waits for the worker to start it";
    if (std::string reason = run_reason(state, run, now); !reason.empty()) return reason;
    if (s == TaskState::scheduled) return slot_reason(state, run, i);
    const Readiness found = readiness(state, run, run.states(), i, now);
    using Why = Readiness::Why;
    switch (found.why) {
        case Why::retry: return fmt::format("retries at {}", to_iso8601(run.instance(i).next_try_at.value_or(now)));
        case Why::reschedule:
            return fmt::format("looks again at {}", to_iso8601(run.instance(i).next_try_at.value_or(now)));
        case Why::previous_try: return "waits for its previous try to be stopped";
        case Why::setup: return "waits for its setup tasks";
        case Why::upstream: {
            const std::string names = upstream_names(run, run.task_of(i));
            return names.empty() ? "waits for the tasks between its setup and itself" : "waits for upstream " + names;
        }
        case Why::past: return "waits for this task in the DAG's run before (depends_on_past)";
        case Why::none: return slot_reason(state, run, i);
    }
    return {};
}

}  // namespace gale
