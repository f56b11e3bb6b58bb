#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace financial_news {

/// A date as feeds write it: RFC 822 / 2822 (with zone names, offsets, comments, missing weekday,
/// seconds or zone), ISO 8601 / RFC 3339 / W3C date-time (also date only), and C's asctime. A date
/// without a zone is UTC; the US zone names without standard or daylight (ET, CT, MT, PT) follow
/// the US rule of since 2007. nullopt for anything else, an unknown zone name included.
std::optional<std::chrono::sys_seconds> parse_feed_date(std::string_view text);

/// `YYYY-MM-DD HH:MM:SS` in UTC.
std::string format_utc(std::chrono::sys_seconds time);

}  // namespace financial_news
