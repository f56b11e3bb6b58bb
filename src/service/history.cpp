#include "service/history.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace gale {

Duration history_step(TimePoint from, TimePoint to) {
    using namespace std::chrono_literals;
    using std::chrono::minutes;
    // Each is at most 2.5 times the one before, which is what keeps the number of buckets at 24 or more.
    constexpr std::array<minutes, 15> kSteps = {1min,   2min,   5min,   10min, 20min, 30min, 60min, 120min,
                                                240min, 480min, 720min, 24h,   48h,   120h,  240h};
    constexpr int kMostBuckets = 60;
    for (const minutes step : kSteps)
        if (start_of_bucket(from, step) + kMostBuckets * Duration(step) >= to) return step;
    const auto days = (to - from) / (Duration(24h) * (kMostBuckets - 1)) + 1;
    return Duration(24h) * days;
}

TimePoint start_of_bucket(TimePoint time, Duration step) {
    const auto since = time.time_since_epoch();
    auto rest = since % step;
    if (rest.count() < 0) rest += step;
    return time - rest;
}

std::optional<Duration> median(std::vector<Duration> durations) {
    if (durations.empty()) return std::nullopt;
    const auto middle = durations.begin() + static_cast<std::ptrdiff_t>(durations.size() / 2);
    std::ranges::nth_element(durations, middle);
    if (durations.size() % 2 == 1) return *middle;
    return (*std::ranges::max_element(durations.begin(), middle) + *middle) / 2;
}

std::string calendar_date(TimePoint time, const Zone& zone, Granularity granularity) {
    const LocalTime local = zone.to_local(time);
    const auto day = std::chrono::floor<std::chrono::days>(local);
    const std::chrono::year_month_day date(day);
    std::string text = fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                                   static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    if (granularity == Granularity::daily) return text;
    const auto hour = std::chrono::floor<std::chrono::hours>(local - day).count();
    const auto offset = std::chrono::floor<std::chrono::minutes>(local.time_since_epoch() - time.time_since_epoch());
    const auto minutes = std::abs(offset.count());
    return text +
           fmt::format("T{:02}:00:00{}{:02}:{:02}", hour, offset.count() < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

std::vector<CalendarCell> fold_calendar(const std::vector<RunDate>& runs, const Zone& zone, Granularity granularity) {
    std::map<std::pair<std::string, DagRunState>, std::int64_t> counts;
    for (const RunDate& run : runs) ++counts[{calendar_date(run.run_after, zone, granularity), run.state}];
    std::vector<CalendarCell> cells;
    cells.reserve(counts.size());
    for (const auto& [cell, count] : counts) cells.push_back({cell.first, cell.second, count});
    return cells;
}

std::vector<TimePoint> planned_runs(const Timetable& timetable, const ScheduleBounds& bounds,
                                    const std::optional<DueRun>& next, TimePoint now, TimePoint until, size_t limit) {
    std::vector<TimePoint> planned;
    std::optional<DueRun> due = next;
    while (due && due->run_after <= until && planned.size() < limit) {
        planned.push_back(due->run_after);
        auto following = timetable.next_run(due->data_interval, bounds, now);
        if (following && following->run_after <= due->run_after) break;  // one that runs all the time
        due = std::move(following);
    }
    return planned;
}

std::string schedule_in_words(const DagRow& row) {
    if (!row.timetable_description.empty()) return row.timetable_description;
    const bool is_delta = row.timetable_summary.find(':') != std::string::npos;
    return is_delta ? "Every " + row.timetable_summary : row.timetable_summary;
}

}  // namespace gale
