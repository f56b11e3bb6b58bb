// Runs over time: buckets, medians, days of a calendar, planned runs. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "model/timetable.hpp"
#include "model/zone.hpp"
#include "store/catalog_store.hpp"
#include "store/view_store.hpp"

namespace gale {

// The length of a chart's buckets: a round one, so that [from, to) needs 24 to 60 of them, the first of which begins at
// a multiple of it. For spans under half an hour it is a minute, and there are fewer.
Duration history_step(TimePoint from, TimePoint to);
TimePoint start_of_bucket(TimePoint time, Duration step);

std::optional<Duration> median(std::vector<Duration> durations);

enum class Granularity { daily, hourly };

// "2026-01-02", or "2026-01-02T03:00:00+01:00": the day or hour of `time` on the zone's clock.
std::string calendar_date(TimePoint time, const Zone& zone, Granularity granularity);

struct CalendarCell {
    std::string date;
    DagRunState state = DagRunState::queued;
    std::int64_t count = 0;
};
std::vector<CalendarCell> fold_calendar(const std::vector<RunDate>& runs, const Zone& zone, Granularity granularity);

// When the timetable makes runs: `next`, and what follows it, up to `until` and at most `limit`.
std::vector<TimePoint> planned_runs(const Timetable& timetable, const ScheduleBounds& bounds,
                                    const std::optional<DueRun>& next, TimePoint now, TimePoint until, size_t limit);

// "At 00:00", "Every 1 day, 0:00:00", "0 0 * * * *": what of the schedule people can read best.
std::string schedule_in_words(const DagRow& row);

}  // namespace gale
