// Whether a request comes from the page itself or from another site, and what other sites may do (CORS).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/http.hpp"

namespace gale {

// [api] access_control_allow_*: what scripts of other sites may do, as Airflow has it. Nothing by default. "*" is any.
// A cookie never serves another site's script: it needs a bearer token.
struct CrossSiteRules {
    std::vector<std::string> origins, methods, headers;
};

enum class Origin {
    same,     // the browser says that it is this server's page
    other,    // the browser says that it is another site's
    unknown,  // no browser, or one that says nothing
};
// By Sec-Fetch-Site, else by Origin, whose host must be the one that the request was sent to (Host, or what a proxy
// says in X-Forwarded-Host) or `own_host`, the host of [api] base_url.
Origin origin_of(const HttpRequest& request, std::string_view own_host);

bool is_unsafe(std::string_view method);  // may change something: all but GET, HEAD and OPTIONS

// The answer to a CORS preflight request; nullopt when it is none, or when no other site may do anything.
std::optional<HttpResponse> answer_preflight(const HttpRequest& request, const CrossSiteRules& rules);
// Adds what lets the script of an allowed origin read the answer.
void allow_origin(const HttpRequest& request, const CrossSiteRules& rules, HttpResponse& response);

// The value of a cookie of the request.
std::optional<std::string> cookie_of(const HttpRequest& request, std::string_view name);

}  // namespace gale
