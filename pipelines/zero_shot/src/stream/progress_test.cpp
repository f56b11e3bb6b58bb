#include "stream/progress.hpp"

#include <gtest/gtest.h>

namespace gale::zero_shot {
namespace {

using std::chrono::seconds;

TEST(Progress, SaysRateAndTimeLeft) {
    EXPECT_EQ(progress_line({.done = 300'000, .total = 1'000'000, .done_before = 100'000, .elapsed = seconds(100)}),
              "30.0 %, 300,000 of 1,000,000 texts, 2,000 a second, 5:50 left");
    EXPECT_EQ(progress_line({.done = 5, .total = 10, .elapsed = seconds(2)}),
              "50.0 %, 5 of 10 texts, 2.5 a second, 0:02 left");
}

TEST(Progress, WithoutATotalThereIsNoEnd) {
    EXPECT_EQ(progress_line({.done = 1234, .elapsed = seconds(1)}), "1,234 texts, 1,234 a second");
}

TEST(Progress, BeforeTheStartNothingIsDividedByZero) {
    EXPECT_EQ(progress_line({.total = 10}), "0.0 %, 0 of 10 texts");
    EXPECT_EQ(progress_line({.done = 10, .total = 10, .done_before = 10, .elapsed = seconds(1)}),
              "100.0 %, 10 of 10 texts");
}

TEST(Progress, DurationsAreReadAtAGlance) {
    EXPECT_EQ(format_duration(seconds(0)), "0:00");
    EXPECT_EQ(format_duration(seconds(65)), "1:05");
    EXPECT_EQ(format_duration(seconds(3723)), "1:02:03");
}

}  // namespace
}  // namespace gale::zero_shot
