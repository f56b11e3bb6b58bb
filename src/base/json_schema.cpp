#include "base/json_schema.hpp"

#include <fmt/format.h>
#include <boost/regex.hpp>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/clock.hpp"

namespace gale {
namespace {

constexpr size_t kMaxPatternInput = 64 * 1024;
constexpr std::int64_t kMaxSteps = 20'000'000;
constexpr int kMaxDepth = 128;  // of schemas within schemas, so that a $ref that leads to itself ends

// How deep the check is, what it has cost, and where references lead. A schema whose references multiply may cost
// more than anybody waits for.
struct Depth {
    const json::object& root;
    std::int64_t& steps;
    int levels = 0;
    Depth below() const { return {root, steps, levels + 1}; }
};

// The schema that "#/a/b" names in `root`; nullptr: none.
const json::object* referred(std::string_view reference, const json::object& root) {
    if (!reference.starts_with('#')) return nullptr;
    reference.remove_prefix(1);
    const json::object* found = &root;
    while (!reference.empty() && found != nullptr) {
        reference.remove_prefix(1);
        const size_t end = std::min(reference.find('/'), reference.size());
        found = json::find_object(*found, reference.substr(0, end));
        reference.remove_prefix(end);
    }
    return found;
}

std::string shown(const json::value& value) {
    std::string text = json::serialize(value);
    return text.size() > 120 ? text.substr(0, 117) + "..." : text;
}

std::unexpected<Error> broken(const std::string& path, const json::value& value, std::string_view rule) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("{}{}{} {}", path, path.empty() ? "" : ": ", shown(value), rule));
}

bool is_whole(const json::value& value) {
    return value.is_int64() || value.is_uint64() ||
           (value.is_double() && std::floor(value.get_double()) == value.get_double());
}

bool is_of_type(const json::value& value, std::string_view type) {
    if (type == "string") return value.is_string();
    if (type == "integer") return is_whole(value);
    if (type == "number") return value.is_number();
    if (type == "boolean") return value.is_bool();
    if (type == "array") return value.is_array();
    if (type == "object") return value.is_object();
    return type == "null" && value.is_null();
}

Result<void> check_type(const json::value& value, const json::value& type, const std::string& path) {
    bool fits = false;
    if (type.is_string()) {
        fits = is_of_type(value, std::string_view(type.get_string()));
    } else if (type.is_array()) {
        fits = std::ranges::any_of(type.get_array(), [&](const json::value& one) {
            return one.is_string() && is_of_type(value, std::string_view(one.get_string()));
        });
    }
    if (!fits) return broken(path, value, fmt::format("is not of type {}", json::serialize(type)));
    return {};
}

// Lengths count characters, as JSON Schema has it, not bytes.
size_t character_count(std::string_view text) {
    return static_cast<size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::optional<double> number_in(const json::object& schema, std::string_view key) {
    const json::value* found = schema.if_contains(key);
    if (found == nullptr || !found->is_number()) return std::nullopt;
    return found->to_number<double>();
}

Result<void> check_number(const json::value& value, const json::object& schema, const std::string& path) {
    const double number = value.to_number<double>();
    if (const auto limit = number_in(schema, "minimum"); limit && number < *limit) {
        return broken(path, value, fmt::format("is less than the minimum of {}", *limit));
    }
    if (const auto limit = number_in(schema, "maximum"); limit && number > *limit) {
        return broken(path, value, fmt::format("is greater than the maximum of {}", *limit));
    }
    if (const auto limit = number_in(schema, "exclusiveMinimum"); limit && number <= *limit) {
        return broken(path, value, fmt::format("is not greater than {}", *limit));
    }
    if (const auto limit = number_in(schema, "exclusiveMaximum"); limit && number >= *limit) {
        return broken(path, value, fmt::format("is not less than {}", *limit));
    }
    if (const auto step = number_in(schema, "multipleOf"); step && *step > 0) {
        const double quotient = number / *step;
        if (std::abs(quotient - std::round(quotient)) > 1e-9)
            return broken(path, value, fmt::format("is not a multiple of {}", *step));
    }
    return {};
}

Result<void> check_pattern(const json::value& value, const std::string& pattern, const std::string& path) {
    const auto& text = value.get_string();
    if (text.size() > kMaxPatternInput)
        return broken(path, value, fmt::format("is too long for a pattern ({} bytes)", text.size()));
    try {
        // Boost's matcher gives up on a pattern that explodes, where std::regex overflows the stack.
        if (boost::regex_search(text.begin(), text.end(), boost::regex(pattern))) return {};
    } catch (const std::runtime_error& error) {
        return broken(path, value, fmt::format("cannot be matched with the pattern '{}': {}", pattern, error.what()));
    }
    return broken(path, value, fmt::format("does not match the pattern '{}'", pattern));
}

Result<void> check_format(const json::value& value, std::string_view format, const std::string& path) {
    static const boost::regex kDate(R"(\d{4}-\d{2}-\d{2})");
    static const boost::regex kTime(R"((?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)");
    const std::string text(value.get_string());
    bool fits = true;
    if (format == "date") fits = boost::regex_match(text, kDate) && parse_iso8601(text).has_value();
    if (format == "date-time") fits = text.size() > 10 && parse_iso8601(text).has_value();
    if (format == "time") fits = boost::regex_match(text, kTime);
    if (!fits) return broken(path, value, fmt::format("is not a {}", format));
    return {};
}

Result<void> check_string(const json::value& value, const json::object& schema, const std::string& path) {
    const auto length = static_cast<double>(character_count(std::string_view(value.get_string())));
    if (const auto limit = number_in(schema, "minLength"); limit && length < *limit) {
        return broken(path, value, fmt::format("is too short: {} of at least {} characters", length, *limit));
    }
    if (const auto limit = number_in(schema, "maxLength"); limit && length > *limit) {
        return broken(path, value, fmt::format("is too long: {} of at most {} characters", length, *limit));
    }
    if (const auto* pattern = schema.if_contains("pattern"); pattern != nullptr && pattern->is_string()) {
        TRY(check_pattern(value, std::string(pattern->get_string()), path));
    }
    if (const auto* format = schema.if_contains("format"); format != nullptr && format->is_string()) {
        TRY(check_format(value, std::string_view(format->get_string()), path));
    }
    return {};
}

Result<void> check_at(const json::value& value, const json::object& schema, const std::string& path, Depth depth);

Result<void> check_array(const json::value& value, const json::object& schema, const std::string& path, Depth depth) {
    const auto& items = value.get_array();
    const auto count = static_cast<double>(items.size());
    if (const auto limit = number_in(schema, "minItems"); limit && count < *limit) {
        return broken(path, value, fmt::format("has {} of at least {} items", count, *limit));
    }
    if (const auto limit = number_in(schema, "maxItems"); limit && count > *limit) {
        return broken(path, value, fmt::format("has {} of at most {} items", count, *limit));
    }
    if (const auto* unique = schema.if_contains("uniqueItems"); unique != nullptr && *unique == json::value(true)) {
        std::set<std::string> seen;
        for (const auto& item : items) {
            if (!seen.insert(json::canonical(item)).second)
                return broken(path, value, fmt::format("holds {} twice", shown(item)));
        }
    }
    if (const auto* item_schema = json::find_object(schema, "items")) {
        for (size_t i = 0; i < items.size(); ++i)
            TRY(check_at(items[i], *item_schema, fmt::format("{}[{}]", path, i), depth.below()));
    }
    return {};
}

Result<void> check_object(const json::value& value, const json::object& schema, const std::string& path, Depth depth) {
    const auto& members = value.get_object();
    if (const auto* required = json::find_array(schema, "required")) {
        for (const auto& name : *required) {
            if (name.is_string() && !members.contains(name.get_string())) {
                return broken(path, value, fmt::format("lacks the member '{}'", std::string_view(name.get_string())));
            }
        }
    }
    const auto* properties = json::find_object(schema, "properties");
    const auto* additional = schema.if_contains("additionalProperties");
    for (const auto& member : members) {
        const std::string_view name = member.key();
        const auto* known = properties == nullptr ? nullptr : json::find_object(*properties, name);
        const std::string below = path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
        if (known != nullptr) {
            TRY(check_at(member.value(), *known, below, depth.below()));
        } else if (additional != nullptr && additional->is_bool() && !additional->get_bool()) {
            return broken(path, value, fmt::format("has the unknown member '{}'", name));
        } else if (additional != nullptr && additional->is_object()) {
            TRY(check_at(member.value(), additional->get_object(), below, depth.below()));
        }
    }
    return {};
}

Result<void> check_combined(const json::value& value, const json::object& schema, const std::string& path,
                            Depth depth) {
    const auto fits = [&](const json::value& one) {
        return !one.is_object() || check_at(value, one.get_object(), path, depth.below()).has_value();
    };
    if (const auto* all = json::find_array(schema, "allOf")) {
        for (const auto& one : *all) {
            if (one.is_object()) TRY(check_at(value, one.get_object(), path, depth.below()));
        }
    }
    if (const auto* any = json::find_array(schema, "anyOf"); any != nullptr && std::ranges::none_of(*any, fits)) {
        return broken(path, value, fmt::format("fits none of {}", shown(*any)));
    }
    if (const auto* one_of = json::find_array(schema, "oneOf");
        one_of != nullptr && std::ranges::count_if(*one_of, fits) != 1) {
        return broken(path, value, fmt::format("does not fit exactly one of {}", shown(*one_of)));
    }
    if (const auto* unwanted = json::find_object(schema, "not");
        unwanted != nullptr && check_at(value, *unwanted, path, depth.below())) {
        return broken(path, value, fmt::format("fits {}, which it must not", shown(*unwanted)));
    }
    return {};
}

Result<void> check_at(const json::value& value, const json::object& schema, const std::string& path, Depth depth) {
    if (depth.levels > kMaxDepth || ++depth.steps > kMaxSteps)
        return broken(path, value, "is nested too deeply to be checked");
    if (const auto* reference = schema.if_contains("$ref"); reference != nullptr && reference->is_string()) {
        const auto* other = referred(std::string_view(reference->get_string()), depth.root);
        if (other == nullptr)
            return broken(path, value, fmt::format("has a schema with an unknown {}", shown(*reference)));
        TRY(check_at(value, *other, path, depth.below()));
    }
    if (const auto* type = schema.if_contains("type"); type != nullptr && !type->is_null())
        TRY(check_type(value, *type, path));
    if (const auto* options = json::find_array(schema, "enum");
        options != nullptr && std::ranges::find(*options, value) == options->end()) {
        return broken(path, value, fmt::format("is not one of {}", shown(*options)));
    }
    if (const auto* constant = schema.if_contains("const"); constant != nullptr && *constant != value) {
        return broken(path, value, fmt::format("is not {}", shown(*constant)));
    }
    if (value.is_number()) TRY(check_number(value, schema, path));
    if (value.is_string()) TRY(check_string(value, schema, path));
    if (value.is_array()) TRY(check_array(value, schema, path, depth));
    if (value.is_object()) TRY(check_object(value, schema, path, depth));
    return check_combined(value, schema, path, depth);
}

}  // namespace

Result<void> check_against_schema(const json::value& value, const json::object& schema) {
    return check_against_schema(value, schema, schema);
}

Result<void> check_against_schema(const json::value& value, const json::object& schema, const json::object& root) {
    std::int64_t steps = 0;
    return check_at(value, schema, "", {root, steps});
}

}  // namespace gale
