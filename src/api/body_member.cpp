#include "api/body_member.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gale {
namespace {

std::vector<std::string> alternatives(std::string_view text) {
    std::vector<std::string> found;
    while (!text.empty()) {
        const size_t end = std::min(text.find('|'), text.size());
        std::string_view one = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        while (one.starts_with(' ')) one.remove_prefix(1);
        while (one.ends_with(' ')) one.remove_suffix(1);
        if (!one.empty()) found.emplace_back(one);
    }
    return found;
}

}  // namespace

std::optional<std::string> text_of(const json::object& body, std::string_view name) {
    const auto* value = body.if_contains(name);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return std::string(value->get_string());
}

NameFilter name_filter(const Call& call, std::string_view pattern, std::string_view prefix_pattern) {
    NameFilter filter;
    if (const auto text = call.query(pattern); text && *text != "~") filter.parts = alternatives(*text);
    if (const auto text = call.query(prefix_pattern); text && *text != "~") filter.prefixes = alternatives(*text);
    return filter;
}

std::vector<QueryParameter> name_filter_parameters(std::string_view pattern, std::string_view prefix_pattern) {
    return {{pattern, schema::nullable(schema::text()),
             "A part of it, in any case; % and _ stand for any characters and for one; '|' between alternatives."},
            {prefix_pattern, schema::nullable(schema::text()),
             "Its beginning, as it is; '|' between alternatives. Faster than the pattern."}};
}

Result<json::object> masked_body(json::object body, const std::vector<std::string>& mask, std::string_view id_member) {
    if (mask.empty()) return body;
    json::object masked;
    for (const std::string& name : mask) {
        if (name == id_member) {
            return fail(ErrorCode::invalid_argument,
                        fmt::format("Update not allowed: the following fields are immutable and cannot be modified: "
                                    "{{'{}'}}",
                                    name));
        }
        if (const auto* value = body.if_contains(name)) masked[name] = *value;
    }
    return masked;
}

}  // namespace gale
