// What variables, connections and pools have in common when they are checked.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace gale::detail {

inline std::unexpected<Error> wrong_member(std::string_view member, std::string message) {
    return std::unexpected(Error(ErrorCode::invalid_argument, std::move(message)).with("member", std::string(member)));
}

inline Result<void> check_name(std::string_view member, std::string_view name) {
    constexpr size_t kMaxNameSize = 250;
    if (!name.empty() && name.size() <= kMaxNameSize) return {};
    return wrong_member(member,
                        fmt::format("{} must have 1 to {} bytes, but has {}", member, kMaxNameSize, name.size()));
}

template <class T>
Result<std::optional<T>> if_there(Result<T> found) {
    if (found) return std::optional<T>(std::move(*found));
    if (found.error().code() == ErrorCode::not_found) return std::nullopt;
    return std::unexpected(std::move(found).error());
}

}  // namespace gale::detail
