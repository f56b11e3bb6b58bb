// Cron expressions as croniter reads them: 5 fields, or 6 with seconds last; names, ranges, steps, lists, L, '#',
// presets (@daily …). Day of month and day of week, both restricted, are OR-ed.
#pragma once

#include <array>
#include <bitset>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"

namespace gale {

class Cron {
public:
    // Errors name the field, its text and the range allowed.
    static Result<Cron> parse(std::string_view expression, std::string_view timezone);

    // The first tick strictly after / strictly before `time`; nullopt where there is none within 8 years (30 February).
    // DST as in Airflow: an expression that ticks every hour keeps real intervals, others keep the wall clock.
    std::optional<TimePoint> next_after(TimePoint time) const;
    std::optional<TimePoint> previous_before(TimePoint time) const;
    // Aligned: the tick at or after / at or before `time`.
    std::optional<TimePoint> align_to_next(TimePoint time) const;
    std::optional<TimePoint> align_to_previous(TimePoint time) const;

    const std::string& expression() const { return expression_; }
    const std::string& timezone() const { return timezone_; }

private:
    struct Fields {
        std::bitset<60> seconds, minutes;
        std::bitset<24> hours;
        std::bitset<32> days;    // 1..31
        std::bitset<13> months;  // 1..12
        std::bitset<7> weekdays; // 0 is Sunday
        bool last_day = false;                               // 'L' in day of month
        std::vector<std::pair<int, int>> nth_weekdays;       // (weekday, n); n 1..5, or -1 for last
        bool day_restricted = false, weekday_restricted = false;
        bool every_hour = false;
        bool has_seconds = false;
    };
    std::string expression_, timezone_;
    Fields fields_;
};

}  // namespace gale
