#include "model/trigger_rule.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace gale {
namespace {

using enum TaskState;
using Rule = TriggerRule;

// Upstream states, one letter each: S success, K skipped, F failed, U upstream_failed, R removed, '.' unfinished; a
// 's', 'k', 'f' or ',' is the same of a setup task.
UpstreamCounts counts_of(std::string_view letters) {
    UpstreamCounts counts;
    for (const char c : letters) {
        switch (c) {
            case 'S': counts.add(success, false); break;
            case 'K': counts.add(skipped, false); break;
            case 'F': counts.add(failed, false); break;
            case 'U': counts.add(upstream_failed, false); break;
            case 'R': counts.add(removed, false); break;
            case '.': counts.add(running, false); break;
            case 's': counts.add(success, true); break;
            case 'k': counts.add(skipped, true); break;
            case 'f': counts.add(failed, true); break;
            case ',': counts.add(none, true); break;
            default: ADD_FAILURE() << c;
        }
    }
    return counts;
}

struct Case {
    Rule rule;
    const char* upstream;
    const char* outcome;  // "pass", "wait" or the forced state
    int map_index = -1;
};
void PrintTo(const Case& c, std::ostream* out) {
    *out << to_string(c.rule) << " of " << c.upstream;
}

class TriggerRules : public testing::TestWithParam<Case> {};

TEST_P(TriggerRules, DecidesAsAirflow) {
    const Case& c = GetParam();
    const auto outcome = evaluate_trigger_rule(c.rule, counts_of(c.upstream), c.map_index);
    std::string got = outcome.kind == RuleOutcome::Kind::pass ? "pass" : "wait";
    if (outcome.kind == RuleOutcome::Kind::force) got = to_string(outcome.forced);
    EXPECT_EQ(got, c.outcome);
}

const Case kCases[] = {
    {Rule::all_success, "SSS", "pass"},
    {Rule::all_success, "SS.", "wait"},
    {Rule::all_success, "SRS", "pass"},
    {Rule::all_success, "F..", "upstream_failed"},
    {Rule::all_success, "U.", "upstream_failed"},
    {Rule::all_success, "K.", "skipped"},
    {Rule::all_success, "KF", "upstream_failed"},
    {Rule::all_success, "SSR", "removed", 2},
    {Rule::all_success, "SSR", "pass", 1},
    {Rule::all_success, "RR", "pass", 5},
    {Rule::all_failed, "FUR", "pass"},
    {Rule::all_failed, "F.", "wait"},
    {Rule::all_failed, "FS.", "skipped"},
    {Rule::all_failed, "K.", "skipped"},
    {Rule::all_done, "SKFUR", "pass"},
    {Rule::all_done, "S.", "wait"},
    {Rule::all_done_min_one_success, "SFU", "pass"},
    {Rule::all_done_min_one_success, "S.", "wait"},
    {Rule::all_done_min_one_success, "SK.", "skipped"},
    {Rule::all_done_min_one_success, "FU", "upstream_failed"},
    {Rule::all_done_min_one_success, "F.", "wait"},
    {Rule::all_done_min_one_success, "SR", "pass"},
    {Rule::all_done_min_one_success, "RF", "upstream_failed"},
    {Rule::all_done_setup_success, "sF", "pass"},
    {Rule::all_done_setup_success, "s.", "wait"},
    {Rule::all_done_setup_success, "kS", "skipped"},
    {Rule::all_done_setup_success, "k.", "wait"},
    {Rule::all_done_setup_success, "fS", "upstream_failed"},
    {Rule::all_done_setup_success, "fk", "upstream_failed"},
    {Rule::all_done_setup_success, "fs", "pass"},
    {Rule::all_done_setup_success, "F", "pass"},
    {Rule::all_done_setup_success, "s,", "wait"},
    {Rule::one_success, "S..", "pass"},
    {Rule::one_success, "F.", "wait"},
    {Rule::one_success, "KK", "skipped"},
    {Rule::one_success, "KF", "upstream_failed"},
    {Rule::one_success, "R", "upstream_failed"},
    {Rule::one_failed, "F..", "pass"},
    {Rule::one_failed, "U.", "pass"},
    {Rule::one_failed, "S.", "wait"},
    {Rule::one_failed, "SK", "skipped"},
    {Rule::one_failed, "R", "skipped"},
    {Rule::one_done, "S.", "pass"},
    {Rule::one_done, "F.", "pass"},
    {Rule::one_done, "U.", "wait"},
    {Rule::one_done, "KU", "skipped"},
    {Rule::one_done, "K.", "wait"},
    {Rule::none_failed, "SKR", "pass"},
    {Rule::none_failed, "SK.", "wait"},
    {Rule::none_failed, "F.", "upstream_failed"},
    {Rule::none_failed, "SU", "upstream_failed"},
    {Rule::none_failed, "KK", "pass"},
    {Rule::none_failed_min_one_success, "SKR", "pass"},
    {Rule::none_failed_min_one_success, "S.", "wait"},
    {Rule::none_failed_min_one_success, "F.", "upstream_failed"},
    {Rule::none_failed_min_one_success, "KK", "skipped"},
    {Rule::none_failed_min_one_success, "KR", "upstream_failed"},
    {Rule::none_failed_min_one_success, "K.", "wait"},
    {Rule::none_skipped, "SFUR", "pass"},
    {Rule::none_skipped, "S.", "wait"},
    {Rule::none_skipped, "K.", "skipped"},
    {Rule::all_skipped, "KK", "pass"},
    {Rule::all_skipped, "K.", "wait"},
    {Rule::all_skipped, "KS", "skipped"},
    {Rule::all_skipped, "F.", "skipped"},
    {Rule::all_skipped, "U.", "skipped"},
    {Rule::all_skipped, "KR", "wait"},
    {Rule::always, "...", "pass"},
    {Rule::always, "F", "pass"},
};
INSTANTIATE_TEST_SUITE_P(Table, TriggerRules, testing::ValuesIn(kCases));

TEST(TriggerRule, WithoutUpstreamEveryRulePasses) {
    for (int i = 0; i <= static_cast<int>(Rule::always); ++i)
        EXPECT_EQ(evaluate_trigger_rule(static_cast<Rule>(i), {}, -1).kind, RuleOutcome::Kind::pass);
}

TEST(TriggerRule, NamesParseBack) {
    for (int i = 0; i <= static_cast<int>(Rule::always); ++i)
        EXPECT_EQ(parse_trigger_rule(to_string(static_cast<Rule>(i))), static_cast<Rule>(i));
    EXPECT_FALSE(parse_trigger_rule("dummy"));
    EXPECT_FALSE(parse_trigger_rule(""));
}

}  // namespace
}  // namespace gale
