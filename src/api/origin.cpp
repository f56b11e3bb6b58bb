#include "api/origin.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace gale {
namespace {

// "http://host:1234" → "host:1234", without the scheme's usual port. Empty when it has no scheme ("null").
std::string_view host_of(std::string_view origin) {
    const size_t scheme = origin.find("://");
    if (scheme == std::string_view::npos) return {};
    auto host = origin.substr(scheme + 3);
    const std::string_view usual = equal_ignoring_case(origin.substr(0, scheme), "https") ? ":443" : ":80";
    if (host.ends_with(usual)) host.remove_suffix(usual.size());
    return host;
}

// Host headers have no scheme: either usual port may be left out.
bool is_host(std::string_view host, std::string_view header) {
    header = trimmed(header.substr(0, header.find(',')));
    if (equal_ignoring_case(host, header)) return true;
    for (const std::string_view usual : {":80", ":443"}) {
        if (header.ends_with(usual) && equal_ignoring_case(host, header.substr(0, header.size() - usual.size())))
            return true;
    }
    return false;
}

bool names(const std::vector<std::string>& list, std::string_view value) {
    return std::ranges::any_of(list,
                               [&](const std::string& one) { return one == "*" || equal_ignoring_case(one, value); });
}

}  // namespace

Origin origin_of(const HttpRequest& request, std::string_view own_host) {
    if (const auto site = request.header("sec-fetch-site"))
        return equal_ignoring_case(*site, "same-origin") ? Origin::same : Origin::other;
    const auto origin = request.header("origin");
    if (!origin) return Origin::unknown;
    const auto host = host_of(*origin);
    if (host.empty()) return Origin::other;
    for (const std::string_view name : {"host", "x-forwarded-host"}) {
        if (const auto header = request.header(name); header && is_host(host, *header)) return Origin::same;
    }
    return !own_host.empty() && is_host(host, own_host) ? Origin::same : Origin::other;
}

bool is_unsafe(std::string_view method) {
    return method != "GET" && method != "HEAD" && method != "OPTIONS";
}

std::optional<HttpResponse> answer_preflight(const HttpRequest& request, const CrossSiteRules& rules) {
    const auto origin = request.header("origin");
    if (request.method != "OPTIONS" || !origin || rules.origins.empty()) return std::nullopt;
    if (!request.header("access-control-request-method") || !names(rules.origins, *origin)) return std::nullopt;
    HttpResponse response{204, "", "", {}};
    const auto list = [](const std::vector<std::string>& words, std::string_view all) {
        return std::ranges::find(words, "*") != words.end() ? std::string(all)
                                                            : fmt::format("{}", fmt::join(words, ", "));
    };
    response.headers = {
        {"Access-Control-Allow-Methods", list(rules.methods, "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT")},
        {"Access-Control-Allow-Headers",
         list(rules.headers, request.header("access-control-request-headers").value_or("*"))},
        {"Access-Control-Max-Age", "600"}};
    allow_origin(request, rules, response);
    return response;
}

void allow_origin(const HttpRequest& request, const CrossSiteRules& rules, HttpResponse& response) {
    const auto origin = request.header("origin");
    if (!origin || rules.origins.empty()) return;
    response.headers.emplace_back("Vary", "Origin, Accept-Encoding");
    if (names(rules.origins, *origin))
        response.headers.emplace_back("Access-Control-Allow-Origin", std::string(*origin));
}

std::optional<std::string> cookie_of(const HttpRequest& request, std::string_view name) {
    for (const auto& [key, value] : request.headers) {
        if (!equal_ignoring_case(key, "cookie")) continue;
        std::string_view rest = value;
        while (!rest.empty()) {
            const size_t end = std::min(rest.find(';'), rest.size());
            const auto one = trimmed(rest.substr(0, end));
            rest.remove_prefix(std::min(end + 1, rest.size()));
            if (one.size() > name.size() && one.starts_with(name) && one[name.size()] == '=')
                return std::string(one.substr(name.size() + 1));
        }
    }
    return std::nullopt;
}

}  // namespace gale
