#include "service/history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gale {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

TimePoint time(std::string_view text) {
    return parse_iso8601(text).value();
}

TEST(History, EverySpanHasTwentyFourToSixtyRoundBuckets) {
    const TimePoint from = time("2026-03-01T05:17:33Z");
    for (Duration span = 30min; span < std::chrono::hours{24 * 400}; span += span / 7) {
        const Duration step = history_step(from, from + span);
        const TimePoint first = start_of_bucket(from, step);
        EXPECT_LE(first, from);
        EXPECT_EQ(first.time_since_epoch() % step, Duration{0});
        const auto buckets = (from + span - first + step - Duration{1}) / step;
        EXPECT_GE(buckets, 24) << span.count();
        EXPECT_LE(buckets, 60) << span.count();
    }
    EXPECT_EQ(history_step(from, from + 24h), Duration(30min));
    EXPECT_EQ(history_step(from, from + 5s), Duration(1min));
    const TimePoint far = from + std::chrono::hours{24 * 365 * 30};
    EXPECT_LE((far - start_of_bucket(from, history_step(from, far))) / history_step(from, far), 60);
}

TEST(History, TheMedianIsTheMiddleOne) {
    EXPECT_EQ(median({}), std::nullopt);
    EXPECT_EQ(median({3s}), Duration(3s));
    EXPECT_EQ(median({9s, 1s, 3s}), Duration(3s));
    EXPECT_EQ(median({9s, 1s, 3s, 5s}), Duration(4s));
}

TEST(History, ADayIsTheZonesDay) {
    const Zone berlin = Zone::find("Europe/Berlin").value();
    const std::vector<RunDate> runs = {{time("2026-03-28T23:30:00Z"), DagRunState::success},
                                       {time("2026-03-29T00:30:00Z"), DagRunState::success},
                                       {time("2026-03-29T01:30:00Z"), DagRunState::failed}};
    const auto days = fold_calendar(runs, berlin, Granularity::daily);
    ASSERT_EQ(days.size(), 2u);
    EXPECT_EQ(days[0].date, "2026-03-29");
    EXPECT_EQ(days[0].state, DagRunState::success);
    EXPECT_EQ(days[0].count, 2);
    EXPECT_EQ(days[1].count, 1);
    // The clocks go forward at 02:00: the hour after 01 is 03, of another offset.
    EXPECT_EQ(calendar_date(runs[1].run_after, berlin, Granularity::hourly), "2026-03-29T01:00:00+01:00");
    EXPECT_EQ(calendar_date(runs[2].run_after, berlin, Granularity::hourly), "2026-03-29T03:00:00+02:00");
    EXPECT_EQ(calendar_date(time("2026-01-01T00:15:00Z"), Zone::find("-03:30").value(), Granularity::hourly),
              "2025-12-31T20:00:00-03:30");
}

std::shared_ptr<const Timetable> timetable(std::string_view schedule) {
    return make_timetable(json::parse_object(schedule).value(), {}).value();
}

TEST(History, PlannedRunsFollowTheNextOne) {
    const auto daily = timetable(R"({"kind":"cron","expression":"0 6 * * *","timezone":"UTC","interval":false})");
    const TimePoint now = time("2026-01-01T12:00:00Z");
    const auto next = daily->next_run(std::nullopt, {}, now);
    ASSERT_TRUE(next);
    EXPECT_THAT(planned_runs(*daily, {}, next, now, time("2026-01-04T06:00:00Z"), 10),
                ElementsAre(time("2026-01-02T06:00:00Z"), time("2026-01-03T06:00:00Z"), time("2026-01-04T06:00:00Z")));
    EXPECT_EQ(planned_runs(*daily, {}, next, now, time("2027-01-01T00:00:00Z"), 5).size(), 5u);
    EXPECT_TRUE(planned_runs(*daily, {}, std::nullopt, now, time("2027-01-01T00:00:00Z"), 5).empty());
    EXPECT_EQ(
        planned_runs(*daily, {.end_date = time("2026-01-03T00:00:00Z")}, next, now, time("2027-01-01T00:00:00Z"), 9)
            .size(),
        1u);
}

TEST(History, AScheduleThatRunsAllTheTimeIsPlannedOnce) {
    const auto continuous = timetable(R"({"kind":"continuous"})");
    const TimePoint now = time("2026-01-01T12:00:00Z");
    const auto next = continuous->next_run(std::nullopt, {}, now);
    EXPECT_LE(planned_runs(*continuous, {}, next, now, now + 24h, 100).size(), 1u);
}

TEST(History, ASchedulesWordsAreItsDescriptionOrWhatThereIs) {
    DagRow row;
    EXPECT_EQ(schedule_in_words(row), "");
    row.timetable_summary = "1 day, 0:00:00";
    EXPECT_EQ(schedule_in_words(row), "Every 1 day, 0:00:00");
    row.timetable_summary = "0 0 * * * *";
    EXPECT_EQ(schedule_in_words(row), "0 0 * * * *");
    row.timetable_description = "At 00:00";
    EXPECT_EQ(schedule_in_words(row), "At 00:00");
}

}  // namespace
}  // namespace gale
