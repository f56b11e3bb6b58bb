#include "model/trigger_rule.hpp"

#include <array>
#include <cstddef>
#include <utility>

namespace gale {
namespace {

constexpr std::array<std::pair<TriggerRule, std::string_view>, 13> kRules = {{
    {TriggerRule::all_success, "all_success"},
    {TriggerRule::all_failed, "all_failed"},
    {TriggerRule::all_done, "all_done"},
    {TriggerRule::all_done_min_one_success, "all_done_min_one_success"},
    {TriggerRule::all_done_setup_success, "all_done_setup_success"},
    {TriggerRule::one_success, "one_success"},
    {TriggerRule::one_failed, "one_failed"},
    {TriggerRule::one_done, "one_done"},
    {TriggerRule::none_failed, "none_failed"},
    {TriggerRule::none_failed_min_one_success, "none_failed_min_one_success"},
    {TriggerRule::none_skipped, "none_skipped"},
    {TriggerRule::all_skipped, "all_skipped"},
    {TriggerRule::always, "always"},
}};

// The state that the counts force on the task, whatever the unfinished upstream tasks become; none: no state.
TaskState forced_state(TriggerRule rule, const UpstreamCounts& up, int map_index) {
    using enum TaskState;
    const bool all_done = up.done() >= up.total;
    const bool any_failed = up.failed > 0 || up.upstream_failed > 0;
    switch (rule) {
        case TriggerRule::all_success:
            if (any_failed) return upstream_failed;
            if (up.skipped > 0) return skipped;
            // The upstream mapping shrank: this instance has no counterpart any more.
            if (up.removed > 0 && up.success > 0 && map_index > -1 && map_index >= up.success) return removed;
            return none;
        case TriggerRule::all_failed: return up.success > 0 || up.skipped > 0 ? skipped : none;
        case TriggerRule::all_done_min_one_success:
            if (up.skipped > 0) return skipped;
            if (up.success + up.failed + up.upstream_failed + up.removed >= up.total - up.skipped && up.success == 0)
                return upstream_failed;
            return none;
        case TriggerRule::all_done_setup_success:
            if (!all_done || up.setups == 0) return none;
            if (up.setups_skipped >= up.setups) return skipped;
            return up.setups_success == 0 ? upstream_failed : none;
        case TriggerRule::one_success:
            if (!all_done) return none;
            if (up.done() == up.skipped) return skipped;
            return up.success == 0 ? upstream_failed : none;
        case TriggerRule::one_failed: return all_done && !any_failed ? skipped : none;
        case TriggerRule::one_done: return all_done && up.failed == 0 && up.success == 0 ? skipped : none;
        case TriggerRule::none_failed: return any_failed ? upstream_failed : none;
        case TriggerRule::none_failed_min_one_success:
            if (any_failed) return upstream_failed;
            if (up.skipped == up.total) return skipped;
            return all_done && up.success == 0 ? upstream_failed : none;
        case TriggerRule::none_skipped: return up.skipped > 0 ? skipped : none;
        case TriggerRule::all_skipped: return up.success > 0 || any_failed ? skipped : none;
        case TriggerRule::all_done:
        case TriggerRule::always: return none;
    }
    return none;
}

bool passes(TriggerRule rule, const UpstreamCounts& up) {
    const bool all_done = up.done() >= up.total;
    switch (rule) {
        case TriggerRule::all_success: return up.success + up.removed >= up.total;
        case TriggerRule::all_failed: return up.failed + up.upstream_failed + up.removed >= up.total;
        case TriggerRule::all_done: return all_done;
        case TriggerRule::all_done_min_one_success:
            return up.skipped == 0 && up.success >= 1 &&
                   up.success + up.failed + up.upstream_failed >= up.total - up.skipped - up.removed;
        case TriggerRule::all_done_setup_success: return all_done && (up.setups == 0 || up.setups_success >= 1);
        case TriggerRule::one_success: return up.success > 0;
        case TriggerRule::one_failed: return up.failed > 0 || up.upstream_failed > 0;
        case TriggerRule::one_done: return up.success + up.failed > 0;
        case TriggerRule::none_failed: return up.success + up.skipped + up.removed >= up.total;
        case TriggerRule::none_failed_min_one_success:
            return up.success > 0 && up.success + up.skipped + up.removed >= up.total;
        case TriggerRule::none_skipped: return all_done && up.skipped == 0;
        case TriggerRule::all_skipped: return up.skipped >= up.total;
        case TriggerRule::always: return true;
    }
    return false;
}

}  // namespace

std::string_view to_string(TriggerRule rule) {
    return kRules.at(static_cast<size_t>(rule)).second;
}

std::optional<TriggerRule> parse_trigger_rule(std::string_view text) {
    for (const auto& [rule, name] : kRules)
        if (name == text) return rule;
    return std::nullopt;
}

void UpstreamCounts::add(TaskState state, bool is_setup) {
    ++total;
    if (is_setup) ++setups;
    switch (state) {
        case TaskState::success:
            ++success;
            if (is_setup) ++setups_success;
            break;
        case TaskState::skipped:
            ++skipped;
            if (is_setup) ++setups_skipped;
            break;
        case TaskState::failed: ++failed; break;
        case TaskState::upstream_failed: ++upstream_failed; break;
        case TaskState::removed: ++removed; break;
        default: break;
    }
}

RuleOutcome evaluate_trigger_rule(TriggerRule rule, const UpstreamCounts& upstream, int map_index) {
    if (upstream.total == 0 || rule == TriggerRule::always) return {RuleOutcome::Kind::pass, TaskState::none};
    if (const TaskState forced = forced_state(rule, upstream, map_index); forced != TaskState::none)
        return {RuleOutcome::Kind::force, forced};
    return {passes(rule, upstream) ? RuleOutcome::Kind::pass : RuleOutcome::Kind::wait, TaskState::none};
}

}  // namespace gale
