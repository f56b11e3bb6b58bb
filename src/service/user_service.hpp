// Users and API tokens, as people manage them. Log-in and the check of tokens are AuthService's.
//
// Thread-safe. Checks are invalid_argument errors with the field "member" (see wrong_member_of).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "service/auth_service.hpp"
#include "service/run_service.hpp"
#include "store/store.hpp"

namespace gale {

inline constexpr size_t kMinPasswordSize = 8;  // characters

struct UserChange {
    std::optional<Role> role;
    std::optional<std::string> password;
    std::optional<bool> active;
};

class UserService {
public:
    UserService(Store& store, const Clock& clock) : store_(store), clock_(clock) {}

    Result<User> get(const std::string& username);
    Result<PageOf<User>> list(const std::optional<std::string>& pattern, const Page& page);
    // Checks: the name has 1 to 64 letters, digits and "_.@+-", the password 8 characters to 1024 bytes.
    // already_exists.
    Result<User> create(const std::string& username, const std::string& password, Role role, const Actor& actor);
    // A new password or a deactivation ends the user's sessions; a deactivation stops the API tokens too. conflict when
    // no active admin would be left.
    Result<User> change(const std::string& username, const UserChange& change, const Actor& actor);
    Result<void> remove(const std::string& username, const Actor& actor);  // and the API tokens; conflict as above
    // By the user. permission_denied: the old password is wrong; resource_exhausted as AuthService::log_in.
    Result<void> change_password(AuthService& auth, const std::string& old_password, const std::string& new_password,
                                 const Actor& actor, std::string_view client);

    // The names of [core] simple_auth_manager_users, "bob:admin,peter:viewer", that do not exist yet are made, each
    // with a password of its own. Returns those.
    struct NewUser {
        std::string username, password;
    };
    Result<std::vector<NewUser>> ensure_users(std::string_view names_and_roles);

    struct NewToken {
        ApiToken row;
        std::string token;  // shown once; only its hash is kept
    };
    Result<std::vector<ApiToken>> list_tokens(const std::string& username);  // newest first
    // Checks: the name has 1 to 100 bytes and the user has no other token of it; expires_at is to come.
    Result<NewToken> create_token(const std::string& name, std::optional<TimePoint> expires_at, const Actor& actor);
    Result<void> delete_token(std::int64_t id, const Actor& actor);  // not_found: it is not the actor's

private:
    void audit(std::string event, json::object extra, const Actor& actor);
    Store& store_;
    const Clock& clock_;
};

// Airflow's roles by name, in any case: "Admin".
std::optional<Role> parse_role_in_any_case(std::string_view text);

}  // namespace gale
