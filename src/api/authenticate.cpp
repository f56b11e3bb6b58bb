#include "api/authenticate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "api/origin.hpp"

namespace gale {
namespace {

constexpr std::string_view kScheme = "bearer ";

bool is_bearer(std::string_view header) {
    return header.size() > kScheme.size() &&
           std::ranges::equal(header.substr(0, kScheme.size()), kScheme, [](char left, char right) {
               return std::tolower(static_cast<unsigned char>(left)) == right;
           });
}

std::unexpected<Error> foreign_request() {
    return fail(ErrorCode::permission_denied,
                "Forbidden: this request was not sent by Gale's own page (its Origin or Sec-Fetch-Site names another "
                "site, or neither was sent); programs send a token from POST /auth/token as Authorization: Bearer");
}

}  // namespace

std::optional<SentToken> sent_token(const HttpRequest& request) {
    if (const auto header = request.header("authorization")) {
        if (!is_bearer(*header)) return std::nullopt;
        return SentToken{std::string(header->substr(kScheme.size())), SentToken::By::header};
    }
    auto cookie = cookie_of(request, kSessionCookie);
    if (!cookie || cookie->empty()) return std::nullopt;
    return SentToken{std::move(*cookie), SentToken::By::cookie};
}

Result<Principal> authenticate(const HttpRequest& request, Role needed, const AuthService& auth,
                               const AuthenticationRules& rules) {
    if (rules.all_admins_user) {
        // A browser needs no cookie here, so any page that it shows could send it.
        if (is_unsafe(request.method) && origin_of(request, rules.own_host) == Origin::other) return foreign_request();
        return Principal{*rules.all_admins_user, Role::admin, {}, {}};
    }
    const auto sent = sent_token(request);
    if (!sent) return fail(ErrorCode::unauthenticated, "Not authenticated");
    auto principal = TRY(auth.verify(sent->token));
    if (sent->by == SentToken::By::cookie && is_unsafe(request.method) &&
        origin_of(request, rules.own_host) != Origin::same) {
        return foreign_request();
    }
    if (principal.role < needed) {
        return fail(ErrorCode::permission_denied,
                    fmt::format("Forbidden: this needs the role {}, but '{}' has {}", to_string(needed),
                                principal.username, to_string(principal.role)));
    }
    return principal;
}

}  // namespace gale
