// POST and GET /auth/token, POST /auth/token/cli: as Airflow's SimpleAuthManager.
#include "api/api.hpp"
#include "api/credentials.hpp"

namespace gale {
namespace {

bool is_form(const Call& call) {
    const auto type = call.request().header("content-type");
    return type && type->starts_with("application/x-www-form-urlencoded");
}

struct Credentials {
    std::string username, password;
};

Result<Credentials> credentials_of(const Call& call) {
    json::object fields;
    if (is_form(call)) {
        const auto form = parse_query(call.request().body);
        if (!form)
            return invalid_input("body", "", "value_error", "the form is not percent-encoded rightly", json::object());
        for (const auto& [name, value] : *form) fields[name] = value;
    } else {
        fields = TRY(call.body());
    }
    for (const char* name : {"username", "password"}) {
        if (!fields.contains(name)) return invalid_input("body", name, "missing", "Field required", json::object());
    }
    return Credentials{std::string(fields.at("username").as_string()), std::string(fields.at("password").as_string())};
}

Result<HttpResponse> token_for(Api& api, Call& call, Duration lifetime) {
    return json_response(json::object{{"access_token", TRY(token_of_credentials(api, call, lifetime))}}, 201);
}

Result<HttpResponse> post_token(Api& api, Call& call) {
    return token_for(api, call, api.settings().token_lifetime);
}
Result<HttpResponse> post_cli_token(Api& api, Call& call) {
    return token_for(api, call, api.settings().cli_token_lifetime);
}

Result<HttpResponse> get_token(Api& api, Call&) {
    const auto& user = api.settings().authentication.all_admins_user;
    if (!user) {
        return fail(ErrorCode::unauthenticated,
                    "This method is only allowed if ``[core] simple_auth_manager_all_admins`` is True; POST a username "
                    "and a password instead");
    }
    return json_response(
        json::object{{"access_token", TRY(api.services().auth.token_for(*user, api.settings().token_lifetime))}}, 201);
}

}  // namespace

Result<std::string> token_of_credentials(Api& api, Call& call, Duration lifetime) {
    const auto credentials = TRY(credentials_of(call));
    auto token =
        api.services().auth.log_in(credentials.username, credentials.password, lifetime, call.request().client);
    if (!token && token.error().code() == ErrorCode::resource_exhausted)
        return std::unexpected(with_status(std::move(token).error(), 429));
    return token;
}

void add_auth_routes(Router& router) {
    using namespace schema;
    router.define("LoginBody", object({{"username", text()}, {"password", text()}}));
    router.define("LoginResponse", object({{"access_token", text()}}));
    router.add({"POST",
                "/auth/token",
                std::nullopt,
                post_token,
                {.id = "create_token",
                 .tag = "SimpleAuthManagerLogin",
                 .summary = "Create Token",
                 .body = "LoginBody",
                 .answer = "LoginResponse",
                 .status = 201}});
    router.add({"GET",
                "/auth/token",
                std::nullopt,
                get_token,
                {.id = "create_token_all_admins",
                 .tag = "SimpleAuthManagerLogin",
                 .summary = "Create Token All Admins",
                 .answer = "LoginResponse",
                 .status = 201}});
    router.add({"POST",
                "/auth/token/cli",
                std::nullopt,
                post_cli_token,
                {.id = "create_token_cli",
                 .tag = "SimpleAuthManagerLogin",
                 .summary = "Create Token Cli",
                 .body = "LoginBody",
                 .answer = "LoginResponse",
                 .status = 201}});
}

}  // namespace gale
