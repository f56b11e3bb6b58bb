#include "service/connection_probe.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <cstring>
#include <filesystem>
#include <memory>

#include "base/json.hpp"
#include "base/text.hpp"
#include "service/connection_types.hpp"

namespace gale {
namespace {

struct Free {
    void operator()(CURL* handle) const { ::curl_easy_cleanup(handle); }
    void operator()(CURLU* url) const { ::curl_url_cleanup(url); }
    void operator()(char* text) const { ::curl_free(text); }
};

struct Target {
    std::string scheme, host, path = "/";
    int port = 0;
    // Literal IPv6 addresses keep their brackets.
    std::string address() const { return fmt::format("{}:{}", host, port); }
};

std::string part_of(CURLU* url, CURLUPart part, unsigned flags = 0) {
    char* text = nullptr;
    if (::curl_url_get(url, part, &text, flags) != CURLUE_OK) return {};
    return std::unique_ptr<char, Free>(text).get();
}

// The host field holds a name, an address, either with a port, or a whole URL. nullopt: none of them.
std::optional<Target> target_of(const Connection& connection) {
    std::string written(trimmed(connection.host.value_or("")));
    if (written.empty()) return std::nullopt;
    if (written.find("://") == std::string::npos) {
        const bool bare_ipv6 = !written.starts_with('[') && written.find(':') != written.rfind(':');
        if (bare_ipv6) written = '[' + written + ']';
        const bool has_scheme = connection.conn_type == "http" && connection.schema && !connection.schema->empty();
        written = (has_scheme ? *connection.schema : connection.conn_type == "http" ? "http" : "tcp") + "://" + written;
    }
    const std::unique_ptr<CURLU, Free> url(::curl_url());
    if (!url || ::curl_url_set(url.get(), CURLUPART_URL, written.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
        return std::nullopt;
    Target target{part_of(url.get(), CURLUPART_SCHEME), part_of(url.get(), CURLUPART_HOST),
                  part_of(url.get(), CURLUPART_PATH)};
    const std::string port = part_of(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
    target.port = connection.port ? *connection.port : port.empty() ? 0 : std::stoi(port);
    if (target.port == 0) target.port = usual_port(connection.conn_type).value_or(0);
    return target;
}

// The status line of the last answer.
size_t keep_status(char* data, size_t size, size_t count, void* opaque) {
    const std::string_view line(data, size * count);
    if (line.starts_with("HTTP/")) *static_cast<std::string*>(opaque) = trimmed(line);
    return line.size();
}

std::string why(CURL* handle, CURLcode code, const char* detail) {
    if (code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_WEIRD_SERVER_REPLY || code == CURLE_GOT_NOTHING)
        return "connected, but what answers does not speak HTTP";
    long error = 0;
    ::curl_easy_getinfo(handle, CURLINFO_OS_ERRNO, &error);
    if (code == CURLE_COULDNT_CONNECT && error != 0) return std::strerror(static_cast<int>(error));
    if (code == CURLE_OPERATION_TIMEDOUT) return "no answer in time";
    return *detail != '\0' ? detail : ::curl_easy_strerror(code);
}

ProbeOutcome probe_target(const Target& target, Duration timeout) {
    static const CURLcode initialised = ::curl_global_init(CURL_GLOBAL_DEFAULT);
    const std::unique_ptr<CURL, Free> handle(initialised == CURLE_OK ? ::curl_easy_init() : nullptr);
    if (!handle) return {false, "nothing was tried: libcurl could not be initialised"};
    const bool is_http = target.scheme == "http" || target.scheme == "https";
    const std::string url = (is_http ? target.scheme : "http") + "://" + target.address() + target.path;
    std::string status;
    char detail[CURL_ERROR_SIZE] = "";
    CURL* h = handle.get();
    ::curl_easy_setopt(h, CURLOPT_URL, url.c_str());
    ::curl_easy_setopt(h, is_http ? CURLOPT_NOBODY : CURLOPT_CONNECT_ONLY, 1L);
    ::curl_easy_setopt(h, CURLOPT_NOPROXY, "*");
    ::curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
    ::curl_easy_setopt(h, CURLOPT_USERAGENT, "gale");
    ::curl_easy_setopt(h, CURLOPT_TIMEOUT_MS,
                       static_cast<long>(std::chrono::ceil<std::chrono::milliseconds>(timeout).count()));
    ::curl_easy_setopt(h, CURLOPT_HEADERFUNCTION, keep_status);
    ::curl_easy_setopt(h, CURLOPT_HEADERDATA, &status);
    ::curl_easy_setopt(h, CURLOPT_ERRORBUFFER, detail);
    const CURLcode code = ::curl_easy_perform(h);
    if (code != CURLE_OK)
        return {false, fmt::format("cannot connect to {}: {}", target.address(), why(h, code, detail))};
    if (is_http)
        return {true, fmt::format("{} answers: {}. Login and password were not tried.", target.address(), status)};
    return {true, fmt::format("{} takes connections (TCP). Login, password and encryption were not tried.",
                              target.address())};
}

ProbeOutcome probe_path(const Connection& connection) {
    const auto extra = connection.extra ? json::parse_object(*connection.extra) : Result<json::object>(json::object());
    const std::string path = extra ? json::get_string_or(*extra, "path", "").value_or("") : "";
    if (path.empty()) return {false, "no path is given: write one into extra, such as {\"path\": \"/data\"}"};
    std::error_code error;
    if (std::filesystem::exists(path, error)) return {true, fmt::format("the path {} is there", path)};
    return {false, fmt::format("the path {} is not there, or this server may not see it", path)};
}

}  // namespace

ProbeOutcome probe_connection(const Connection& connection, Duration timeout) {
    if (connection.conn_type == "fs") return probe_path(connection);
    const auto target = target_of(connection);
    if (!target || target->host.empty())
        return {false,
                fmt::format("nothing was tried: a connection of type '{}' without a host names nothing that this "
                            "server can reach by itself",
                            connection.conn_type)};
    if (target->port == 0)
        return {false, fmt::format("nothing was tried: give a port, the usual one of '{}' is not known here",
                                   connection.conn_type)};
    return probe_target(*target, timeout);
}

}  // namespace gale
