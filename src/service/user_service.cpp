#include "service/user_service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "service/detail/admin_checks.hpp"
#include "service/detail/api_token.hpp"
#include "service/detail/audit.hpp"

namespace gale {
namespace {

constexpr size_t kMaxUsernameSize = 64;
constexpr size_t kMaxTokenNameSize = 100;
constexpr std::string_view kAdmin = "admin";

std::unexpected<Error> no_user(const std::string& username) {
    return fail(ErrorCode::not_found, fmt::format("The User with username: `{}` was not found", username));
}

Result<void> check_username(const std::string& username) {
    const bool legal = std::ranges::all_of(username, [](unsigned char c) {
        return std::isalnum(c) != 0 || std::string_view("_.@+-").find(static_cast<char>(c)) != std::string_view::npos;
    });
    if (legal && !username.empty() && username.size() <= kMaxUsernameSize) return {};
    return detail::wrong_member(
        "username", fmt::format("a user's name must be 1 to {} letters, digits and _.@+-", kMaxUsernameSize));
}

Result<void> check_new_password(std::string_view member, const std::string& password) {
    if (utf8_characters(password) >= kMinPasswordSize && password.size() <= kMaxPasswordSize) return {};
    return detail::wrong_member(
        member, fmt::format("a password must have at least {} characters (and at most {} bytes)", kMinPasswordSize,
                            kMaxPasswordSize));
}

std::string role_text(Role role) {
    return std::string(to_string(role));
}

Error last_admin(Error error, const std::string& username) {
    if (error.code() != ErrorCode::conflict) return error;
    return Error(ErrorCode::conflict,
                 fmt::format("'{}' is the last active admin; make another user one first", username));
}

}  // namespace

std::optional<Role> parse_role_in_any_case(std::string_view text) {
    return parse_role(lower_case(text));
}

void UserService::audit(std::string event, json::object extra, const Actor& actor) {
    detail::audit(store_, clock_.now(), actor, std::move(event), std::move(extra));
}

Result<User> UserService::get(const std::string& username) {
    auto found = TRY(store_.find_user(username));
    if (!found) return no_user(username);
    return std::move(*found);
}

Result<PageOf<User>> UserService::list(const std::optional<std::string>& pattern, const Page& page) {
    NameFilter filter;
    if (pattern && !pattern->empty()) filter.parts = {*pattern};
    return store_.list_users(filter, page);
}

Result<User> UserService::create(const std::string& username, const std::string& password, Role role,
                                 const Actor& actor) {
    TRY(check_username(username));
    TRY(check_new_password("password", password));
    User user;
    user.username = username;
    user.password_hash = hash_password(password);
    user.role = role_text(role);
    user.session_key = new_session_key();
    user.created_at = clock_.now();
    TRY(store_.add_user(user));
    audit("post_user", {{"username", username}, {"role", user.role}}, actor);
    return user;
}

Result<User> UserService::change(const std::string& username, const UserChange& change, const Actor& actor) {
    if (change.password) TRY(check_new_password("password", *change.password));
    const std::optional<std::string> hash =
        change.password ? std::optional(hash_password(*change.password)) : std::nullopt;
    auto changed = store_.change_user(
        username,
        [&](User& user) {
            if (change.role) user.role = role_text(*change.role);
            if (change.active) user.active = *change.active;
            if (hash) user.password_hash = *hash;
            if (hash || !user.active) user.session_key = new_session_key();
        },
        std::string(kAdmin));
    if (!changed && changed.error().code() == ErrorCode::not_found) return no_user(username);
    if (!changed) return std::unexpected(last_admin(std::move(changed).error(), username));
    json::object extra{{"username", username}};
    if (change.role) extra["role"] = role_text(*change.role);
    if (change.active) extra["active"] = *change.active;
    if (change.password) extra["password"] = "changed";
    audit("patch_user", std::move(extra), actor);
    return changed;
}

Result<void> UserService::remove(const std::string& username, const Actor& actor) {
    auto removed = store_.delete_user(username, std::string(kAdmin));
    if (!removed && removed.error().code() == ErrorCode::not_found) return no_user(username);
    if (!removed) return std::unexpected(last_admin(std::move(removed).error(), username));
    audit("delete_user", {{"username", username}}, actor);
    return {};
}

Result<void> UserService::change_password(AuthService& auth, const std::string& old_password,
                                          const std::string& new_password, const Actor& actor,
                                          std::string_view client) {
    auto known = auth.check_credentials(actor.name, old_password, client);
    if (!known && known.error().code() == ErrorCode::unauthenticated)
        return detail::wrong_member("old_password", "this is not your present password");
    TRY(known);
    TRY(check_new_password("new_password", new_password));
    const std::string hash = hash_password(new_password);
    TRY(store_.change_user(
        actor.name,
        [&](User& user) {
            user.password_hash = hash;
            user.session_key = new_session_key();
        },
        std::nullopt));
    audit("change_password", {{"username", actor.name}}, actor);
    return {};
}

Result<std::vector<UserService::NewUser>> UserService::ensure_users(std::string_view names_and_roles) {
    std::vector<NewUser> made;
    for (const std::string& one : split_list(names_and_roles)) {
        const size_t colon = std::min(one.find(':'), one.size());
        const std::string username = one.substr(0, colon);
        const auto role = parse_role_in_any_case(std::string_view(one).substr(std::min(colon + 1, one.size())));
        if (!role || !check_username(username)) {
            return fail(ErrorCode::invalid_argument,
                        fmt::format("[core] simple_auth_manager_users: '{}' is not NAME:ROLE with a role of viewer, "
                                    "user, op and admin",
                                    one));
        }
        if (TRY(store_.find_user(username))) continue;
        std::string password = random_alphanumeric(16);
        TRY(create(username, password, *role, {"gale", TriggeredBy::cli}));
        made.push_back({username, std::move(password)});
    }
    return made;
}

Result<std::vector<ApiToken>> UserService::list_tokens(const std::string& username) {
    return store_.list_api_tokens(username);
}

Result<UserService::NewToken> UserService::create_token(const std::string& name, std::optional<TimePoint> expires_at,
                                                        const Actor& actor) {
    if (name.empty() || name.size() > kMaxTokenNameSize)
        return detail::wrong_member("name", fmt::format("a token's name must have 1 to {} bytes", kMaxTokenNameSize));
    if (expires_at && *expires_at <= clock_.now())
        return detail::wrong_member("expires_at", "this moment has passed; choose one to come, or none");
    NewToken made;
    made.token = detail::make_api_token();
    made.row.username = actor.name;
    made.row.name = name;
    made.row.token_hash = detail::api_token_hash(made.token);
    made.row.created_at = clock_.now();
    made.row.expires_at = expires_at;
    auto id = store_.add_api_token(made.row);
    if (!id && id.error().code() == ErrorCode::already_exists)
        return detail::wrong_member("name", fmt::format("you have a token of the name '{}' already", name));
    made.row.id = TRY(id);
    audit("post_token", {{"name", name}}, actor);
    return made;
}

Result<void> UserService::delete_token(std::int64_t id, const Actor& actor) {
    for (const ApiToken& token : TRY(store_.list_api_tokens(actor.name))) {
        if (token.id != id) continue;
        TRY(store_.delete_api_token(id));
        audit("delete_token", {{"name", token.name}}, actor);
        return {};
    }
    return fail(ErrorCode::not_found, fmt::format("you have no API token {}", id));
}

}  // namespace gale
