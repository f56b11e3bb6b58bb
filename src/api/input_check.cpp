#include "api/input_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/json_schema.hpp"

namespace gale {
namespace {

constexpr int kMaxDepth = 64;

class InputCheck {
public:
    explicit InputCheck(const Components& components) : components_(components) {}

    void check(json::value& input, const json::object& schema_or_reference, const json::array& place, int depth = 0);
    json::array& errors() { return errors_; }

private:
    void refuse(const json::array& place, std::string_view type, std::string message, const json::value& input) {
        errors_.push_back(json::object{{"type", type}, {"loc", place}, {"msg", message}, {"input", input}});
    }
    void check_choices(json::value& input, const json::object& schema, const json::array& place, int depth);
    void check_text(json::value& input, const json::object& schema, const json::array& place);
    void check_time(const json::value& input, const json::array& place);
    void check_integer(json::value& input, const json::object& schema, const json::array& place);
    void check_number(json::value& input, const json::array& place);
    void check_boolean(json::value& input, const json::array& place);
    void check_array(json::value& input, const json::object& schema, const json::array& place, int depth);
    void check_object(json::value& input, const json::object& schema, const json::array& place, int depth);
    void check_members(json::object& input, const json::object& schema, const json::array& place, int depth);
    void check_options(const json::value& input, const json::array& options, const json::array& place);

    const Components& components_;
    json::array errors_;
};

json::array below(const json::array& place, json::value name) {
    json::array inner = place;
    inner.push_back(std::move(name));
    return inner;
}

bool is_null_type(const json::value& schema) {
    const auto* type = schema.as_object().if_contains("type");
    return type != nullptr && *type == json::value("null");
}

// "'a', 'b' or 'c'"
std::string listed(const json::array& options) {
    std::string text;
    for (size_t i = 0; i < options.size(); ++i) {
        if (i > 0) text += i + 1 == options.size() ? " or " : ", ";
        text += fmt::format("'{}'", std::string_view(options[i].as_string()));
    }
    return text;
}

// What a choice is called in an error's place.
std::string choice_name(const json::object& schema) {
    if (const auto* reference = schema.if_contains("$ref")) {
        const std::string_view path = reference->as_string();
        return std::string(path.substr(path.rfind('/') + 1));
    }
    const auto* type = schema.if_contains("type");
    if (type == nullptr) return "any";
    if (*type == json::value("string")) return "str";
    if (*type == json::value("integer")) return "int";
    if (*type == json::value("array")) return schema.contains("prefixItems") ? "tuple" : "list";
    return std::string(std::string_view(type->as_string()));
}

// Whether `input` names this choice by a constant member ("action": "create").
bool is_named(const json::value& input, const json::object& schema) {
    const auto* properties = json::find_object(schema, "properties");
    if (properties == nullptr || !input.is_object()) return false;
    return std::ranges::any_of(*properties, [&](const auto& member) {
        const auto* constant = member.value().as_object().if_contains("const");
        const auto* given = input.get_object().if_contains(member.key());
        return constant != nullptr && given != nullptr && *constant == *given;
    });
}

void InputCheck::check_choices(json::value& input, const json::object& schema, const json::array& place, int depth) {
    std::vector<const json::object*> choices;
    for (const auto& choice : schema.at("anyOf").as_array()) {
        if (!is_null_type(choice))
            choices.push_back(&choice.as_object());
        else if (input.is_null())
            return;
    }
    if (choices.size() == 1) return check(input, *choices.front(), place, depth + 1);
    json::array all;
    for (const auto* choice : choices) {
        InputCheck one(components_);
        json::value copy = input;
        const bool named = is_named(input, resolved(*choice, components_));
        one.check(copy, *choice, named ? place : below(place, json::value(choice_name(*choice))), depth + 1);
        if (one.errors().empty()) {
            input = std::move(copy);
            return;
        }
        if (named) all.clear();
        all.insert(all.end(), one.errors().begin(), one.errors().end());
        if (named) break;
    }
    errors_.insert(errors_.end(), all.begin(), all.end());
}

void InputCheck::check_options(const json::value& input, const json::array& options, const json::array& place) {
    if (std::ranges::find(options, input) != options.end()) return;
    refuse(place, "enum", "Input should be " + listed(options), input);
}

void InputCheck::check_time(const json::value& input, const json::array& place) {
    const auto time = parse_iso8601(std::string(input.get_string()));
    if (time) return;
    refuse(place, "datetime_from_date_parsing",
           fmt::format("Input should be a valid datetime or date, {}", time.error().message()), input);
}

void InputCheck::check_text(json::value& input, const json::object& schema, const json::array& place) {
    if (!input.is_string()) return refuse(place, "string_type", "Input should be a valid string", input);
    if (const auto* constant = schema.if_contains("const"); constant != nullptr && input != *constant) {
        return refuse(place, "literal_error",
                      fmt::format("Input should be '{}'", std::string_view(constant->as_string())), input);
    }
    if (const auto* options = json::find_array(schema, "enum")) return check_options(input, *options, place);
    const auto* format = schema.if_contains("format");
    if (format != nullptr && *format == json::value("date-time")) return check_time(input, place);
    for (const auto& [key, type, message] :
         {std::tuple("minLength", "string_too_short", "String should have at least {} characters"),
          std::tuple("maxLength", "string_too_long", "String should have at most {} characters"),
          std::tuple("pattern", "string_pattern_mismatch", "String should match pattern {}")}) {
        const auto* limit = schema.if_contains(key);
        if (limit == nullptr || check_against_schema(input, {{key, *limit}})) continue;
        refuse(place, type, fmt::format(fmt::runtime(message), json::serialize(*limit)), input);
    }
}

void InputCheck::check_integer(json::value& input, const json::object& schema, const json::array& place) {
    if (input.is_string()) {
        const auto number = parse_int(std::string_view(input.get_string()));
        if (!number) {
            return refuse(place, "int_parsing", "Input should be a valid integer, unable to parse string as an integer",
                          input);
        }
        input = *number;
    }
    if (input.is_double()) {
        const double number = input.get_double();
        if (std::floor(number) != number || std::abs(number) > 9e15) {
            return refuse(place, "int_from_float",
                          "Input should be a valid integer, got a number with a fractional part", input);
        }
        input = static_cast<std::int64_t>(number);
    }
    if (!input.is_int64()) return refuse(place, "int_type", "Input should be a valid integer", input);
    if (const auto* minimum = schema.if_contains("minimum");
        minimum != nullptr && input.get_int64() < minimum->as_int64()) {
        refuse(place, "greater_than_equal",
               fmt::format("Input should be greater than or equal to {}", minimum->as_int64()), input);
    }
    if (const auto* maximum = schema.if_contains("maximum");
        maximum != nullptr && input.get_int64() > maximum->as_int64()) {
        refuse(place, "less_than_equal", fmt::format("Input should be less than or equal to {}", maximum->as_int64()),
               input);
    }
}

void InputCheck::check_number(json::value& input, const json::array& place) {
    if (input.is_string()) {
        const std::string text(input.get_string());
        double number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) {
            return refuse(place, "float_parsing", "Input should be a valid number, unable to parse string as a number",
                          input);
        }
        input = number;
    }
    if (!input.is_number()) refuse(place, "float_type", "Input should be a valid number", input);
}

void InputCheck::check_boolean(json::value& input, const json::array& place) {
    if (input.is_bool()) return;
    std::optional<bool> flag;
    if (input.is_string()) flag = parse_bool(std::string_view(input.get_string()));
    if (input.is_int64() && (input.get_int64() == 0 || input.get_int64() == 1)) flag = input.get_int64() == 1;
    if (!flag && (input.is_string() || input.is_int64())) {
        return refuse(place, "bool_parsing", "Input should be a valid boolean, unable to interpret input", input);
    }
    if (!flag) return refuse(place, "bool_type", "Input should be a valid boolean", input);
    input = *flag;
}

void InputCheck::check_array(json::value& input, const json::object& schema, const json::array& place, int depth) {
    const auto* parts = json::find_array(schema, "prefixItems");
    if (!input.is_array()) {
        return refuse(place, parts != nullptr ? "tuple_type" : "list_type",
                      parts != nullptr ? "Input should be a valid tuple" : "Input should be a valid list", input);
    }
    auto& items = input.get_array();
    if (parts != nullptr && items.size() != parts->size()) {
        return refuse(place, "too_long", fmt::format("Tuple should have {} items", parts->size()), input);
    }
    const auto* every = json::find_object(schema, "items");
    for (size_t i = 0; i < items.size(); ++i) {
        const auto* one = parts != nullptr ? &(*parts)[i].as_object() : every;
        if (one != nullptr) check(items[i], *one, below(place, json::value(i)), depth + 1);
    }
}

void InputCheck::check_members(json::object& input, const json::object& schema, const json::array& place, int depth) {
    if (const auto* required = json::find_array(schema, "required")) {
        for (const auto& name : *required) {
            if (!input.contains(name.as_string())) refuse(below(place, name), "missing", "Field required", input);
        }
    }
    const auto& properties = schema.at("properties").as_object();
    const bool closed =
        schema.contains("additionalProperties") && schema.at("additionalProperties") == json::value(false);
    for (auto& member : input) {
        const auto inner = below(place, json::value(member.key()));
        if (const auto* known = json::find_object(properties, member.key()))
            check(member.value(), *known, inner, depth + 1);
        else if (closed)
            refuse(inner, "extra_forbidden", "Extra inputs are not permitted", member.value());
    }
}

void InputCheck::check_object(json::value& input, const json::object& schema, const json::array& place, int depth) {
    const bool is_model = schema.contains("properties");
    if (!input.is_object()) {
        return refuse(place, is_model ? "model_attributes_type" : "dict_type",
                      is_model ? "Input should be a valid dictionary or object to extract fields from"
                               : "Input should be a valid dictionary",
                      input);
    }
    if (is_model) return check_members(input.get_object(), schema, place, depth);
    const auto* values = json::find_object(schema, "additionalProperties");
    if (values == nullptr) return;
    for (auto& member : input.get_object())
        check(member.value(), *values, below(place, json::value(member.key())), depth + 1);
}

void InputCheck::check(json::value& input, const json::object& schema_or_reference, const json::array& place,
                       int depth) {
    if (depth > kMaxDepth) return refuse(place, "recursion_loop", "Input is nested too deeply", nullptr);
    const json::object& schema = resolved(schema_or_reference, components_);
    if (schema.contains("anyOf")) return check_choices(input, schema, place, depth);
    const auto* type = schema.if_contains("type");
    if (type == nullptr) return;
    const std::string_view name = type->as_string();
    if (name == "string") check_text(input, schema, place);
    if (name == "integer") check_integer(input, schema, place);
    if (name == "number") check_number(input, place);
    if (name == "boolean") check_boolean(input, place);
    if (name == "array") check_array(input, schema, place, depth);
    if (name == "object") check_object(input, schema, place, depth);
}

std::unexpected<Error> all_of(const json::array& errors) {
    const auto& first = errors.front().as_object();
    std::string place;
    for (const auto& step : first.at("loc").as_array())
        place +=
            (place.empty() ? "" : ".") + (step.is_string() ? std::string(step.get_string()) : json::serialize(step));
    Error error(ErrorCode::invalid_argument,
                fmt::format("{}: {}", place, std::string_view(first.at("msg").as_string())));
    return std::unexpected(std::move(error).with("details", json::serialize(errors)));
}

bool is_time(const json::object& schema, const Components& components) {
    const auto& own = resolved(schema, components);
    if (const auto* choices = json::find_array(own, "anyOf")) {
        return std::ranges::any_of(*choices,
                                   [&](const json::value& one) { return is_time(one.as_object(), components); });
    }
    return own.contains("format") && own.at("format") == json::value("date-time");
}

std::string with_plus(std::string text) {
    if (const size_t blank = text.rfind(' '); blank != std::string::npos && blank > 10) text[blank] = '+';
    return text;
}

}  // namespace

Result<json::value> checked_body(json::value body, const json::object& schema, const Components& components) {
    InputCheck check(components);
    check.check(body, schema, json::array{"body"});
    if (!check.errors().empty()) return all_of(check.errors());
    return body;
}

Result<void> check_query(const std::vector<std::pair<std::string, std::string>>& query, const Operation& operation,
                         const Components& components) {
    InputCheck check(components);
    std::map<std::string_view, size_t> seen;
    for (const auto& [name, text] : query) {
        const auto* parameter = operation.find_query(name);
        if (parameter == nullptr) continue;
        json::array place{"query", name};
        if (parameter->times == QueryParameter::Times::many) place.emplace_back(seen[name]++);
        json::value value(text);
        if (is_time(parameter->schema, components) && parse_query_time(text)) continue;
        check.check(value, parameter->schema, place);
    }
    if (!check.errors().empty()) return all_of(check.errors());
    return {};
}

std::optional<std::int64_t> parse_int(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<bool> parse_bool(std::string_view input) {
    std::string text(input);
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (text == "true" || text == "1" || text == "yes" || text == "on" || text == "t" || text == "y") return true;
    if (text == "false" || text == "0" || text == "no" || text == "off" || text == "f" || text == "n") return false;
    return std::nullopt;
}

Result<TimePoint> parse_query_time(const std::string& text) {
    auto time = parse_iso8601(text);
    if (time) return time;
    if (auto again = parse_iso8601(with_plus(text))) return again;
    return time;
}

}  // namespace gale
