// The search for ticks. Reading an expression: cron_parse.cpp; its words: cron_describe.cpp.
#include "model/cron.hpp"

#include <algorithm>

namespace gale {
namespace {

using namespace std::chrono;

constexpr int kSearchYears = 50;  // as croniter
// What Python's datetime can hold, with room for the search; beyond it there are no ticks.
constexpr TimePoint kFirstTime{sys_days{year{2} / January / 1}};
constexpr TimePoint kLastTime{sys_days{year{9900} / January / 1}};

bool in_range(TimePoint time) {
    return time >= kFirstTime && time <= kLastTime;
}

int first_from(const std::bitset<130>& values, int from, int end) {
    for (int i = from; i < end; ++i)
        if (values[static_cast<size_t>(i)]) return i;
    return -1;
}

int last_up_to(const std::bitset<130>& values, int from) {
    for (int i = from; i >= 0; --i)
        if (values[static_cast<size_t>(i)]) return i;
    return -1;
}

// A time of day as the fields see it.
struct Clock3 {
    int hour, minute, second;
    seconds since_midnight() const { return hours{hour} + minutes{minute} + seconds{second}; }
};

Clock3 clock_of(seconds since_midnight) {
    const hh_mm_ss split{since_midnight};
    return {static_cast<int>(split.hours().count()), static_cast<int>(split.minutes().count()),
            static_cast<int>(split.seconds().count())};
}

using Fields = std::array<Cron::Field, Cron::kFieldCount>;

// The first tick of a day at or after `from`.
std::optional<seconds> clock_up(const Fields& fields, Clock3 from) {
    const auto& hour_set = fields[Cron::kHour].values;
    const auto& minute_set = fields[Cron::kMinute].values;
    const auto& second_set = fields[Cron::kSecond].values;
    const int first_minute = first_from(minute_set, 0, 60);
    const int first_second = first_from(second_set, 0, 60);
    if (hour_set[static_cast<size_t>(from.hour)]) {
        if (minute_set[static_cast<size_t>(from.minute)])
            if (const int second = first_from(second_set, from.second, 60); second >= 0)
                return Clock3{from.hour, from.minute, second}.since_midnight();
        if (const int minute = first_from(minute_set, from.minute + 1, 60); minute >= 0)
            return Clock3{from.hour, minute, first_second}.since_midnight();
    }
    const int hour = first_from(hour_set, from.hour + 1, 24);
    if (hour < 0) return std::nullopt;
    return Clock3{hour, first_minute, first_second}.since_midnight();
}

// The last tick of a day at or before `from`.
std::optional<seconds> clock_down(const Fields& fields, Clock3 from) {
    const auto& hour_set = fields[Cron::kHour].values;
    const auto& minute_set = fields[Cron::kMinute].values;
    const auto& second_set = fields[Cron::kSecond].values;
    const int last_minute = last_up_to(minute_set, 59);
    const int last_second = last_up_to(second_set, 59);
    if (hour_set[static_cast<size_t>(from.hour)]) {
        if (minute_set[static_cast<size_t>(from.minute)])
            if (const int second = last_up_to(second_set, from.second); second >= 0)
                return Clock3{from.hour, from.minute, second}.since_midnight();
        if (const int minute = last_up_to(minute_set, from.minute - 1); minute >= 0)
            return Clock3{from.hour, minute, last_second}.since_midnight();
    }
    const int hour = last_up_to(hour_set, from.hour - 1);
    if (hour < 0) return std::nullopt;
    return Clock3{hour, last_minute, last_second}.since_midnight();
}

unsigned last_day_of(year_month month) {
    return static_cast<unsigned>((month / last).day());
}

// The working day nearest to a day of the month, within the month.
unsigned nearest_working_day(year_month month, int wanted) {
    const unsigned month_end = last_day_of(month);
    const unsigned day = std::min(static_cast<unsigned>(wanted), month_end);
    const weekday on{sys_days{month / std::chrono::day{day}}};
    if (on == Saturday) return day > 1 ? day - 1 : day + 2;
    if (on == Sunday) return day < month_end ? day + 1 : day - 2;
    return day;
}

bool year_matches(const Cron::Field& field, year y) {
    const int index = static_cast<int>(y) - Cron::kFirstYear;
    return field.star || (index >= 0 && index < 130 && field.values[static_cast<size_t>(index)]);
}

bool month_matches(const Cron::Field& field, month m) {
    return field.values[static_cast<unsigned>(m)];
}

}  // namespace

bool Cron::day_matches(year_month_day date) const {
    const unsigned day = static_cast<unsigned>(date.day());
    const year_month month = date.year() / date.month();
    const unsigned on = weekday{sys_days{date}}.c_encoding();
    const Field& days = fields_[kDay];
    const Field& weekdays = fields_[kWeekday];

    const bool day_side = nearest_weekday_ ? day == nearest_working_day(month, *nearest_weekday_)
                                           : days.star || days.values[day] || (days.last && day == last_day_of(month));
    const bool is_last_week = day + 7 > last_day_of(month);
    const bool weekday_side =
        has_nth_weekday_ ? nth_weekdays_[on][(day - 1) / 7 + 1] || (is_last_week && nth_weekdays_[on][kLastWeek])
                         : weekdays.star || weekdays.values[on];

    if (days.star || weekdays.star) return day_side && weekday_side;
    // croniter joins the two sides by OR, but keeps 'W' and '#' in force on both.
    if (nearest_weekday_ && has_nth_weekday_) return day_side && weekday_side;
    if (nearest_weekday_) return day_side;
    if (has_nth_weekday_) return weekday_side;
    return day_side || weekday_side;
}

std::optional<local_seconds> Cron::search_day_up(local_seconds from) const {
    const auto start = floor<days>(from);
    const year limit = year_month_day{start}.year() + years{kSearchYears};
    for (auto day = start;;) {
        const year_month_day date{day};
        if (date.year() > limit) return std::nullopt;
        if (!year_matches(fields_[kYear], date.year())) {
            day = local_days{(date.year() + years{1}) / January / 1};
        } else if (!month_matches(fields_[kMonth], date.month())) {
            day = local_days{(date.year() / date.month() + months{1}) / 1};
        } else if (day_matches(date)) {
            return day;
        } else {
            day += days{1};
        }
    }
}

std::optional<local_seconds> Cron::search_day_down(local_seconds from) const {
    const auto start = floor<days>(from);
    const year limit = year_month_day{start}.year() - years{kSearchYears};
    for (auto day = start;;) {
        const year_month_day date{day};
        if (date.year() < limit) return std::nullopt;
        if (!year_matches(fields_[kYear], date.year())) {
            day = local_days{date.year() / January / 1} - days{1};
        } else if (!month_matches(fields_[kMonth], date.month())) {
            day = local_days{date.year() / date.month() / 1} - days{1};
        } else if (day_matches(date)) {
            return day;
        } else {
            day -= days{1};
        }
    }
}

std::optional<local_seconds> Cron::next_local(LocalTime after) const {
    const local_seconds earliest =
        field_count_ > 5 ? floor<seconds>(after) + seconds{1} : floor<minutes>(after) + minutes{1};
    auto day = search_day_up(earliest);
    if (!day) return std::nullopt;
    if (*day <= earliest)
        if (const auto clock = clock_up(fields_, clock_of(earliest - *day))) return *day + *clock;
    if (*day <= earliest) day = search_day_up(*day + days{1});
    if (!day) return std::nullopt;
    return *day + clock_up(fields_, {0, 0, 0}).value();
}

std::optional<local_seconds> Cron::previous_local(LocalTime before) const {
    const local_seconds latest = floor<seconds>(before - Duration{1});
    auto day = search_day_down(latest);
    if (!day) return std::nullopt;
    if (*day + days{1} > latest)
        if (const auto clock = clock_down(fields_, clock_of(latest - *day))) return *day + *clock;
    if (*day + days{1} > latest) day = search_day_down(*day - days{1});
    if (!day) return std::nullopt;
    return *day + clock_down(fields_, {23, 59, 59}).value();
}

std::optional<TimePoint> Cron::next_after(TimePoint time) const {
    if (!in_range(time)) return std::nullopt;
    const LocalTime local = zone_.to_local(time);
    for (auto tick = next_local(local); tick; tick = next_local(*tick)) {
        const TimePoint found = fields_[kHour].star_alone ? time + (*tick - local) : zone_.to_utc(*tick);
        if (found > time) return found;
    }
    return std::nullopt;
}

std::optional<TimePoint> Cron::previous_before(TimePoint time) const {
    if (!in_range(time)) return std::nullopt;
    const LocalTime local = zone_.to_local(time);
    // A tick in a skipped hour moves behind it, so it may lie after `time` though it was written before.
    for (auto tick = previous_local(local); tick; tick = previous_local(*tick)) {
        const TimePoint found = fields_[kHour].star_alone ? time - (local - *tick) : zone_.to_utc(*tick);
        if (found < time) return found;
    }
    return std::nullopt;
}

// As Airflow, `time` is a tick if it is its neighbour's neighbour. Only at the search's limit, where there is no
// neighbour, its own moment is looked at.
std::optional<TimePoint> Cron::align_to_next(TimePoint time) const {
    if (!in_range(time)) return std::nullopt;
    const auto next = next_after(time);
    auto back = next ? previous_before(*next) : std::nullopt;
    if (!back) back = previous_before(time + Duration{1});
    return back == time ? std::optional{time} : next;
}

std::optional<TimePoint> Cron::align_to_previous(TimePoint time) const {
    if (!in_range(time)) return std::nullopt;
    const auto previous = previous_before(time);
    auto forth = previous ? next_after(*previous) : std::nullopt;
    if (!forth) forth = next_after(time - Duration{1});
    return forth == time ? std::optional{time} : previous;
}

}  // namespace gale
