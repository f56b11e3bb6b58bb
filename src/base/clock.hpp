// Time as the whole product knows it: UTC, microseconds, one Clock wall that tests replace.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace gale {

using Duration = std::chrono::microseconds;
using TimePoint = std::chrono::sys_time<Duration>;

class Clock {
public:
    virtual ~Clock() = default;
    virtual TimePoint now() const = 0;
};

// The machine's real-time clock. Lives for the whole process.
const Clock& system_clock();

// A clock that stands still until it is moved. Not thread-safe.
class FakeClock final : public Clock {
public:
    explicit FakeClock(TimePoint start) : now_(start) {}
    TimePoint now() const override { return now_; }
    void advance(Duration by) { now_ += by; }
    void set(TimePoint to) { now_ = to; }

private:
    TimePoint now_;
};

// "2026-01-02T03:04:05.123456Z": the REST API's and the database's form. Microseconds are left out when zero.
std::string to_iso8601(TimePoint time);
// "2026-01-02T03:04:05.123456+00:00": Python's isoformat(), as in run ids and templates.
std::string to_python_iso(TimePoint time);
// Accepts RFC 3339 and what Airflow accepts on its command line: a date alone, 'T' or a blank, up to 9 fractional
// digits (cut to microseconds), 'Z', '+00:00', '+0000', or no offset (UTC).
Result<TimePoint> parse_iso8601(std::string_view text);

// Seconds as a double, for JSON and SQL.
inline double to_seconds(Duration duration) {
    return static_cast<double>(duration.count()) / 1e6;
}
Duration from_seconds(double seconds);

}  // namespace gale
