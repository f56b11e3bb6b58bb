// Trigger rules: when a task may run, given its upstream tasks (contract, section 5.4).
#pragma once

#include <optional>
#include <string_view>

#include "model/states.hpp"

namespace gale {

enum class TriggerRule {
    all_success,
    all_failed,
    all_done,
    all_done_min_one_success,
    all_done_setup_success,
    one_success,
    one_failed,
    one_done,
    none_failed,
    none_failed_min_one_success,
    none_skipped,
    all_skipped,
    always,
};

std::string_view to_string(TriggerRule rule);
std::optional<TriggerRule> parse_trigger_rule(std::string_view text);

// Counts over the upstream task instances that matter. `total` includes the unfinished.
struct UpstreamCounts {
    int total = 0;
    int success = 0;
    int skipped = 0;
    int failed = 0;
    int upstream_failed = 0;
    int removed = 0;
    int setups = 0;  // direct upstream setups, for all_done_setup_success
    int setups_success = 0;
    int setups_skipped = 0;

    int done() const { return success + skipped + failed + upstream_failed + removed; }
    void add(TaskState state, bool is_setup);
};

struct RuleOutcome {
    enum class Kind { pass, wait, force };
    Kind kind = Kind::wait;
    TaskState forced = TaskState::none;  // for Kind::force: skipped, upstream_failed or removed
};

// `map_index` is -1 for a task that is not mapped.
RuleOutcome evaluate_trigger_rule(TriggerRule rule, const UpstreamCounts& upstream, int map_index);

}  // namespace gale
