// JSON: Boost.JSON under a short name, with the reads and the canonical form that every room needs.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/error.hpp"

namespace gale::json {

using boost::json::array;
using boost::json::object;
using boost::json::serialize;
using boost::json::value;

// Fails with invalid_argument, naming the offset of the first wrong byte. Depth is limited to 64.
Result<value> parse(std::string_view text);
Result<object> parse_object(std::string_view text);

// Keys sorted by bytes at every depth, no white space: equal values give equal bytes.
std::string canonical(const value& input);

// Reads of an object's member. An absent or null member gives the fallback; a member of another type is an
// invalid_argument error that names the key, the expected type and the value found.
Result<std::string> get_string(const object& from, std::string_view key);  // required
Result<std::string> get_string_or(const object& from, std::string_view key, std::string_view fallback);
Result<std::optional<std::string>> get_optional_string(const object& from, std::string_view key);
Result<std::int64_t> get_int_or(const object& from, std::string_view key, std::int64_t fallback);
Result<std::optional<std::int64_t>> get_optional_int(const object& from, std::string_view key);
Result<double> get_double_or(const object& from, std::string_view key, double fallback);
Result<std::optional<double>> get_optional_double(const object& from, std::string_view key);
Result<bool> get_bool_or(const object& from, std::string_view key, bool fallback);
Result<std::optional<bool>> get_optional_bool(const object& from, std::string_view key);
Result<std::optional<TimePoint>> get_optional_time(const object& from, std::string_view key);
// An absent or null member gives null.
const array* find_array(const object& from, std::string_view key);
const object* find_object(const object& from, std::string_view key);

value from_time(std::optional<TimePoint> time);  // to_iso8601 or null
value from_optional(const std::optional<std::string>& text);

}  // namespace gale::json
