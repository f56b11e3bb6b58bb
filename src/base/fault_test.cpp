#include "base/fault.hpp"

#include <gtest/gtest.h>

namespace gale {
namespace {

class FaultTest : public testing::Test {
protected:
    ~FaultTest() override { fault::arm("").value(); }
};

TEST_F(FaultTest, NothingHappensUnarmed) {
    ASSERT_TRUE(fault::arm(""));
    EXPECT_TRUE(fault::point("store.write"));
    EXPECT_FALSE(fault::in_doubt("store.committed"));
    EXPECT_EQ(fault::passed("store.write"), 0);
}

TEST_F(FaultTest, TheNthTimeOnly) {
    ASSERT_TRUE(fault::arm("store.write=error@2"));
    EXPECT_TRUE(fault::point("store.write"));
    const auto second = fault::point("store.write");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code(), ErrorCode::unavailable);
    EXPECT_TRUE(fault::point("store.write"));
    EXPECT_EQ(fault::passed("store.write"), 3);
    EXPECT_TRUE(fault::point("store.read"));
}

TEST_F(FaultTest, DoubtIsForWhatIsDone) {
    ASSERT_TRUE(fault::arm("store.committed=doubt@1,store.write=error"));
    EXPECT_TRUE(fault::in_doubt("store.committed"));
    EXPECT_FALSE(fault::in_doubt("store.committed"));
    EXPECT_FALSE(fault::point("store.write"));
}

TEST_F(FaultTest, ACrashIsAKill) {
    ASSERT_TRUE(fault::arm("here=crash"));
    EXPECT_EXIT((void)fault::point("here"), testing::KilledBySignal(SIGKILL), "");
}

TEST_F(FaultTest, WhatCannotBeReadIsNamed) {
    for (const char* text : {"crash", "=crash", "a=explode", "a=delay:soon", "a=crash@x"}) {
        const auto armed = fault::arm(text);
        ASSERT_FALSE(armed) << text;
        EXPECT_NE(armed.error().message().find(text), std::string::npos) << armed.error().message();
    }
}

}  // namespace
}  // namespace gale
