// Cron expressions as Airflow reads them (croniter): 5 fields, 6 with seconds last, 7 with years after those; names,
// ranges (also backwards, sat-sun), steps, lists, '?', 'L' (last day), 'n#k' and 'Ln' (k-th and last weekday n), 'nW'
// (nearest working day), presets. Day of month and day of week, both restricted, are OR-ed.
#pragma once

#include <array>
#include <bitset>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "model/zone.hpp"

namespace gale {

class Cron {
public:
    // Errors name the expression, the field, its text and what is allowed.
    static Result<Cron> parse(std::string_view expression, std::string_view timezone);

    // The first tick strictly after / strictly before `time`; nullopt where there is none within 50 years (30
    // February). DST as in Airflow: an expression that ticks every hour keeps real intervals, others keep the wall
    // clock; a tick in the hour that is skipped moves behind it, one in the hour that comes twice runs the second time.
    std::optional<TimePoint> next_after(TimePoint time) const;
    std::optional<TimePoint> previous_before(TimePoint time) const;
    // Aligned: the tick at or after / at or before `time`.
    std::optional<TimePoint> align_to_next(TimePoint time) const;
    std::optional<TimePoint> align_to_previous(TimePoint time) const;

    // With Airflow's presets resolved: "@daily" gives "0 0 * * *".
    const std::string& expression() const { return expression_; }
    const std::string& timezone() const { return timezone_; }
    // Words, such as "At 00:00, Monday through Friday"; empty where seconds or years are given, as in Airflow.
    std::string description() const;

    enum FieldIndex : size_t { kMinute, kHour, kDay, kMonth, kWeekday, kSecond, kYear, kFieldCount };
    static constexpr int kFirstYear = 1970;
    struct Field {
        std::bitset<130> values;  // years from kFirstYear, all else as written; weekday 0 is Sunday
        bool star = false;        // '*' alone or among others: unrestricted
        bool star_alone = false;  // '*', or all values written out
        bool last = false;        // day of month: 'L'
    };

private:
    friend class CronParser;
    bool day_matches(std::chrono::year_month_day date) const;
    std::optional<std::chrono::local_seconds> search_day_up(std::chrono::local_seconds from) const;
    std::optional<std::chrono::local_seconds> search_day_down(std::chrono::local_seconds from) const;
    std::optional<std::chrono::local_seconds> next_local(std::chrono::local_time<Duration> after) const;
    std::optional<std::chrono::local_seconds> previous_local(std::chrono::local_time<Duration> before) const;

    std::string expression_, timezone_;
    Zone zone_;
    std::array<Field, kFieldCount> fields_;
    std::array<std::string, kFieldCount> texts_;  // as written, in lower case
    size_t field_count_ = 5;
    std::array<std::bitset<7>, 7> nth_weekdays_{};  // by weekday: bits 1..5, and kLastWeek
    static constexpr size_t kLastWeek = 6;
    bool has_nth_weekday_ = false;
    std::optional<int> nearest_weekday_;  // 'W'
};

}  // namespace gale
