#include "model/state_letters.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace gale {
namespace {

TEST(StateLetters, EachStateHasItsOwnLetter) {
    std::set<char> letters{kNoInstanceLetter};
    std::string in_order;
    for (const TaskState state : all_task_states()) {
        EXPECT_TRUE(letters.insert(state_letter(state)).second) << to_string(state);
        in_order += state_letter(state);
    }
    EXPECT_EQ(in_order, "-cqresfyzukxdw");
}

TEST(StateLetters, TroubleIsShownBeforeWorkAndWorkBeforeSuccess) {
    using enum TaskState;
    EXPECT_EQ(foremost(success, failed), failed);
    EXPECT_EQ(foremost(running, success), running);
    EXPECT_EQ(foremost(none, success), none);
    EXPECT_EQ(foremost(up_for_retry, running), up_for_retry);
    EXPECT_EQ(foremost(removed, skipped), skipped);
    for (const TaskState a : all_task_states())
        for (const TaskState b : all_task_states()) EXPECT_EQ(foremost(a, b), foremost(b, a));
}

}  // namespace
}  // namespace gale
