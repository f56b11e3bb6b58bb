#include "service/user_service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/hash.hpp"
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

size_t characters(std::string_view utf8) {
    return static_cast<size_t>(std::ranges::count_if(utf8, [](char c) { return (c & 0xC0) != 0x80; }));
}

Result<void> check_new_password(std::string_view member, const std::string& password) {
    if (characters(password) >= kMinPasswordSize && password.size() <= kMaxPasswordSize) return {};
    return detail::wrong_member(
        member, fmt::format("a password must have at least {} characters (and at most {} bytes)", kMinPasswordSize,
                            kMaxPasswordSize));
}

std::string role_text(Role role) {
    return std::string(to_string(role));
}

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

Error last_admin(Error error, const std::string& username) {
    if (error.code() != ErrorCode::conflict) return error;
    return Error(ErrorCode::conflict,
                 fmt::format("'{}' is the last active admin; make another user one first", username));
}

}  // namespace

std::optional<Role> parse_role_in_any_case(std::string_view text) {
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return parse_role(lower);
}

void UserService::audit(std::string event, json::object extra, const Actor& actor) {
    detail::audit(store_, clock_.now(), actor,
                  {.event = std::move(event),
                   .dag_id = {},
                   .run_id = {},
                   .task_id = {},
                   .map_index = {},
                   .extra = std::move(extra)});
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
    while (!names_and_roles.empty()) {
        const size_t comma = std::min(names_and_roles.find(','), names_and_roles.size());
        const std::string_view one = trimmed(names_and_roles.substr(0, comma));
        names_and_roles.remove_prefix(std::min(comma + 1, names_and_roles.size()));
        if (one.empty()) continue;
        const size_t colon = std::min(one.find(':'), one.size());
        const std::string username(one.substr(0, colon));
        const auto role = parse_role_in_any_case(one.substr(std::min(colon + 1, one.size())));
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
