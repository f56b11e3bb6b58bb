// /gale/users, /gale/me/password, /gale/tokens: people, and what they log in with.
#include "api/api.hpp"
#include "api/body_member.hpp"
#include "service/user_service.hpp"

namespace gale {
namespace {

json::object render_user(const User& user) {
    return {{"username", user.username},
            {"role", user.role},
            {"active", user.active},
            {"created_at", json::from_time(user.created_at)},
            {"last_login_at", json::from_time(user.last_login_at)}};
}

json::object render_token(const ApiToken& token) {
    return {{"id", token.id},
            {"name", token.name},
            {"created_at", json::from_time(token.created_at)},
            {"expires_at", json::from_time(token.expires_at)},
            {"last_used_at", json::from_time(token.last_used_at)}};
}

Result<HttpResponse> list_users(Api& api, Call& call) {
    const auto found = TRY(api.services().users.list(call.query("username_pattern"), TRY(call.page())));
    json::array users;
    for (const User& user : found.items) users.push_back(render_user(user));
    return json_response(json::object{{"users", std::move(users)}, {"total_entries", found.total}});
}

// The schema has checked that it is one.
Role role_of(const std::string& text) {
    return parse_role(text).value_or(Role::viewer);
}

Result<HttpResponse> post_user(Api& api, Call& call) {
    const auto body = TRY(call.body());
    const auto role = role_of(text_of(body, "role").value_or(""));
    const auto made = TRY(of_checked(api.services().users.create(
        text_of(body, "username").value_or(""), text_of(body, "password").value_or(""), role, call.actor())));
    return json_response(render_user(made), 201);
}

Result<HttpResponse> patch_user(Api& api, Call& call) {
    const auto body = TRY(call.body());
    UserChange change;
    if (const auto role = text_of(body, "role")) change.role = role_of(*role);
    change.password = text_of(body, "password");
    change.active = TRY(json::get_optional_bool(body, "active"));
    return json_response(
        render_user(TRY(of_checked(api.services().users.change(call.path("username"), change, call.actor())))));
}

Result<HttpResponse> delete_user(Api& api, Call& call) {
    TRY(api.services().users.remove(call.path("username"), call.actor()));
    return HttpResponse{204, "", "", {}};
}

Result<HttpResponse> change_password(Api& api, Call& call) {
    const auto body = TRY(call.body());
    auto changed = of_checked(api.services().users.change_password(
        api.services().auth, text_of(body, "old_password").value_or(""), text_of(body, "new_password").value_or(""),
        call.actor(), call.request().client));
    if (!changed && changed.error().code() == ErrorCode::resource_exhausted)
        return std::unexpected(with_status(std::move(changed).error(), 429));
    TRY(changed);
    return HttpResponse{204, "", "", {}};
}

Result<HttpResponse> list_tokens(Api& api, Call& call) {
    json::array tokens;
    for (const ApiToken& token : TRY(api.services().users.list_tokens(call.actor().name)))
        tokens.push_back(render_token(token));
    return json_response(json::object{{"tokens", std::move(tokens)}});
}

// A token that leaks must not be able to outlive itself by making another.
Result<HttpResponse> post_token(Api& api, Call& call) {
    if (call.principal() && call.principal()->by_api_token)
        return fail(ErrorCode::permission_denied, "an API token cannot make another; log in to make one");
    const auto body = TRY(call.body());
    const auto expires_at = TRY(json::get_optional_time(body, "expires_at"));
    const auto made = TRY(
        of_checked(api.services().users.create_token(text_of(body, "name").value_or(""), expires_at, call.actor())));
    auto answer = render_token(made.row);
    answer["token"] = made.token;
    return json_response(answer, 201);
}

Result<HttpResponse> delete_token(Api& api, Call& call) {
    TRY(api.services().users.delete_token(TRY(call.path_int("token_id", 0)), call.actor()));
    return HttpResponse{204, "", "", {}};
}

void define_users(Router& router) {
    using namespace schema;
    const auto role = one_of({"viewer", "user", "op", "admin"});
    router.define("UserResponse", object({{"username", text()},
                                          {"role", role},
                                          {"active", boolean()},
                                          {"created_at", date_time()},
                                          {"last_login_at", nullable(date_time())}}));
    router.define("UserCollectionResponse", collection("users", "UserResponse"));
    router.define("UserBody", object({{"username", text()}, {"role", role}, {"password", text()}}));
    router.define("UserPatchBody",
                  object({optional("role", role), optional("password", text()), optional("active", boolean())}));
    router.define("PasswordBody", object({{"old_password", text()}, {"new_password", text()}}));
    const auto token = object({{"id", integer()},
                               {"name", text()},
                               {"created_at", date_time()},
                               {"expires_at", nullable(date_time())},
                               {"last_used_at", nullable(date_time())}});
    router.define("ApiTokenResponse", token);
    router.define("NewApiTokenResponse", extended(token, {{"token", text()}}));
    router.define("ApiTokenCollectionResponse", object({{"tokens", array(ref("ApiTokenResponse"))}}));
    router.define("ApiTokenBody", object({{"name", text()}, optional("expires_at", nullable(date_time()))}));
}

}  // namespace

void add_user_routes(Router& router) {
    define_users(router);
    router.add({"GET",
                "/gale/users",
                Role::admin,
                list_users,
                {.id = "get_users",
                 .tag = "Gale",
                 .summary = "The users",
                 .query = paging({{"username_pattern"}}),
                 .answer = "UserCollectionResponse"}});
    router.add({"POST",
                "/gale/users",
                Role::admin,
                post_user,
                {.id = "post_user",
                 .tag = "Gale",
                 .summary = "Make a user",
                 .body = "UserBody",
                 .answer = "UserResponse",
                 .status = 201}});
    router.add({"PATCH",
                "/gale/users/{username}",
                Role::admin,
                patch_user,
                {.id = "patch_user",
                 .tag = "Gale",
                 .summary = "Change a user's role or password, or let the user log in no more",
                 .body = "UserPatchBody",
                 .answer = "UserResponse"}});
    router.add({"DELETE",
                "/gale/users/{username}",
                Role::admin,
                delete_user,
                {.id = "delete_user", .tag = "Gale", .summary = "Remove a user and the API tokens", .status = 204}});
    router.add({"POST",
                "/gale/me/password",
                Role::viewer,
                change_password,
                {.id = "change_password",
                 .tag = "Gale",
                 .summary = "Change one's own password, which ends one's sessions",
                 .body = "PasswordBody",
                 .status = 204}});
    router.add({"GET",
                "/gale/tokens",
                Role::viewer,
                list_tokens,
                {.id = "get_api_tokens",
                 .tag = "Gale",
                 .summary = "One's own API tokens",
                 .answer = "ApiTokenCollectionResponse"}});
    router.add({"POST",
                "/gale/tokens",
                Role::viewer,
                post_token,
                {.id = "post_api_token",
                 .tag = "Gale",
                 .summary = "Make an API token; it is shown in this answer only",
                 .body = "ApiTokenBody",
                 .answer = "NewApiTokenResponse",
                 .status = 201}});
    router.add({"DELETE",
                "/gale/tokens/{token_id}",
                Role::viewer,
                delete_token,
                {.id = "delete_api_token", .tag = "Gale", .summary = "End one of one's API tokens", .status = 204}});
}

}  // namespace gale
