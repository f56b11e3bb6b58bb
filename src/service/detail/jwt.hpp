// JSON Web Tokens (RFC 7519) signed with HS256, and no other algorithm.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/error.hpp"

namespace gale::detail {

struct TokenClaims {
    std::string subject;
    TimePoint issued_at;
    TimePoint expires_at;
    std::string id = {};           // jti
    std::string session_key = {};  // claim "gale_session"; a token without it has an empty one
};

inline constexpr std::string_view kTokenAudience = "apache-airflow";
inline constexpr std::string_view kTokenIssuer = "gale";
inline constexpr Duration kTokenLeeway = std::chrono::seconds{10};  // [api_auth] jwt_leeway

std::string sign_token(std::string_view key, const TokenClaims& claims);
// unauthenticated when the form, the signature, the audience, the issuer or the time is wrong.
Result<TokenClaims> verify_token(std::string_view key, std::string_view token, TimePoint now);

}  // namespace gale::detail
