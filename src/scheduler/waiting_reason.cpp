#include "scheduler/waiting_reason.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scheduler/run_rules.hpp"

namespace gale {
namespace {

constexpr size_t kNamed = 3;  // of a longer list
constexpr Duration kWorkerIsQuick = std::chrono::seconds{5};

using Reason = std::optional<WaitingReason>;

// "a (running), b (no state) and 4 more".
class Names {
public:
    void add(const std::string& name, json::value part) {
        if (++count_ > kNamed) return;
        text_ += (text_.empty() ? "" : ", ") + name;
        parts_.push_back(std::move(part));
    }
    size_t count() const { return count_; }
    std::string text() const { return count_ <= kNamed ? text_ : fmt::format("{} and {} more", text_, more()); }
    // Under `key` the first few, and how many more there are.
    json::object values(std::string_view key) const { return {{key, parts_}, {"more", more()}}; }

private:
    size_t more() const { return count_ <= kNamed ? 0 : count_ - kNamed; }

    std::string text_;
    json::array parts_;
    size_t count_ = 0;
};

std::string state_name(TaskState state) {
    return state == TaskState::none ? "not started" : std::string(to_string(state));
}

json::value state_value(TaskState state) {
    return state == TaskState::none ? json::value(nullptr) : json::value(to_string(state));
}

json::object seconds_value(Duration duration) {
    return {{"seconds", std::chrono::duration_cast<std::chrono::seconds>(duration).count()}};
}

// Of a task with several instances, the first that is not done.
std::optional<TaskState> unfinished_state(const RunIndex& run, size_t task) {
    const auto [first, last] = run.of_task(task);
    for (size_t i = first; i < last; ++i)
        if (!is_finished(run.states()[i])) return run.states()[i];
    return std::nullopt;
}

template <class Tasks>
Names unfinished_of(const RunIndex& run, const Tasks& tasks) {
    Names names;
    for (const size_t task : tasks)
        if (const auto state = unfinished_state(run, task))
            names.add(fmt::format("{} ({})", run.dag().tasks[task].task_id.str(), state_name(*state)),
                      json::object{{"task_id", run.dag().tasks[task].task_id.str()}, {"state", state_value(*state)}});
    return names;
}

WaitingReason upstream_reason(const RunIndex& run, size_t task_index) {
    const Task& task = run.dag().tasks[task_index];
    const Names names = unfinished_of(run, task.upstream);
    if (names.count() == 0) {
        const auto& covered = run.shape->covered;
        const Names between = covered.empty() ? Names() : unfinished_of(run, covered[task_index]);
        return {"Trigger Rule", fmt::format("waits for the tasks between its setup and itself: {}", between.text()),
                "after_setup", between.values("tasks")};
    }
    const size_t done = task.upstream.size() - names.count();
    json::object values = names.values("tasks");
    values["done"] = done;
    values["total"] = task.upstream.size();
    values["trigger_rule"] = to_string(task.trigger_rule);
    return {"Trigger Rule",
            fmt::format("waits for upstream {}: {} of {} done, trigger rule {}", names.text(), done,
                        task.upstream.size(), to_string(task.trigger_rule)),
            "upstream", std::move(values)};
}

WaitingReason past_reason(const RunIndex& run, const Task& task) {
    constexpr std::string_view kName = "Previous Dagrun State";
    const std::string_view rule = task.wait_for_downstream ? "wait_for_downstream" : "depends_on_past";
    json::object values{{"rule", rule}};
    if (!run.previous)
        return {kName, fmt::format("waits for the DAG's run before ({})", rule), "previous_run", std::move(values)};
    const std::string& before = run.previous->run_id.str();
    values["run_id"] = before;
    const auto found = run.previous->states.find(task.task_id);
    if (found == run.previous->states.end())
        return {kName, fmt::format("the run before, {}, has no such task ({})", before, rule),
                "previous_run_without_task", std::move(values)};
    for (const TaskState state : found->second) {
        if (is_success(state)) continue;
        values["state"] = state_value(state);
        return {
            kName,
            fmt::format("waits for itself in the run before, {}, where it is {} ({})", before, state_name(state), rule),
            "previous_run_state", std::move(values)};
    }
    return {kName, fmt::format("waits for the tasks below it in the run before, {} ({})", before, rule),
            "previous_run_downstream", std::move(values)};
}

Reason queued_reason(const TaskInstance& instance, TimePoint now) {
    if (!instance.queued_at || now - *instance.queued_at < kWorkerIsQuick)
        return WaitingReason{"Worker", "queued: the worker starts it in a moment", "starting"};
    const Duration waited = now - *instance.queued_at;
    return WaitingReason{
        "Worker",
        fmt::format("queued for {}, and no worker has started it: see whether one is alive", rough_duration(waited)),
        "queued_long", seconds_value(waited)};
}

Reason slot_reason(const Slots& occupied, const RunIndex& run, size_t i, TimePoint now) {
    if (auto refusal = occupied.refusal(run, i)) return refusal;
    const TaskInstance& instance = run.instance(i);
    if (run.states()[i] != TaskState::scheduled || !instance.scheduled_at ||
        now - *instance.scheduled_at < kWorkerIsQuick)
        return WaitingReason{"Scheduler", "may start: the scheduler queues it in a moment", "may_start"};
    const Duration waited = now - *instance.scheduled_at;
    return WaitingReason{"Worker",
                         fmt::format("slots are free, but for {} no worker has taken tasks: see whether one is alive",
                                     rough_duration(waited)),
                         "no_worker_takes", seconds_value(waited)};
}

Reason rule_reason(const SchedulerState& state, const Slots& occupied, const RunIndex& run, size_t i, TimePoint now) {
    const Readiness found = readiness(state, run, run.states(), i, now);
    if (found.kind == Readiness::Kind::force)
        return WaitingReason{"Trigger Rule",
                             fmt::format("becomes {} in a moment", to_string(found.forced)),
                             "becomes",
                             {{"state", to_string(found.forced)}}};
    const TaskInstance& instance = run.instance(i);
    const std::string until = to_iso8601(instance.next_try_at.value_or(now));
    const int tries = std::max(instance.max_tries, instance.try_number) + 1;
    using Why = Readiness::Why;
    switch (found.why) {
        case Why::retry:
            return WaitingReason{"Not In Retry Period",
                                 fmt::format("retries at {} (try {} of {})", until, instance.try_number + 1, tries),
                                 "retry",
                                 {{"at", until}, {"try", instance.try_number + 1}, {"tries", tries}}};
        case Why::reschedule:
            return WaitingReason{
                "Ready To Reschedule", fmt::format("looks again at {}", until), "reschedule", {{"at", until}}};
        case Why::previous_try:
            return WaitingReason{"Task Instance State", "waits for its previous try to be stopped", "previous_try"};
        case Why::setup: {
            const Names setups = unfinished_of(run, run.shape->indirect_setups[run.task_of(i)]);
            return WaitingReason{"Trigger Rule", fmt::format("waits for its setup {}", setups.text()), "setup",
                                 setups.values("tasks")};
        }
        case Why::upstream: return upstream_reason(run, run.task_of(i));
        case Why::past: return past_reason(run, run.dag().tasks[run.task_of(i)]);
        case Why::none: return slot_reason(occupied, run, i, now);
    }
    return std::nullopt;
}

}  // namespace

std::string rough_duration(Duration duration) {
    const auto seconds = std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::seconds>(duration).count());
    if (seconds < 120) return fmt::format("{} s", seconds);
    const auto minutes = seconds / 60;
    if (minutes < 120) return fmt::format("{} min", minutes);
    if (minutes < 48 * 60)
        return minutes % 60 == 0 ? fmt::format("{} h", minutes / 60)
                                 : fmt::format("{} h {} min", minutes / 60, minutes % 60);
    return fmt::format("{} days", minutes / (24 * 60));
}

std::optional<WaitingReason> run_waiting_reason(const SchedulerState& state, const RunIndex& run,
                                                const std::vector<RunId>& active_elsewhere, TimePoint now) {
    if (is_finished(run.run.state)) return std::nullopt;
    const auto entry = state.dags.find(run.run.dag_id);
    if (entry == state.dags.end() || entry->second.row.is_stale)
        return WaitingReason{"Dag Not Found", "the DAG's file is gone, or no longer defines it", "dag_gone"};
    if (entry->second.row.is_paused)
        return WaitingReason{"Dag Not Paused", "the DAG is paused: unpause it, and the run goes on", "dag_paused"};
    if (run.run.state != DagRunState::queued) return std::nullopt;
    if (run.run.run_after > now)
        return WaitingReason{"Dagrun Running",
                             fmt::format("the run starts at {}", to_iso8601(run.run.run_after)),
                             "run_starts_at",
                             {{"at", to_iso8601(run.run.run_after)}}};
    const int limit = entry->second.row.max_active_runs;
    const bool counted = run.run.run_type != RunType::backfill;
    if (!counted || static_cast<int>(active_elsewhere.size()) < limit)
        return WaitingReason{"Dagrun Running", "the scheduler starts the run in a moment", "run_starts"};
    Names names;
    for (const RunId& other : active_elsewhere) names.add(other.str(), boost::json::string(other.str()));
    json::object values = names.values("runs");
    values["active"] = active_elsewhere.size();
    values["limit"] = limit;
    return WaitingReason{"Dagrun Running",
                         fmt::format("waits for other runs: {} of {} (max_active_runs) are active, {}",
                                     active_elsewhere.size(), limit, names.text()),
                         "max_active_runs", std::move(values)};
}

std::optional<WaitingReason> waiting_reason(const SchedulerState& state, const Slots& occupied, const RunIndex& run,
                                            size_t i, TimePoint now) {
    const TaskState s = run.states()[i];
    if (is_finished(s) || s == TaskState::running) return std::nullopt;
    if (s == TaskState::queued) return queued_reason(run.instance(i), now);
    if (s == TaskState::deferred)
        return WaitingReason{"Task Instance State", "deferred: waits for its trigger", "deferred"};
    if (s == TaskState::awaiting_input)
        return WaitingReason{"Task Instance State", "waits for a person's input", "awaiting_input"};
    if (s == TaskState::scheduled) return slot_reason(occupied, run, i, now);
    return rule_reason(state, occupied, run, i, now);
}

}  // namespace gale
