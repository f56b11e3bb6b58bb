#include "scheduler/leases.hpp"

#include <gtest/gtest.h>

#include <map>

namespace gale {
namespace {

DagId dag(int i) {
    return DagId("dag_" + std::to_string(i));
}

TEST(LeaderOf, SharesTheDagsAboutEvenly) {
    const std::vector<std::string> nodes{"a", "b", "c"};
    std::map<std::string, int> share;
    for (int i = 0; i < 3000; ++i) ++share[leader_of(dag(i), nodes)];
    for (const std::string& node : nodes) {
        EXPECT_GT(share[node], 850) << node;
        EXPECT_LT(share[node], 1150) << node;
    }
}

TEST(LeaderOf, MovesOnlyTheShareOfANodeThatGoes) {
    const std::vector<std::string> all{"a", "b", "c"}, left{"a", "c"};
    for (int i = 0; i < 500; ++i) {
        const std::string& before = leader_of(dag(i), all);
        if (before == "b") continue;
        EXPECT_EQ(leader_of(dag(i), left), before) << i;
    }
}

TEST(LeaderOf, IsTheSameOnEveryMachine) {
    // Pinned: two schedulers of different builds must agree.
    EXPECT_EQ(leader_of(DagId("financial_news"), {"a", "b"}), leader_of(DagId("financial_news"), {"b", "a"}));
    std::string answers;
    for (int i = 0; i < 16; ++i) answers += leader_of(dag(i), {"a", "b"});
    EXPECT_EQ(answers, "abbabaabbbbbabab");
}

}  // namespace
}  // namespace gale
