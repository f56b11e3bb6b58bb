#include "service/detail/jwt.hpp"

#include "base/json.hpp"
#include "service/detail/base64.hpp"
#include "service/detail/crypto.hpp"

namespace gale::detail {
namespace {

std::int64_t seconds_of(TimePoint time) {
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

std::unexpected<Error> rejected(const char* why) {
    return fail(ErrorCode::unauthenticated, std::string("the token is not valid: ") + why);
}

std::string encode(const json::object& part) {
    return base64url_encode(json::serialize(part), Padding::without);
}

std::optional<json::object> decode(std::string_view part) {
    const auto bytes = base64url_decode(part);
    if (!bytes) return std::nullopt;
    auto object = json::parse_object(*bytes);
    if (!object) return std::nullopt;
    return std::move(*object);
}

bool holds_audience(const json::object& claims) {
    const auto* audience = claims.if_contains("aud");
    if (audience == nullptr) return false;
    if (audience->is_string()) return std::string_view(audience->get_string()) == kTokenAudience;
    if (!audience->is_array()) return false;
    for (const auto& one : audience->get_array()) {
        if (one.is_string() && std::string_view(one.get_string()) == kTokenAudience) return true;
    }
    return false;
}

Result<TokenClaims> check_claims(const json::object& claims, TimePoint now) {
    const auto subject = json::get_string(claims, "sub");
    const auto issuer = json::get_string(claims, "iss");
    const auto issued = json::get_optional_int(claims, "iat");
    const auto not_before = json::get_optional_int(claims, "nbf");
    const auto expires = json::get_optional_int(claims, "exp");
    if (!subject || !issuer || !issued || !*issued || !not_before || !*not_before || !expires || !*expires) {
        return rejected("a claim is missing");
    }
    if (*issuer != kTokenIssuer || !holds_audience(claims)) return rejected("it was made for another service");
    const std::int64_t leeway = std::chrono::duration_cast<std::chrono::seconds>(kTokenLeeway).count();
    if (seconds_of(now) + leeway < **not_before) return rejected("it is not valid yet");
    if (seconds_of(now) - leeway >= **expires) return rejected("it has expired; get a new one from /auth/token");
    return TokenClaims{*subject, TimePoint(std::chrono::seconds(**issued)), TimePoint(std::chrono::seconds(**expires)),
                       json::get_string_or(claims, "jti", "").value_or(""),
                       json::get_string_or(claims, "gale_session", "").value_or("")};
}

}  // namespace

std::string sign_token(std::string_view key, const TokenClaims& claims) {
    const json::object header{{"alg", "HS256"}, {"typ", "JWT"}};
    json::object payload{{"sub", claims.subject},
                         {"iss", kTokenIssuer},
                         {"aud", kTokenAudience},
                         {"iat", seconds_of(claims.issued_at)},
                         {"nbf", seconds_of(claims.issued_at)},
                         {"exp", seconds_of(claims.expires_at)}};
    if (!claims.id.empty()) payload["jti"] = claims.id;
    if (!claims.session_key.empty()) payload["gale_session"] = claims.session_key;
    std::string token = encode(header) + '.' + encode(payload);
    return token + '.' + base64url_encode(hmac_sha256(key, token), Padding::without);
}

Result<TokenClaims> verify_token(std::string_view key, std::string_view token, TimePoint now) {
    const size_t first = token.find('.');
    const size_t last = token.rfind('.');
    if (first == std::string_view::npos || first == last) return rejected("it has not three parts");
    const auto signature = base64url_decode(token.substr(last + 1));
    if (!signature || !equal_in_constant_time(*signature, hmac_sha256(key, token.substr(0, last)))) {
        return rejected("its signature does not match");
    }
    const auto header = decode(token.substr(0, first));
    if (!header || json::get_string_or(*header, "alg", "").value_or("") != "HS256")
        return rejected("its algorithm is not HS256");
    const auto claims = decode(token.substr(first + 1, last - first - 1));
    if (!claims) return rejected("its claims are not a JSON object");
    return check_claims(*claims, now);
}

}  // namespace gale::detail
