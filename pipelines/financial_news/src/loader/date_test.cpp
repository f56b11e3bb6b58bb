#include "loader/date.hpp"

#include <gtest/gtest.h>

namespace financial_news {
namespace {

std::string utc(std::string_view text) {
    const auto time = parse_feed_date(text);
    return time ? format_utc(*time) : "none";
}

TEST(FeedDate, ReadsRfc822WithItsZones) {
    EXPECT_EQ(utc("Tue, 24 Nov 2026 08:15:30 GMT"), "2026-11-24 08:15:30");
    EXPECT_EQ(utc("Tue, 24 Nov 2026 08:15:30 +0530"), "2026-11-24 02:45:30");
    EXPECT_EQ(utc("Tue, 24 Nov 2026 20:15:30 -05:00"), "2026-11-25 01:15:30");
    EXPECT_EQ(utc("24 Nov 2026 20:15 EST"), "2026-11-25 01:15:00");
    EXPECT_EQ(utc("Wed, 1 Jul 26 12:00:00 EDT"), "2026-07-01 16:00:00");
    EXPECT_EQ(utc("Tue, 24 Nov 2026 08:15:30 Z"), "2026-11-24 08:15:30");
    EXPECT_EQ(utc("Tue, 24 Nov 2026 08:15:30 GMT+0200"), "2026-11-24 06:15:30");
    EXPECT_EQ(utc("Tue, 24 Nov 2026 08:15:30 +0000 (Coordinated Universal Time)"), "2026-11-24 08:15:30");
}

TEST(FeedDate, FollowsUsDaylightTimeForZonesThatDoNotSay) {
    EXPECT_EQ(utc("Sun, 8 Mar 2026 01:59:59 ET"), "2026-03-08 06:59:59");
    EXPECT_EQ(utc("Sun, 8 Mar 2026 03:00:00 ET"), "2026-03-08 07:00:00");
    EXPECT_EQ(utc("Sun, 1 Nov 2026 03:00:00 PT"), "2026-11-01 11:00:00");
}

TEST(FeedDate, ReadsTheFormsThatFeedsReallyUse) {
    EXPECT_EQ(utc("  Tue 24 November 2026 08:15:30 UTC\n"), "2026-11-24 08:15:30");
    EXPECT_EQ(utc("Tuesday, 24-Nov-26 08:15:30 GMT"), "2026-11-24 08:15:30");
    EXPECT_EQ(utc("Tue Nov 24 08:15:30 2026"), "2026-11-24 08:15:30");
    EXPECT_EQ(utc("Nov 24, 2026 08:15 PST"), "2026-11-24 16:15:00");
    EXPECT_EQ(utc("24 Nov 2026"), "2026-11-24 00:00:00");
    EXPECT_EQ(utc("Tue, 24 Nov 2026 08:15:30"), "2026-11-24 08:15:30");
    EXPECT_EQ(utc("31 Dec 99 23:59:60 GMT"), "1999-12-31 23:59:59");
}

TEST(FeedDate, ReadsIso8601) {
    EXPECT_EQ(utc("2026-11-24T08:15:30Z"), "2026-11-24 08:15:30");
    EXPECT_EQ(utc("2026-11-24T08:15:30.123456+01:00"), "2026-11-24 07:15:30");
    EXPECT_EQ(utc("2026-11-24t08:15:30z"), "2026-11-24 08:15:30");
    EXPECT_EQ(utc("2026-11-24 08:15:30"), "2026-11-24 08:15:30");
    EXPECT_EQ(utc("2026-11-24T08:15-0500"), "2026-11-24 13:15:00");
    EXPECT_EQ(utc("2026-11-24 08:15:30 EST"), "2026-11-24 13:15:30");
    EXPECT_EQ(utc("20261124T081530Z"), "2026-11-24 08:15:30");
    EXPECT_EQ(utc("2026-11-24"), "2026-11-24 00:00:00");
    EXPECT_EQ(utc("2026-11"), "2026-11-01 00:00:00");
    EXPECT_EQ(utc("2026-12-31T24:00:00Z"), "2027-01-01 00:00:00");
}

TEST(FeedDate, RefusesWhatIsNoDate) {
    for (const std::string_view text : {"",
                                        " ",
                                        "yesterday",
                                        "24",
                                        "2026-13-01",
                                        "2026-02-30T00:00:00Z",
                                        "2026-11-24T25:00:00Z",
                                        "Tue, 24 Nov 2026 08:61:00 GMT",
                                        "Tue, 32 Nov 2026 08:00:00 GMT",
                                        "24 Foo 2026",
                                        "24 Nov 20261",
                                        "Tue, 24 Nov 2026 08:15:30 XYZ",
                                        "2026-11-24T",
                                        "2026-11-24T08",
                                        "24 Nov 2026 08:15:30 +99999",
                                        "99999999999999999999",
                                        "Nov Nov Nov",
                                        "::: ::: :::",
                                        "0000-01-01",
                                        "9999-12-31T23:00:00-05:00",
                                        "0001-01-01T00:00:00+05:00"}) {
        EXPECT_EQ(utc(text), "none") << text;
    }
}

}  // namespace
}  // namespace financial_news
