// Members of a request's JSON body, read with their errors as 422s that name the member.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/call.hpp"

namespace gale {

// What a secret is shown as.
inline constexpr std::string_view kMask = "***";

template <class T>
Result<T> of_body(Result<T> read, std::string_view name) {
    if (read) return read;
    return std::unexpected(in_body(std::move(read).error(), name));
}

inline Result<std::string> required_text(const json::object& body, std::string_view name) {
    return of_body(json::get_string(body, name), name);
}

inline Result<std::optional<std::string>> optional_text(const json::object& body, std::string_view name) {
    return of_body(json::get_optional_string(body, name), name);
}

}  // namespace gale
