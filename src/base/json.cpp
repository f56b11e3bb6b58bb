#include "base/json.hpp"

#include <fmt/format.h>
#include <boost/json/parser.hpp>

#include <algorithm>
#include <vector>

namespace gale::json {
namespace {

void write_canonical(const value& input, std::string& out) {
    if (const auto* map = input.if_object()) {
        std::vector<const object::value_type*> members;
        members.reserve(map->size());
        for (const auto& member : *map) members.push_back(&member);
        std::ranges::sort(members, {}, [](const auto* member) { return std::string_view(member->key()); });
        out += '{';
        for (size_t i = 0; i < members.size(); ++i) {
            if (i != 0) out += ',';
            out += serialize(boost::json::string(members[i]->key()));
            out += ':';
            write_canonical(members[i]->value(), out);
        }
        out += '}';
    } else if (const auto* list = input.if_array()) {
        out += '[';
        for (size_t i = 0; i < list->size(); ++i) {
            if (i != 0) out += ',';
            write_canonical((*list)[i], out);
        }
        out += ']';
    } else {
        out += serialize(input);
    }
}

const value* find_present(const object& from, std::string_view key) {
    const value* found = from.if_contains(key);
    return found == nullptr || found->is_null() ? nullptr : found;
}

std::unexpected<Error> wrong_type(std::string_view key, std::string_view expected, const value& found) {
    std::string text = serialize(found);
    if (text.size() > 80) text = text.substr(0, 77) + "...";
    return fail(ErrorCode::invalid_argument, fmt::format("'{}' must be {}, but is {}", key, expected, text));
}

}  // namespace

Result<value> parse(std::string_view text) {
    boost::json::parse_options options;
    options.max_depth = 64;
    boost::json::parser parser({}, options);
    boost::json::error_code error;
    const size_t consumed = parser.write(text.data(), text.size(), error);
    if (error) {
        return fail(ErrorCode::invalid_argument,
                    fmt::format("not valid JSON at byte {} of {}: {}", consumed, text.size(), error.message()));
    }
    return parser.release();
}

Result<object> parse_object(std::string_view text) {
    value parsed = TRY(parse(text));
    if (!parsed.is_object()) return fail(ErrorCode::invalid_argument, "expected a JSON object");
    return std::move(parsed.as_object());
}

std::string canonical(const value& input) {
    std::string out;
    write_canonical(input, out);
    return out;
}

Result<std::string> get_string(const object& from, std::string_view key) {
    auto text = TRY(get_optional_string(from, key));
    if (!text) return fail(ErrorCode::invalid_argument, fmt::format("'{}' is missing", key));
    return std::move(*text);
}

Result<std::string> get_string_or(const object& from, std::string_view key, std::string_view fallback) {
    return TRY(get_optional_string(from, key)).value_or(std::string(fallback));
}

Result<std::optional<std::string>> get_optional_string(const object& from, std::string_view key) {
    const value* found = find_present(from, key);
    if (found == nullptr) return std::nullopt;
    if (!found->is_string()) return wrong_type(key, "a string", *found);
    return std::string(found->as_string());
}

Result<std::int64_t> get_int_or(const object& from, std::string_view key, std::int64_t fallback) {
    return TRY(get_optional_int(from, key)).value_or(fallback);
}

Result<std::optional<std::int64_t>> get_optional_int(const object& from, std::string_view key) {
    const value* found = find_present(from, key);
    if (found == nullptr) return std::nullopt;
    boost::json::error_code error;
    const auto number = found->is_number() ? found->to_number<std::int64_t>(error) : 0;
    if (!found->is_number() || error) return wrong_type(key, "a whole number", *found);
    return number;
}

Result<double> get_double_or(const object& from, std::string_view key, double fallback) {
    return TRY(get_optional_double(from, key)).value_or(fallback);
}

Result<std::optional<double>> get_optional_double(const object& from, std::string_view key) {
    const value* found = find_present(from, key);
    if (found == nullptr) return std::nullopt;
    if (!found->is_number()) return wrong_type(key, "a number", *found);
    return found->to_number<double>();
}

Result<bool> get_bool_or(const object& from, std::string_view key, bool fallback) {
    return TRY(get_optional_bool(from, key)).value_or(fallback);
}

Result<std::optional<bool>> get_optional_bool(const object& from, std::string_view key) {
    const value* found = find_present(from, key);
    if (found == nullptr) return std::nullopt;
    if (!found->is_bool()) return wrong_type(key, "true or false", *found);
    return found->as_bool();
}

Result<std::optional<TimePoint>> get_optional_time(const object& from, std::string_view key) {
    const auto text = TRY(get_optional_string(from, key));
    if (!text) return std::nullopt;
    auto time = parse_iso8601(*text);
    if (!time) return std::unexpected(Error(time.error().code(), fmt::format("'{}'", key)).caused_by(time.error()));
    return *time;
}

const array* find_array(const object& from, std::string_view key) {
    const value* found = from.if_contains(key);
    return found == nullptr ? nullptr : found->if_array();
}

const object* find_object(const object& from, std::string_view key) {
    const value* found = from.if_contains(key);
    return found == nullptr ? nullptr : found->if_object();
}

value from_time(std::optional<TimePoint> time) {
    if (!time) return nullptr;
    return value(boost::json::string(to_iso8601(*time)));
}

value from_optional(const std::optional<std::string>& text) {
    if (!text) return nullptr;
    return value(boost::json::string(*text));
}

}  // namespace gale::json
