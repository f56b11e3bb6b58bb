// Log-in by cookie, requests of other sites, and the page's files, on a SQLite store in memory.
#include <gtest/gtest.h>

#include "api/api_fixture.hpp"
#include "api/detail/compress.hpp"

namespace gale {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

class SessionTest : public ApiTest {
protected:
    void open(ApiSettings settings) {
        settings.version = "0.1.0";
        api_ = std::make_unique<Api>(api_->services(), settings);
    }
    HttpResponse send(const std::string& method, const std::string& target, Headers headers = {},
                      const std::string& body = "") {
        headers.emplace_back("Host", "gale.example:8080");
        return api_->handle({method, target, std::move(headers), body, "127.0.0.1"});
    }
    HttpResponse log_in(Headers headers = {}) {
        return send("POST", "/auth/login", std::move(headers), R"({"username":"admin","password":"secret"})");
    }
    // "_token=…" of a fresh log-in.
    std::string cookie() {
        const auto set = std::string(log_in().header("set-cookie").value_or(""));
        return set.substr(0, set.find(';'));
    }
    HttpResponse make_pool(Headers headers, const std::string& name = "p") {
        return send("POST", "/api/v2/pools", std::move(headers), R"({"name":")" + name + R"(","slots":1})");
    }
};

TEST_F(SessionTest, LogInSetsACookieThatScriptsCannotReadAndOtherSitesCannotUse) {
    const auto answer = log_in();
    ASSERT_EQ(answer.status, 200) << answer.body;
    const auto me = json::parse_object(answer.body).value();
    EXPECT_EQ(me.at("username"), "admin");
    EXPECT_EQ(me.at("role"), "admin");
    EXPECT_EQ(answer.body.find("secret"), std::string::npos);
    EXPECT_EQ(me.at("last_event_id").as_string(), std::to_string(store_->last_change().value()));
    const std::string set(answer.header("set-cookie").value());
    EXPECT_TRUE(set.starts_with("_token=")) << set;
    for (const char* part : {"; HttpOnly", "; SameSite=Strict", "; Path=/;", "; Max-Age=86400"}) {
        EXPECT_NE(set.find(part), std::string::npos) << part << " in " << set;
    }
    EXPECT_EQ(set.find("Secure"), std::string::npos);
    EXPECT_NE(log_in({{"X-Forwarded-Proto", "https"}}).header("set-cookie").value().find("; Secure"),
              std::string::npos);
    EXPECT_EQ(send("POST", "/auth/login", {}, R"({"username":"admin","password":"wrong"})").status, 401);
    EXPECT_EQ(log_in({{"Origin", "https://evil.example"}}).status, 403);
}

TEST_F(SessionTest, TheCookieReadsAsItsUser) {
    const std::string token = cookie();
    EXPECT_EQ(send("GET", "/gale/me").status, 401);
    EXPECT_EQ(send("GET", "/gale/me", {{"Cookie", "a=b; " + token + "; c=d"}}).status, 200);
    EXPECT_EQ(send("GET", "/gale/me", {{"Cookie", "x" + token}}).status, 401);
    EXPECT_EQ(send("GET", "/gale/me", {{"Cookie", token}, {"Authorization", "Bearer x.y.z"}}).status, 401);
    EXPECT_EQ(send("GET", "/gale/me", {{"Cookie", token.substr(0, token.size() - 2)}}).status, 401);
    clock_.advance(std::chrono::hours{25});
    EXPECT_EQ(send("GET", "/gale/me", {{"Cookie", token}}).status, 401);
}

TEST_F(SessionTest, AChangeByCookieMustComeFromThePageItself) {
    const std::pair<std::string, std::string> token{"Cookie", cookie()};
    const Headers refused[] = {
        {token},
        {token, {"Origin", "https://evil.example"}},
        {token, {"Origin", "null"}},
        {token, {"Origin", "http://gale.example:8081"}},
        {token, {"Origin", "http://gale.example"}},
        {token, {"Origin", "http://gale.example:8080.evil.example"}},
        {token, {"Origin", "http://gale.example:8080"}, {"Sec-Fetch-Site", "cross-site"}},
        {token, {"Sec-Fetch-Site", "same-site"}},
        {token, {"Sec-Fetch-Site", "none"}},
        {token, {"Sec-Fetch-Site", ""}},
    };
    for (const auto& headers : refused) {
        const auto answer = make_pool(headers);
        EXPECT_EQ(answer.status, 403) << (headers.size() > 1 ? headers[1].second : "no proof") << answer.body;
    }
    EXPECT_EQ(make_pool({token, {"Origin", "http://gale.example:8080"}}, "a").status, 201);
    EXPECT_EQ(make_pool({token, {"Sec-Fetch-Site", "same-origin"}}, "b").status, 201);
    EXPECT_EQ(
        make_pool({token, {"Origin", "https://front.example"}, {"X-Forwarded-Host", "front.example"}}, "c").status,
        201);
    const std::string bearer = token.second.substr(std::string("_token=").size());
    EXPECT_EQ(make_pool({{"Authorization", "Bearer " + bearer}}, "d").status, 201);
}

TEST_F(SessionTest, LogOutRevokesTheTokenEverywhere) {
    const std::string token = cookie();
    const std::string bearer = token.substr(std::string("_token=").size());
    const std::string other = cookie();
    EXPECT_EQ(send("POST", "/auth/logout", {{"Cookie", token}, {"Sec-Fetch-Site", "cross-site"}}).status, 403);
    EXPECT_EQ(send("GET", "/gale/me", {{"Cookie", token}}).status, 200);
    const auto out = send("POST", "/auth/logout", {{"Cookie", token}, {"Sec-Fetch-Site", "same-origin"}});
    EXPECT_EQ(out.status, 204);
    EXPECT_TRUE(out.header("set-cookie").value().starts_with("_token=; Path=/; Max-Age=0"));
    EXPECT_EQ(send("GET", "/gale/me", {{"Cookie", token}}).status, 401);
    EXPECT_EQ(send("GET", "/gale/me", {{"Authorization", "Bearer " + bearer}}).status, 401);
    EXPECT_EQ(send("GET", "/gale/me", {{"Cookie", other}}).status, 200);
    EXPECT_EQ(send("POST", "/auth/logout", {{"Cookie", "_token=garbage"}}).status, 204);
}

TEST_F(SessionTest, RevokedTokensAreForgottenOnceTheyHaveEnded) {
    ASSERT_TRUE(store_->revoke_token("old", clock_.now() + std::chrono::hours{1}, clock_.now()));
    EXPECT_TRUE(store_->is_token_revoked("old").value());
    clock_.advance(std::chrono::hours{2});
    ASSERT_TRUE(store_->revoke_token("new", clock_.now() + std::chrono::hours{1}, clock_.now()));
    EXPECT_FALSE(store_->is_token_revoked("old").value());
    EXPECT_TRUE(store_->is_token_revoked("new").value());
}

TEST_F(SessionTest, AirflowsLogInAndLogOutLeadToThePage) {
    const auto login = send("GET", "/api/v2/auth/login?next=%2Fdags%3Fa%3D1");
    EXPECT_EQ(login.status, 307);
    EXPECT_EQ(login.header("location"), "/login?next=%2Fdags%3Fa%3D1");
    const std::string token = cookie();
    EXPECT_EQ(send("GET", "/api/v2/auth/logout", {{"Cookie", token}}).header("location"), "/login");
    EXPECT_EQ(send("GET", "/gale/me", {{"Cookie", token}}).status, 401);
}

TEST_F(SessionTest, InAllAdminsModeAnotherSiteStillChangesNothing) {
    ApiSettings settings;
    settings.authentication.all_admins_user = "admin";
    open(settings);
    EXPECT_EQ(send("GET", "/gale/me").status, 200);
    EXPECT_EQ(make_pool({{"Origin", "https://evil.example"}}).status, 403);
    EXPECT_EQ(make_pool({{"Origin", "http://gale.example:8080"}}, "a").status, 201);
    EXPECT_EQ(make_pool({}, "b").status, 201);  // no browser
}

TEST_F(SessionTest, OtherSitesReadNothingUnlessTheyAreNamed) {
    const Headers evil{{"Origin", "https://evil.example"}, {"Access-Control-Request-Method", "POST"}};
    EXPECT_FALSE(send("GET", "/api/v2/version", evil).header("access-control-allow-origin"));
    EXPECT_FALSE(send("OPTIONS", "/api/v2/pools", evil).header("access-control-allow-methods"));
    ApiSettings settings;
    settings.cross_site = {{"https://friend.example"}, {"GET", "POST"}, {"authorization"}};
    open(settings);
    EXPECT_FALSE(send("GET", "/api/v2/version", evil).header("access-control-allow-origin"));
    EXPECT_FALSE(send("OPTIONS", "/api/v2/pools", evil).header("access-control-allow-methods"));
    const Headers friendly{{"Origin", "https://friend.example"}, {"Access-Control-Request-Method", "POST"}};
    const auto preflight = send("OPTIONS", "/api/v2/pools", friendly);
    EXPECT_EQ(preflight.header("access-control-allow-origin"), "https://friend.example");
    EXPECT_EQ(preflight.header("access-control-allow-methods"), "GET, POST");
    EXPECT_EQ(preflight.header("access-control-allow-headers"), "authorization");
    const auto read = send("GET", "/api/v2/version", friendly);
    EXPECT_EQ(read.header("access-control-allow-origin"), "https://friend.example");
    EXPECT_FALSE(read.header("access-control-allow-credentials"));
    const std::string token = cookie();
    EXPECT_EQ(make_pool({{"Cookie", token}, {"Origin", "https://friend.example"}}).status, 403);
}

constexpr std::string_view kHtml = "<!doctype html><base href=\"/\" /><div id=\"root\"></div>";

class WebPageTest : public testing::Test {
protected:
    HttpResponse get(const WebPage& page, const std::string& path, Headers headers = {{"Accept", "text/html"}}) {
        return page.serve({"GET", path, std::move(headers), "", ""}, path).value_or(HttpResponse{404, "", "", {}});
    }
    const std::string html_ = detail::gzip(kHtml, 9), script_ = detail::gzip("let x;", 9);
    const std::vector<WebFile> files_ = {
        {"/index.html", "text/html; charset=utf-8", "\"i\"", {}, html_, {}},
        {"/assets/a-1.js", "text/javascript; charset=utf-8", "\"a\"", {}, script_, "brotli"},
        {"/icon.png", "image/png", "\"p\"", "png", {}, {}},
    };
};

TEST_F(WebPageTest, EveryAddressThatABrowserGoesToIsThePage) {
    const WebPage page(files_, "/", "1");
    for (const char* path : {"/", "/dags", "/dags/a.b/runs/manual__2026-01-01T00:00:00+00:00", "/login"}) {
        const auto answer = get(page, path);
        EXPECT_EQ(answer.status, 200) << path;
        EXPECT_EQ(answer.body, kHtml);
        EXPECT_EQ(answer.header("cache-control"), "no-cache");
    }
    EXPECT_EQ(get(page, "/dags", {{"Accept", "application/json"}}).status, 404);
    EXPECT_EQ(get(page, "/assets/gone-1.js").status, 404);
    EXPECT_EQ(get(page, "/assets/../index.html").status, 404);
}

TEST_F(WebPageTest, ItsPolicyAllowsNothingInlineAndNoOtherHost) {
    const std::string policy(get(WebPage(files_, "/", "1"), "/").header("content-security-policy").value());
    EXPECT_EQ(policy.find("unsafe"), std::string::npos);
    EXPECT_EQ(policy.find("http"), std::string::npos);
    EXPECT_EQ(policy.find('*'), std::string::npos);
    for (const char* part :
         {"default-src 'none'", "script-src 'self';", "frame-ancestors 'none'", "object-src 'none'"}) {
        EXPECT_NE(policy.find(part), std::string::npos) << part;
    }
}

TEST_F(WebPageTest, ThePrefixIsWrittenIntoIt) {
    EXPECT_NE(get(WebPage(files_, "/gale/", "1"), "/").body.find("<base href=\"/gale/\" />"), std::string::npos);
}

TEST_F(WebPageTest, FilesComePackedAsTheClientTakesThemAndStayCached) {
    const WebPage page(files_, "/", "1");
    const auto packed = get(page, "/assets/a-1.js", {{"Accept-Encoding", "gzip"}});
    EXPECT_EQ(packed.body, script_);
    EXPECT_EQ(packed.header("content-encoding"), "gzip");
    EXPECT_EQ(packed.header("cache-control"), "public, max-age=31536000, immutable");
    EXPECT_EQ(get(page, "/assets/a-1.js", {{"Accept-Encoding", "gzip, br"}}).header("content-encoding"), "br");
    const auto plain = get(page, "/assets/a-1.js", {});
    EXPECT_EQ(plain.body, "let x;");
    EXPECT_FALSE(plain.header("content-encoding"));
    EXPECT_EQ(get(page, "/icon.png", {}).body, "png");
    const auto known = get(page, "/assets/a-1.js", {{"If-None-Match", "W/\"z\", \"a\""}});
    EXPECT_EQ(known.status, 304);
    EXPECT_EQ(known.body, "");
}

TEST_F(WebPageTest, WithoutFilesItSaysHowToBuildThem) {
    const auto answer = get(WebPage({}, "/", "1.2"), "/");
    EXPECT_NE(answer.body.find("./dev build"), std::string::npos);
    EXPECT_NE(answer.body.find("1.2"), std::string::npos);
}

TEST_F(SessionTest, UnderAPrefixEverythingIsServedThereAndAtTheRoot) {
    ApiSettings settings;
    settings.base_path = "/gale/";
    open(settings);
    for (const char* target : {"/gale/api/v2/monitor/health", "/api/v2/monitor/health", "/gale/openapi.json"}) {
        EXPECT_EQ(send("GET", target).status, 200) << target;
    }
    EXPECT_NE(log_in().header("set-cookie").value().find("Path=/gale/;"), std::string::npos);
    EXPECT_EQ(send("GET", "/gale/gale/me").status, 401);
    EXPECT_EQ(send("GET", "/gale/me").status, 401);  // a proxy took the prefix away
    EXPECT_EQ(send("GET", "/gale/dags", {{"Accept", "text/html"}}).status, 200);
    EXPECT_EQ(send("GET", "/gale", {{"Accept", "text/html"}}).status, 200);
    EXPECT_EQ(send("GET", "/gale/api/v2/nothing", {{"Accept", "text/html"}}).status, 404);
    EXPECT_EQ(send("GET", "/api/v2/auth/login").header("location"), "/gale/login");
}

}  // namespace
}  // namespace gale
