#include "base/clock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace gale {
namespace {

class SystemClock final : public Clock {
public:
    TimePoint now() const override { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }
};

std::string format_time(TimePoint time, std::string_view zone) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{time - day};
    std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                                   static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                   clock.hours().count(), clock.minutes().count(), clock.seconds().count());
    if (clock.subseconds().count() != 0) text += fmt::format(".{:06}", clock.subseconds().count());
    text += zone;
    return text;
}

// Reads exactly `digits` decimal digits at the front of `text` and drops them.
std::optional<int> take_digits(std::string_view& text, int digits) {
    if (text.size() < static_cast<size_t>(digits)) return std::nullopt;
    int value = 0;
    for (int i = 0; i < digits; ++i) {
        const char c = text[static_cast<size_t>(i)];
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    text.remove_prefix(static_cast<size_t>(digits));
    return value;
}

bool take_char(std::string_view& text, char c) {
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<std::chrono::sys_days> take_date(std::string_view& rest) {
    const auto year = take_digits(rest, 4);
    if (!year || !take_char(rest, '-')) return std::nullopt;
    const auto month = take_digits(rest, 2);
    if (!month || !take_char(rest, '-')) return std::nullopt;
    const auto day = take_digits(rest, 2);
    if (!day) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days{date};
}

std::optional<Duration> take_fraction(std::string_view& rest) {
    if (!take_char(rest, '.') && !take_char(rest, ',')) return Duration{0};
    std::int64_t micros = 0;
    int digits = 0;
    for (; !rest.empty() && rest.front() >= '0' && rest.front() <= '9'; rest.remove_prefix(1), ++digits) {
        if (digits < 6) micros = micros * 10 + (rest.front() - '0');
    }
    if (digits == 0 || digits > 9) return std::nullopt;
    for (; digits < 6; ++digits) micros *= 10;
    return Duration{micros};
}

std::optional<Duration> take_time_of_day(std::string_view& rest) {
    const auto hour = take_digits(rest, 2);
    if (!hour || *hour > 23) return std::nullopt;
    int minute = 0;
    int second = 0;
    Duration fraction{0};
    if (take_char(rest, ':')) {
        const auto read_minute = take_digits(rest, 2);
        if (!read_minute || *read_minute > 59) return std::nullopt;
        minute = *read_minute;
        if (take_char(rest, ':')) {
            const auto read_second = take_digits(rest, 2);
            if (!read_second || *read_second > 59) return std::nullopt;
            second = *read_second;
            const auto read_fraction = take_fraction(rest);
            if (!read_fraction) return std::nullopt;
            fraction = *read_fraction;
        }
    }
    return std::chrono::hours{*hour} + std::chrono::minutes{minute} + std::chrono::seconds{second} + fraction;
}

// Consumes the rest: an offset or nothing.
std::optional<Duration> take_offset(std::string_view& rest) {
    if (rest.empty()) return Duration{0};
    if (take_char(rest, 'Z') || take_char(rest, 'z')) return rest.empty() ? std::optional{Duration{0}} : std::nullopt;
    const bool negative = take_char(rest, '-');
    if (!negative && !take_char(rest, '+')) return std::nullopt;
    const auto hours = take_digits(rest, 2);
    if (!hours || *hours > 23) return std::nullopt;
    take_char(rest, ':');
    int minutes = 0;
    if (!rest.empty()) {
        const auto read_minutes = take_digits(rest, 2);
        if (!read_minutes || *read_minutes > 59) return std::nullopt;
        minutes = *read_minutes;
    }
    if (!rest.empty()) return std::nullopt;
    const Duration offset = std::chrono::hours{*hours} + std::chrono::minutes{minutes};
    return negative ? -offset : offset;
}

std::optional<TimePoint> parse_time(std::string_view rest) {
    const auto date = take_date(rest);
    if (!date) return std::nullopt;
    if (rest.empty()) return TimePoint{*date};
    if (!take_char(rest, 'T') && !take_char(rest, 't') && !take_char(rest, ' ')) return std::nullopt;
    const auto time_of_day = take_time_of_day(rest);
    if (!time_of_day) return std::nullopt;
    const auto offset = take_offset(rest);
    if (!offset) return std::nullopt;
    return TimePoint{*date} + *time_of_day - *offset;
}

}  // namespace

const Clock& system_clock() {
    static const SystemClock clock;
    return clock;
}

std::string to_iso8601(TimePoint time) {
    return format_time(time, "Z");
}
std::string to_python_iso(TimePoint time) {
    return format_time(time, "+00:00");
}

Result<TimePoint> parse_iso8601(std::string_view text) {
    if (const auto time = parse_time(text)) return *time;
    return fail(ErrorCode::invalid_argument,
                fmt::format("'{}' is not a date-time: write it as 2026-01-31 or 2026-01-31T12:00:00+00:00", text));
}

Duration from_seconds(double seconds) {
    // Saturates: a delay of "infinity" must not overflow into the past.
    constexpr double kLimit = 9.0e12;
    if (std::isnan(seconds)) return Duration{0};
    return Duration{static_cast<std::int64_t>(std::llround(std::clamp(seconds, -kLimit, kLimit) * 1e6))};
}

}  // namespace gale
