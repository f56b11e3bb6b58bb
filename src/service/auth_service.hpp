// Users, passwords and tokens.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "store/store.hpp"

namespace gale {

namespace detail {
class LoginGuard;
}

enum class Role { viewer, user, op, admin };

struct Principal {
    std::string username;
    Role role = Role::viewer;
    // Of the token that it came by; without one in all-admins mode.
    std::string token_id = {};
    std::optional<TimePoint> expires_at = {};
    std::optional<std::string> session_key = {};  // of a log-in
    bool by_api_token = false;                    // then token_id is its hash
};

inline constexpr size_t kMaxPasswordSize = 1024;  // bytes

// What a user's sessions are bound to.
std::string new_session_key();

class AuthService {
public:
    // `secret_key`: [api_auth] jwt_secret; empty: one is made and kept in the store.
    static Result<AuthService> open(Store& store, const Clock& clock, std::string secret_key);

    struct FirstUser {
        std::string username;
        std::optional<std::string> generated_password;  // to print once; nullopt: it was given, or users exist
    };
    // Makes the first user when there is none; a given password replaces that user's kept one.
    Result<FirstUser> ensure_first_user(const std::string& username, const std::optional<std::string>& password);

    // A signed JWT (HS256; sub, iat, nbf, exp, aud, iss). Errors: unauthenticated, the same for an unknown user and a
    // wrong password, and in the same time; resource_exhausted, with the field "retry_after" (seconds), after too many
    // failures for this name from `client` (an address).
    Result<std::string> log_in(const std::string& username, const std::string& password, Duration lifetime,
                               std::string_view client = "");
    // The user of this name and password. Errors as log_in's.
    Result<User> check_credentials(const std::string& username, const std::string& password, std::string_view client);
    // A token without a password, for callers that have other grounds to trust (all-admins mode). not_found names the
    // user.
    Result<std::string> token_for(const std::string& username, Duration lifetime);
    // Of a log-in's token or an API token. The role is the user's role now, not at the time of the token.
    // unauthenticated: forged, expired, or its user is gone, not active or has ended the session.
    Result<Principal> verify(const std::string& token) const;
    // Whether a principal of verify() would be it still: its token has neither ended nor been revoked, and its user is
    // there. Errors as verify().
    Result<void> verify_still(const Principal& principal) const;
    // Logs out: the token is refused from now on. One that is not valid is no error.
    Result<void> revoke(const std::string& token);

private:
    Result<Principal> verify_api_token(const std::string& token) const;
    AuthService(Store& store, const Clock& clock, std::string key);
    Store* store_;
    const Clock* clock_;
    std::string key_;
    std::shared_ptr<detail::LoginGuard> guard_;
};

std::string_view to_string(Role role);
std::optional<Role> parse_role(std::string_view text);

// Argon2id, encoded with its parameters.
std::string hash_password(const std::string& password);
bool check_password(const std::string& password, const std::string& encoded_hash);

}  // namespace gale
