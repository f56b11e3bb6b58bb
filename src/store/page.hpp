// Paging, order and what lists are filtered by, as the REST API has them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace gale {

struct Page {
    int limit = 50;  // -1: all
    int offset = 0;
    std::vector<std::string> order_by;  // a column's API name, '-' before it for descending; unknown: invalid_argument
};

// Of a list by name. Empty: no condition.
struct NameFilter {
    std::vector<std::string> parts;     // one of these is in the name, in any case, with SQL's % and _
    std::vector<std::string> prefixes;  // the name begins with one of these, byte by byte
};

template <class T>
struct PageOf {
    std::vector<T> items;
    std::int64_t total = 0;  // without limit and offset
};

struct TimeRange {
    std::optional<TimePoint> from;  // inclusive
    std::optional<TimePoint> to;    // inclusive
};

struct DurationRange {
    std::optional<Duration> from;  // inclusive
    std::optional<Duration> to;    // inclusive
};

// What a text has to be like; both may be asked for.
struct TextMatch {
    std::optional<std::string> pattern;  // a part of it, in any case, with LIKE's wildcards; alternatives between '|'
    std::optional<std::string> prefix;   // its beginning, case-sensitive; alternatives between '|'
};

}  // namespace gale
