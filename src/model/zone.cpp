#include "model/zone.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include <exception>
#include <optional>

namespace gale {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// "+05:30" or "-0800".
std::optional<std::chrono::seconds> parse_offset(std::string_view name) {
    if (name.size() < 5 || (name[0] != '+' && name[0] != '-')) return std::nullopt;
    const size_t minute_at = name[3] == ':' ? 4 : 3;
    if (name.size() != minute_at + 2) return std::nullopt;
    for (const size_t i : {size_t{1}, size_t{2}, minute_at, minute_at + 1})
        if (!is_digit(name[i])) return std::nullopt;
    const auto two_digits = [&](size_t at) { return (name[at] - '0') * 10 + (name[at + 1] - '0'); };
    if (two_digits(1) > 23 || two_digits(minute_at) > 59) return std::nullopt;
    const std::chrono::seconds offset = std::chrono::hours{two_digits(1)} + std::chrono::minutes{two_digits(minute_at)};
    return name[0] == '-' ? -offset : offset;
}

}  // namespace

Result<Zone> Zone::find(std::string_view name) {
    Zone zone;
    if (name == "UTC" || name == "Etc/UTC") return zone;
    if (const auto offset = parse_offset(name)) {
        zone.offset_ = *offset;
        return zone;
    }
    try {
        zone.zone_ = date::locate_zone(std::string(name));
        zone.zone_->get_info(date::sys_seconds{});  // reads the zone's file now rather than in the scheduler's loop
        return zone;
    } catch (const std::exception&) {
        return fail(ErrorCode::invalid_argument,
                    fmt::format("time zone '{}' is not in the system's time zone database: write an IANA name such as "
                                "Europe/Berlin, and see that tzdata is installed",
                                name));
    }
}

LocalTime Zone::to_local(TimePoint time) const {
    const auto second = std::chrono::floor<std::chrono::seconds>(time);
    const auto offset =
        zone_ == nullptr ? offset_ : zone_->get_info(date::sys_seconds{second.time_since_epoch()}).offset;
    return LocalTime{time.time_since_epoch() + offset};
}

TimePoint Zone::to_utc(LocalTime time) const {
    if (zone_ == nullptr) return TimePoint{time.time_since_epoch() - offset_};
    const auto second = std::chrono::floor<std::chrono::seconds>(time);
    const auto info = zone_->get_info(date::local_seconds{second.time_since_epoch()});
    const auto& valid = info.result == date::local_info::ambiguous ? info.second : info.first;
    return TimePoint{time.time_since_epoch() - valid.offset};
}

}  // namespace gale
