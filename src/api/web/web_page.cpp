#include "api/web/web_page.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "api/detail/compress.hpp"
#include "base/hash.hpp"

namespace gale {
namespace {

constexpr std::string_view kIndex = "/index.html";
constexpr int kBestLevel = 9;

// What the page may load: its own files, and nothing of another host. blob: is for what it makes itself.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self' blob:; worker-src 'self' blob:; manifest-src 'self'; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

std::string unpacked(const WebFile& file) {
    return file.gzip.empty() ? std::string(file.plain) : detail::gunzip(file.gzip);
}

std::string missing_page(std::string_view version) {
    return fmt::format(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width\"><title>Gale</title><h1>Gale {} is running</h1>"
        "<p>This binary was built without its web page. Build it with <code>./dev build</code>, or run <code>npm ci "
        "&amp;&amp; npm run build</code> in <code>web/</code> and build the binary again.</p>"
        "<p>The REST API works: <a href=\"openapi.json\">openapi.json</a>, "
        "<a href=\"api/v2/monitor/health\">health</a>.</p></html>\n",
        version);
}

// With the prefix in place of the root that the page was built for.
std::string rebased(std::string html, std::string_view base_path) {
    constexpr std::string_view kRoot = "<base href=\"/\"";
    if (const size_t at = html.find(kRoot); at != std::string::npos)
        html.replace(at, kRoot.size(), fmt::format("<base href=\"{}\"", base_path));
    return html;
}

bool holds(std::string_view list, std::string_view etag) {
    return list == "*" || list.find(etag) != std::string_view::npos;
}

// 304 when the client has it already.
bool is_known(const HttpRequest& request, std::string_view etag) {
    const auto known = request.header("if-none-match");
    return known && holds(*known, etag);
}

HttpResponse file_response(const HttpRequest& request, const WebFile& file) {
    HttpResponse response;
    response.content_type = file.content_type;
    // Names below assets/ hold a hash of the content: what is there never changes.
    const bool hashed = file.path.starts_with("/assets/");
    response.headers = {{"Cache-Control", hashed ? "public, max-age=31536000, immutable" : "no-cache"},
                        {"ETag", std::string(file.etag)},
                        {"Cross-Origin-Resource-Policy", "same-origin"}};
    if (file.plain.empty()) response.headers.emplace_back("Vary", "Accept-Encoding");
    if (is_known(request, file.etag)) {
        response.status = 304;
    } else if (!file.brotli.empty() && detail::accepts_coding(request, "br")) {
        response.headers.emplace_back("Content-Encoding", "br");
        response.body = file.brotli;
    } else if (!file.gzip.empty() && detail::accepts_coding(request, "gzip")) {
        response.headers.emplace_back("Content-Encoding", "gzip");
        response.body = file.gzip;
    } else {
        response.body = unpacked(file);
    }
    return response;
}

}  // namespace

WebPage::WebPage(std::span<const WebFile> files, std::string_view base_path, std::string_view version) {
    for (const WebFile& file : files) files_.emplace(file.path, &file);
    const auto found = files_.find(kIndex);
    index_ = found == files_.end() ? missing_page(version) : rebased(unpacked(*found->second), base_path);
    index_gzip_ = detail::gzip(index_, kBestLevel);
    index_etag_ = fmt::format("\"{}\"", sha256_hex(index_).substr(0, 32));
}

std::optional<HttpResponse> WebPage::serve(const HttpRequest& request, std::string_view path) const {
    if (const auto found = files_.find(path); found != files_.end() && path != kIndex)
        return file_response(request, *found->second);
    if (path.starts_with("/assets/")) return std::nullopt;
    // A browser that goes somewhere; its scripts and pictures do not ask for HTML.
    const auto accept = request.header("accept").value_or("");
    if (accept.find("text/html") == std::string_view::npos && path != "/" && path != kIndex) return std::nullopt;
    return index(request);
}

HttpResponse WebPage::index(const HttpRequest& request) const {
    HttpResponse response;
    response.content_type = "text/html; charset=utf-8";
    response.headers = {{"Cache-Control", "no-cache"},
                        {"ETag", index_etag_},
                        {"Vary", "Accept, Accept-Encoding"},
                        {"Content-Security-Policy", std::string(kPolicy)},
                        {"Referrer-Policy", "same-origin"},
                        {"Cross-Origin-Opener-Policy", "same-origin"},
                        {"Cross-Origin-Resource-Policy", "same-origin"},
                        {"X-Frame-Options", "DENY"},
                        {"Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"}};
    if (is_known(request, index_etag_)) {
        response.status = 304;
    } else if (detail::accepts_coding(request, "gzip")) {
        response.headers.emplace_back("Content-Encoding", "gzip");
        response.body = index_gzip_;
    } else {
        response.body = index_;
    }
    return response;
}

}  // namespace gale
