// Who sends a request: by a bearer token, or by the page's cookie.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/http.hpp"
#include "base/error.hpp"
#include "service/auth_service.hpp"

namespace gale {

inline constexpr std::string_view kSessionCookie = "_token";

// The request's token: of its Authorization header, else of its cookie.
struct SentToken {
    std::string token;
    enum class By { header, cookie } by = By::header;
};
std::optional<SentToken> sent_token(const HttpRequest& request);

struct AuthenticationRules {
    std::optional<std::string> all_admins_user;  // everybody is this one
    std::string own_host;                        // of [api] base_url, or empty
};

// Errors: unauthenticated; permission_denied when the role does not reach `needed`, or when a request that may change
// something comes by cookie (or without any log-in) and not from the page itself.
Result<Principal> authenticate(const HttpRequest& request, Role needed, const AuthService& auth,
                               const AuthenticationRules& rules);

}  // namespace gale
