#include "model/timetable.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/golden_file.hpp"

namespace gale {
namespace {

using testing::HasSubstr;

TimePoint at(const char* text) {
    return parse_iso8601(text).value();
}

std::shared_ptr<const Timetable> timetable(const std::string& schedule, ScheduleDefaults defaults = {}) {
    auto made = make_timetable(json::parse_object(schedule).value(), defaults);
    EXPECT_TRUE(made) << schedule;
    return made.value();
}

std::string error_of(const std::string& schedule) {
    const auto made = make_timetable(json::parse_object(schedule).value(), {});
    return made ? "accepted" : made.error().to_string();
}

TEST(Timetable, RunsAreAirflows) {
    const auto lines = read_goldens("timetable_goldens.tsv", "next");
    ASSERT_GT(lines.size(), 1000u);
    for (const auto& line : lines) {
        const auto now = *golden_time(line[2]);
        const ScheduleBounds bounds{golden_time(line[3]), golden_time(line[4]), line[5] == "True"};
        std::optional<DataInterval> last;
        if (line[6] != "none") last = DataInterval{*golden_time(line[6]), *golden_time(line[7])};
        const auto due = timetable(line[1])->next_run(last, bounds, now);
        std::string context;
        for (const auto& cell : line) context += cell + " | ";
        ASSERT_EQ(due.has_value(), line[8] != "none") << context;
        if (!due) continue;
        EXPECT_EQ(show(due->run_after), line[8]) << context;
        EXPECT_EQ(show(due->data_interval.start), line[9]) << context;
        EXPECT_EQ(show(due->data_interval.end), line[10]) << context;
        EXPECT_EQ(due->logical_date, due->data_interval.start);
    }
}

TEST(Timetable, ManualIntervalsAreAirflows) {
    const auto lines = read_goldens("timetable_goldens.tsv", "manual");
    ASSERT_GT(lines.size(), 80u);
    for (const auto& line : lines) {
        const DataInterval interval = timetable(line[1])->manual_interval(*golden_time(line[2]));
        EXPECT_EQ(show(interval.start), line[3]) << line[1] << " at " << line[2];
        EXPECT_EQ(show(interval.end), line[4]) << line[1] << " at " << line[2];
    }
}

TEST(Timetable, SummariesAndWordsAreAirflows) {
    const auto lines = read_goldens("timetable_goldens.tsv", "summary");
    ASSERT_GT(lines.size(), 20u);
    for (const auto& line : lines) {
        const auto made = timetable(line[1]);
        EXPECT_EQ(made->summary(), line[2]) << line[1];
        EXPECT_EQ(made->description(), line[3]) << line[1];
        EXPECT_EQ(made->is_periodic(), line[4] == "True") << line[1];
        EXPECT_EQ(made->can_be_scheduled(), line[5] == "True") << line[1];
    }
}

// Airflow gives an empty interval here.
TEST(Timetable, AManualIntervalEndsAtATickThatMovedOutOfASkippedHour) {
    const auto nightly =
        timetable(R"({"kind":"cron","expression":"30 2 * * *","timezone":"Europe/Berlin","interval":true})");
    EXPECT_EQ(nightly->manual_interval(at("2026-03-29T12:00:00Z")),
              (DataInterval{at("2026-03-28T01:30:00Z"), at("2026-03-29T01:30:00Z")}));
}

TEST(Timetable, TheConfigurationChoosesDataIntervalsWhenTheDagDoesNot) {
    const std::string unsaid = R"({"kind":"cron","expression":"@daily","timezone":"UTC","interval":null})";
    const ScheduleBounds bounds{at("2026-01-01"), std::nullopt, true};
    const auto trigger = timetable(unsaid)->next_run(std::nullopt, bounds, at("2026-01-05"));
    EXPECT_EQ(show(trigger->run_after), "2026-01-01T00:00:00+00:00");
    const auto interval =
        timetable(unsaid, {.create_cron_data_intervals = true})->next_run(std::nullopt, bounds, at("2026-01-05"));
    EXPECT_EQ(show(interval->run_after), "2026-01-02T00:00:00+00:00");
    EXPECT_EQ(show(interval->logical_date), "2026-01-01T00:00:00+00:00");
}

TEST(Timetable, AChangedScheduleDoesNotRepeatALogicalDate) {
    const auto weekly = timetable(R"({"kind":"cron","expression":"@weekly","interval":true})");
    const DataInterval last{at("2026-01-11"), at("2026-01-12")};  // made when the schedule was daily
    const auto due = weekly->next_run(last, {at("2026-01-01"), std::nullopt, true}, at("2026-02-01"));
    ASSERT_TRUE(due);
    EXPECT_GT(due->logical_date, last.start);
}

TEST(Timetable, AnImpossibleCronIsNeverDue) {
    for (const char* interval : {"true", "false"}) {
        const auto made =
            timetable(std::string(R"({"kind":"cron","expression":"0 0 30 2 *","interval":)") + interval + "}");
        for (const bool catchup : {false, true})
            for (const auto start : {std::optional<TimePoint>{}, std::optional{at("2026-01-01")}})
                EXPECT_EQ(made->next_run(std::nullopt, {start, std::nullopt, catchup}, at("2026-05-01")), std::nullopt);
        EXPECT_EQ(made->manual_interval(at("2026-05-01")), (DataInterval{at("2026-05-01"), at("2026-05-01")}));
    }
}

TEST(Timetable, ErrorsNameTheValue) {
    EXPECT_THAT(error_of(R"({"kind":"lunar"})"), HasSubstr("'lunar'"));
    EXPECT_THAT(error_of("{}"), HasSubstr("'kind'"));
    EXPECT_THAT(error_of(R"({"kind":"cron","expression":"61 * * * *"})"), HasSubstr("minute '61'"));
    EXPECT_THAT(error_of(R"({"kind":"cron"})"), HasSubstr("'expression'"));
    EXPECT_THAT(error_of(R"({"kind":"delta","seconds":0})"), HasSubstr("must be positive"));
    EXPECT_THAT(error_of(R"({"kind":"delta","seconds":-60})"), HasSubstr("-60 seconds"));
    EXPECT_THAT(error_of(R"({"kind":"delta","months":1,"seconds":-2678400})"), HasSubstr("must be positive"));
    EXPECT_THAT(error_of(R"({"kind":"delta","seconds":1e300})"), HasSubstr("calendar"));
}

}  // namespace
}  // namespace gale
