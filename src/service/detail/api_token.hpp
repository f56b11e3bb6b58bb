// API tokens: "gale_" and 40 random letters and digits. The store has only the SHA-256, which needs no salt: nobody
// guesses 238 bits.
#pragma once

#include <string>
#include <string_view>

#include "base/hash.hpp"

namespace gale::detail {

inline constexpr std::string_view kApiTokenPrefix = "gale_";

inline std::string make_api_token() {
    return std::string(kApiTokenPrefix) + random_alphanumeric(40);
}
inline bool is_api_token(std::string_view text) {
    return text.starts_with(kApiTokenPrefix);
}
inline std::string api_token_hash(std::string_view token) {
    return sha256_hex(token);
}

}  // namespace gale::detail
