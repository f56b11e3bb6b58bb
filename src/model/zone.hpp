// A time zone of the system's database, or a fixed offset.
#pragma once

#include <chrono>
#include <string_view>

#include "base/clock.hpp"
#include "base/error.hpp"

namespace date {
class time_zone;
}

namespace gale {

using LocalTime = std::chrono::local_time<Duration>;

class Zone {
public:
    Zone() = default;  // UTC
    // An IANA name, "UTC", or "+05:30". Errors name what was asked for.
    static Result<Zone> find(std::string_view name);

    LocalTime to_local(TimePoint time) const;
    // A wall clock reading that the zone skips moves on by the length of the gap; of one that comes twice, the second
    // is meant. Both as Airflow.
    TimePoint to_utc(LocalTime time) const;

private:
    const date::time_zone* zone_ = nullptr;  // null: offset_
    std::chrono::seconds offset_{0};
};

}  // namespace gale
