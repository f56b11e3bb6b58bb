#include "scheduler/run_rules.hpp"

#include <algorithm>

#include "scheduler/mapping_rules.hpp"

namespace gale {
namespace {

using Kind = Readiness::Kind;
using Why = Readiness::Why;
using States = std::vector<TaskState>;

Readiness wait_for(Why why, std::optional<TimePoint> until = std::nullopt) {
    return {Kind::wait, TaskState::none, until, why};
}

// Airflow: setups are settled before the trigger rule is looked at.
std::optional<Readiness> setup_constraint(const RunIndex& run, const States& states, size_t instance) {
    if (run.shape->indirect_setups.empty()) return std::nullopt;
    const size_t task = run.task_of(instance);
    bool unfinished = false, skipped = false;
    for (const auto setup : run.shape->indirect_setups[task]) {
        const auto [first, last] = relevant_upstream(run, instance, setup);
        for (size_t i = first; i < last; ++i) {
            if (is_failure(states[i])) return Readiness{Kind::force, TaskState::upstream_failed, {}, Why::setup};
            skipped |= states[i] == TaskState::skipped;
            unfinished |= !is_finished(states[i]);
        }
    }
    if (skipped) return Readiness{Kind::force, TaskState::skipped, {}, Why::setup};
    if (unfinished) return wait_for(Why::setup);
    for (const auto before : run.shape->covered[task]) {
        const auto [first, last] = relevant_upstream(run, instance, before);
        for (size_t i = first; i < last; ++i)
            if (!is_finished(states[i])) return wait_for(Why::upstream);
    }
    return std::nullopt;
}

UpstreamCounts count_upstream(const RunIndex& run, const States& states, size_t instance) {
    UpstreamCounts counts;
    for (const size_t up : run.dag().tasks[run.task_of(instance)].upstream) {
        const auto [first, last] = relevant_upstream(run, instance, up);
        for (size_t i = first; i < last; ++i) counts.add(states[i], run.dag().tasks[up].is_setup);
    }
    return counts;
}

// nullopt: the task has no instance there.
std::optional<bool> all_succeeded(const SchedulerState& state, const PreviousRun& previous, const TaskId& task_id) {
    std::vector<TaskState> found;
    if (const auto live = state.runs.find(previous.key); live != state.runs.end()) {
        for (const TaskInstance& instance : live->second.instances())
            if (instance.task_id == task_id) found.push_back(instance.state);
    } else if (const auto kept = previous.states.find(task_id); kept != previous.states.end()) {
        found = kept->second;
    }
    if (found.empty()) return std::nullopt;
    return std::ranges::all_of(found, [](TaskState s) { return is_success(s); });
}

bool past_allows(const SchedulerState& state, const RunIndex& run, const Task& task) {
    if (!task.depends_on_past && !task.wait_for_downstream) return true;
    if (!run.previous_known) return false;
    if (!run.previous) return true;
    const auto own = all_succeeded(state, *run.previous, task.task_id);
    if (!own) return task.ignore_first_depends_on_past;
    if (!*own) return false;
    if (!task.wait_for_downstream) return true;
    return std::ranges::all_of(task.downstream, [&](size_t d) {
        return all_succeeded(state, *run.previous, run.dag().tasks[d].task_id).value_or(true);
    });
}

TaskTransition transition_of(const TaskInstance& instance, TaskState to) {
    TaskTransition change;
    change.id = instance.id;
    change.from = instance.state;
    change.from_try_number = instance.try_number;
    change.to = to;
    return change;
}

void force(RunPass& pass, const RunIndex& run, size_t i, TaskState to, TimePoint now,
           std::optional<std::string> reason = {}) {
    const TaskInstance& instance = run.instance(i);
    TaskTransition change = transition_of(instance, to);
    if (to == TaskState::success) {
        change.try_number = next_try_number(instance);
        change.scheduled_at = now;
    }
    if (!instance.start_date) change.start_date = now;
    change.end_date = now;
    change.reason = std::move(reason);
    pass.states[i] = to;
    pass.forced.push_back(std::move(change));
}

void earliest(std::optional<TimePoint>& at, std::optional<TimePoint> candidate) {
    if (candidate && (!at || *candidate < *at)) at = candidate;
}

bool waits_or_runs(TaskState state) {
    return !is_finished(state) && state != TaskState::none;
}

std::optional<DagRunState> outcome_of(const RunIndex& run, const States& states) {
    for (const TaskState s : states)
        if (!is_finished(s)) return std::nullopt;
    for (const auto leaf : run.shape->leaves) {
        const auto [first, last] = run.of_task(leaf);
        for (size_t i = first; i < last; ++i)
            if (is_failure(states[i])) return DagRunState::failed;
    }
    return DagRunState::success;
}

// Nothing runs, nothing may, and nothing outside the run can change that (contract, 5.3). An earlier try that is still
// being stopped will end.
bool is_deadlocked(const SchedulerState& state, const RunIndex& run, const RunPass& pass) {
    if (!pass.ready.empty() || !pass.forced.empty() || !pass.expansions.empty() || pass.needs_lengths) return false;
    for (size_t i = 0; i < pass.states.size(); ++i) {
        if (is_finished(pass.states[i])) continue;
        const Task& task = run.dag().tasks[run.task_of(i)];
        if (waits_or_runs(pass.states[i]) || task.depends_on_past || task.wait_for_downstream ||
            task.max_active_tis_per_dag || task.max_active_tis_per_dagrun || state.is_stopping(run.instance(i)))
            return false;
    }
    return true;
}

void skip_unfinished(RunPass& pass, const RunIndex& run, TimePoint now, const std::string& reason) {
    for (size_t i = 0; i < pass.states.size(); ++i)
        if (!is_finished(pass.states[i])) force(pass, run, i, TaskState::skipped, now, reason);
}

void stop_fast(RunPass& pass, const RunIndex& run, TimePoint now) {
    for (size_t i = 0; i < pass.states.size(); ++i) {
        if (is_finished(pass.states[i]) || run.dag().tasks[run.task_of(i)].is_teardown) continue;
        const bool runs = pass.states[i] == TaskState::running || pass.states[i] == TaskState::restarting;
        force(pass, run, i, runs ? TaskState::failed : TaskState::skipped, now,
              "another task failed, and the DAG has fail_fast");
    }
}

bool is_unexpanded(const RunIndex& run, size_t i) {
    return run.dag().tasks[run.task_of(i)].mapped && run.instance(i).map_index == kNotMapped;
}

// True: the instance may start as it is.
bool fits_mapping(RunPass& pass, const RunIndex& run, size_t i, TimePoint now) {
    const size_t task = run.task_of(i);
    const MapState mapping = map_state(run, pass.states, task);
    if (mapping.kind == MapState::Kind::wait) return false;
    if (mapping.kind == MapState::Kind::unknown) {
        pass.needs_lengths = true;
        return false;
    }
    const int map_index = run.instance(i).map_index;
    if (mapping.kind == MapState::Kind::force || map_index >= mapping.length) {
        const bool is_left_over = map_index != kNotMapped && mapping.forced != TaskState::upstream_failed;
        force(pass, run, i, is_left_over ? TaskState::removed : mapping.forced, now,
              is_left_over ? "what it is mapped over has fewer entries now" : mapping.reason);
        return false;
    }
    if (map_index != kNotMapped) return true;
    if (auto expansion = expansion_of(run, task, mapping.length)) pass.expansions.push_back(std::move(*expansion));
    return false;
}

// After a clear the sources may have given more than before. Of a group all tasks grow at once, whichever may start.
void grow(RunPass& pass, const RunIndex& run, size_t task) {
    const auto [first, last] = run.of_task(task);
    if (first == last || is_unexpanded(run, first) || !has_unstarted(run, pass.states, task)) return;
    const MapState mapping = map_state(run, pass.states, task);
    if (mapping.kind == MapState::Kind::unknown) pass.needs_lengths = true;
    if (mapping.kind != MapState::Kind::known) return;
    if (auto expansion = expansion_of(run, task, mapping.length)) pass.expansions.push_back(std::move(*expansion));
}

void look_at(RunPass& pass, const SchedulerState& state, const RunIndex& run, size_t i, TimePoint now,
             bool may_schedule) {
    const TaskState s = pass.states[i];
    if (!is_schedulable(s) && s != TaskState::restarting) return;
    const Task& task = run.dag().tasks[run.task_of(i)];
    const Readiness found = readiness(state, run, pass.states, i, now);
    if (found.kind == Kind::force) return force(pass, run, i, found.forced, now);
    // In a mapped group each instance waits for its own upstream, so that all can be there before.
    const bool waits = found.kind == Kind::wait && !(is_unexpanded(run, i) && task.mapped->is_by_group());
    if (waits) return earliest(pass.wake_at, found.until);
    if (!may_schedule) return;
    const bool is_new = s == TaskState::none && task.mapped && (is_unexpanded(run, i) || !task.mapped->sources.empty());
    if (is_new && !fits_mapping(pass, run, i, now)) return;
    if (goes_straight_to_success(task)) return force(pass, run, i, TaskState::success, now);
    pass.ready.push_back(i);
}

}  // namespace

int next_try_number(const TaskInstance& instance) {
    return instance.state == TaskState::up_for_reschedule ? instance.try_number : instance.try_number + 1;
}

Readiness readiness(const SchedulerState& state, const RunIndex& run, const States& states, size_t i, TimePoint now) {
    const TaskInstance& instance = run.instance(i);
    const Task& task = run.dag().tasks[run.task_of(i)];
    if (states[i] == TaskState::up_for_retry && instance.next_try_at && *instance.next_try_at >= now)
        return wait_for(Why::retry, *instance.next_try_at + Duration{1});
    if (states[i] == TaskState::up_for_reschedule && instance.next_try_at && *instance.next_try_at > now)
        return wait_for(Why::reschedule, instance.next_try_at);
    if (state.is_stopping(instance)) return wait_for(Why::previous_try);
    if (const auto held = setup_constraint(run, states, i)) return *held;
    const RuleOutcome rule =
        evaluate_trigger_rule(task.trigger_rule, count_upstream(run, states, i), instance.map_index);
    if (rule.kind == RuleOutcome::Kind::force) return {Kind::force, rule.forced, {}, Why::upstream};
    if (rule.kind == RuleOutcome::Kind::wait) return wait_for(Why::upstream);
    if (!past_allows(state, run, task)) return wait_for(Why::past);
    return {Kind::ready, TaskState::none, {}, Why::none};
}

RunPass pass_over(const SchedulerState& state, const RunIndex& run, TimePoint now, bool may_schedule) {
    RunPass pass;
    pass.states = run.states();
    if (run.dag().dagrun_timeout && run.run.start_date) {
        const TimePoint ends = *run.run.start_date + *run.dag().dagrun_timeout;
        if (ends <= now) {
            skip_unfinished(pass, run, now, "the run took longer than dagrun_timeout");
            pass.outcome = DagRunState::failed;
            pass.outcome_reason = "the run took longer than dagrun_timeout";
            return pass;
        }
        earliest(pass.wake_at, ends);
    }
    if (run.fail_fast_due && run.dag().fail_fast) stop_fast(pass, run, now);
    for (const auto task : run.shape->order) {
        const auto [first, last] = run.of_task(task);
        for (size_t i = first; i < last; ++i) look_at(pass, state, run, i, now, may_schedule);
    }
    if (may_schedule)
        for (const auto task : run.shape->mapped_by_xcom) grow(pass, run, task);
    pass.outcome = outcome_of(run, pass.states);
    if (!pass.outcome && may_schedule && is_deadlocked(state, run, pass)) {
        pass.outcome = DagRunState::failed;
        pass.outcome_reason = "no task of the run can go on (all_tasks_deadlocked)";
    }
    return pass;
}

}  // namespace gale
