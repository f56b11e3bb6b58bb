#include "base/clock.hpp"

#include <gtest/gtest.h>

namespace gale {
namespace {

TEST(ParseIso8601, AcceptsWhatAirflowAccepts) {
    const auto noon = TimePoint{std::chrono::sys_days{std::chrono::January / 31 / 2026}} + std::chrono::hours{12};
    for (const char* text :
         {"2026-01-31T12:00:00Z", "2026-01-31 12:00:00", "2026-01-31T12:00", "2026-01-31T14:00:00+02:00",
          "2026-01-31T12:00:00.000000000+0000", "2026-01-31T07:30:00-04:30"}) {
        EXPECT_EQ(parse_iso8601(text).value(), noon) << text;
    }
    EXPECT_EQ(parse_iso8601("2026-01-31").value(), noon - std::chrono::hours{12});
}

TEST(ParseIso8601, RefusesWhatIsNotADateAndNamesIt) {
    for (const char* text : {"", "2026-02-30", "2026-1-1", "tomorrow", "2026-01-31T25:00", "2026-01-31T12:00:00Zx",
                             "2026-01-31T12:00:00.", "2026-01-31T12:00:00+1"}) {
        const auto parsed = parse_iso8601(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_NE(parsed.error().message().find(std::string("'") + text + "'"), std::string::npos);
    }
}

TEST(Iso8601, RoundTripsMicroseconds) {
    const TimePoint time{std::chrono::microseconds{1'769'860'800'000'001}};
    EXPECT_EQ(parse_iso8601(to_iso8601(time)).value(), time);
    EXPECT_EQ(to_python_iso(TimePoint{std::chrono::seconds{0}}), "1970-01-01T00:00:00+00:00");
    EXPECT_EQ(to_python_iso(TimePoint{std::chrono::microseconds{-1}}), "1969-12-31T23:59:59.999999+00:00");
}

TEST(FromSeconds, SaturatesInsteadOfOverflowing) {
    EXPECT_EQ(from_seconds(0.1), Duration{100'000});
    EXPECT_GT(from_seconds(1e300), Duration{0});
    EXPECT_LT(from_seconds(-1e300), Duration{0});
}

}  // namespace
}  // namespace gale
