// Log-in by the page: a cookie that no script can read and no other site can use.
#include <fmt/format.h>

#include "api/api.hpp"
#include "api/authenticate.hpp"
#include "api/credentials.hpp"
#include "api/origin.hpp"
#include "base/text.hpp"

namespace gale {
namespace {

bool is_secure(const HttpRequest& request) {
    return request.header("x-forwarded-proto").value_or("").starts_with("https");
}

std::pair<std::string, std::string> cookie(const Api& api, const HttpRequest& request, std::string_view token,
                                           Duration lifetime) {
    return {"Set-Cookie",
            fmt::format("{}={}; Path={}; Max-Age={}; HttpOnly; SameSite=Strict{}", kSessionCookie, token,
                        api.settings().base_path, std::chrono::duration_cast<std::chrono::seconds>(lifetime).count(),
                        is_secure(request) ? "; Secure" : "")};
}

// The stream's id comes before everything that the page reads next: from it on, the stream tells what that had not yet.
Result<json::object> render_me(Api& api, const Principal& principal) {
    const auto last_change = TRY(api.store().last_change());
    return json::object{{"username", principal.username},
                        {"role", to_string(principal.role)},
                        {"api_tokens", !api.settings().authentication.all_admins_user},
                        {"version", api.settings().version},
                        {"base_path", api.settings().base_path},
                        {"default_timezone", api.settings().default_timezone},
                        {"last_event_id", std::to_string(last_change)}};
}

Result<HttpResponse> post_login(Api& api, Call& call) {
    // Else another site could log somebody in under a name of its own.
    if (origin_of(call.request(), api.settings().authentication.own_host) == Origin::other)
        return fail(ErrorCode::permission_denied, "Forbidden: log in on Gale's own page");
    const auto lifetime = api.settings().token_lifetime;
    const auto token = TRY(token_of_credentials(api, call, lifetime));
    auto response = json_response(TRY(render_me(api, TRY(api.services().auth.verify(token)))));
    response.headers.push_back(cookie(api, call.request(), token, lifetime));
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

Result<void> log_out(Api& api, const HttpRequest& request) {
    if (const auto sent = sent_token(request)) TRY(api.services().auth.revoke(sent->token));
    return {};
}

Result<HttpResponse> post_logout(Api& api, Call& call) {
    if (origin_of(call.request(), api.settings().authentication.own_host) == Origin::other)
        return fail(ErrorCode::permission_denied, "Forbidden: log out on Gale's own page");
    TRY(log_out(api, call.request()));
    HttpResponse response{204, "", "", {}};
    response.headers.push_back(cookie(api, call.request(), "", Duration::zero()));
    return response;
}

Result<HttpResponse> get_me(Api& api, Call& call) {
    auto response = json_response(TRY(render_me(api, *call.principal())));
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

HttpResponse redirect(std::string location) {
    HttpResponse response{307, "text/plain; charset=utf-8", "", {}};
    response.headers.emplace_back("Location", std::move(location));
    return response;
}

// The page goes only to addresses of its own, whatever `next` says.
Result<HttpResponse> get_airflow_login(Api& api, Call& call) {
    const auto next = call.query("next");
    const std::string query = next ? "?next=" + percent_encode(*next) : std::string();
    return redirect(fmt::format("{}login{}", api.settings().base_path, query));
}

// The cookie is SameSite=Strict, so that another site's link logs nobody out.
Result<HttpResponse> get_airflow_logout(Api& api, Call& call) {
    TRY(log_out(api, call.request()));
    auto response = redirect(fmt::format("{}login", api.settings().base_path));
    response.headers.push_back(cookie(api, call.request(), "", Duration::zero()));
    return response;
}

}  // namespace

void add_session_routes(Router& router) {
    using namespace schema;
    router.define("Me", object({{"username", text()},
                                {"role", one_of({"viewer", "user", "op", "admin"})},
                                {"api_tokens", boolean()},
                                {"version", text()},
                                {"base_path", text()},
                                {"default_timezone", text()},
                                {"last_event_id", text()}}));
    router.add({"POST",
                "/auth/login",
                std::nullopt,
                post_login,
                {.id = "log_in",
                 .tag = "Gale",
                 .summary = "Log in by cookie",
                 .query = {},
                 .body = "LoginBody",
                 .answer = "Me"}});
    router.add({"POST",
                "/auth/logout",
                std::nullopt,
                post_logout,
                {.id = "log_out", .tag = "Gale", .summary = "Log out", .query = {}, .status = 204}});
    router.add({"GET",
                "/gale/me",
                Role::viewer,
                get_me,
                {.id = "get_me", .tag = "Gale", .summary = "Who is logged in", .query = {}, .answer = "Me"}});
    router.add({"GET",
                "/api/v2/auth/login",
                std::nullopt,
                get_airflow_login,
                {.id = "login",
                 .tag = "Login",
                 .summary = "Login",
                 .query = {{.name = "next"}},
                 .status = 307,
                 .media_type = "text/plain"}});
    router.add({"GET",
                "/api/v2/auth/logout",
                std::nullopt,
                get_airflow_logout,
                {.id = "logout",
                 .tag = "Login",
                 .summary = "Logout",
                 .query = {},
                 .status = 307,
                 .media_type = "text/plain"}});
}

}  // namespace gale
