#include "api/detail/compress.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "base/check.hpp"
#include "base/text.hpp"

namespace gale::detail {
namespace {

constexpr size_t kMinBytes = 1024;
// Of 100 KB of JSON: about 1 ms, and within a tenth of the best ratio.
constexpr int kLevel = 4;
constexpr int kGzipWindow = 15 + 16;  // zlib's way to say gzip
constexpr int kMemoryLevel = 8;

std::string_view take_until(std::string_view& text, char end) {
    const size_t at = std::min(text.find(end), text.size());
    const auto taken = text.substr(0, at);
    text.remove_prefix(std::min(at + 1, text.size()));
    return trimmed(taken);
}

// "q=0", "q=0.0", …
bool is_zero_weight(std::string_view parameter) {
    if (!equal_ignoring_case(take_until(parameter, '='), "q")) return false;
    parameter = trimmed(parameter);
    return !parameter.empty() && std::ranges::all_of(parameter, [](char c) { return c == '0' || c == '.'; });
}

bool shrinks(std::string_view content_type) {
    const auto type = take_until(content_type, ';');
    if (type == "text/event-stream") return false;
    return type.starts_with("text/") || type.ends_with("json") || type.ends_with("xml") ||
           type.ends_with("javascript") || type == "application/x-ndjson";
}

}  // namespace

bool accepts_coding(const HttpRequest& request, std::string_view coding) {
    std::string_view list = request.header("accept-encoding").value_or("");
    bool by_star = false;
    while (!list.empty()) {
        auto item = take_until(list, ',');
        const auto name = take_until(item, ';');
        const bool wanted = !is_zero_weight(take_until(item, ';'));
        if (equal_ignoring_case(name, coding)) return wanted;
        if (name == "*") by_star = wanted;
    }
    return by_star;
}

std::string gzip(std::string_view bytes, int level) {
    z_stream zip{};
    CHECK(deflateInit2(&zip, level, Z_DEFLATED, kGzipWindow, kMemoryLevel, Z_DEFAULT_STRATEGY) == Z_OK);
    std::string packed(deflateBound(&zip, bytes.size()), '\0');
    zip.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    zip.avail_in = static_cast<uInt>(bytes.size());
    zip.next_out = reinterpret_cast<Bytef*>(packed.data());
    zip.avail_out = static_cast<uInt>(packed.size());
    const int ended = deflate(&zip, Z_FINISH);
    packed.resize(zip.total_out);
    deflateEnd(&zip);
    CHECK(ended == Z_STREAM_END);  // deflateBound is enough for one go
    return packed;
}

std::string gunzip(std::string_view packed) {
    z_stream zip{};
    CHECK(inflateInit2(&zip, kGzipWindow) == Z_OK);
    zip.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    zip.avail_in = static_cast<uInt>(packed.size());
    std::string bytes;
    std::array<char, 64 * 1024> piece;
    int state = Z_OK;
    while (state == Z_OK) {
        zip.next_out = reinterpret_cast<Bytef*>(piece.data());
        zip.avail_out = static_cast<uInt>(piece.size());
        state = inflate(&zip, Z_NO_FLUSH);
        bytes.append(piece.data(), piece.size() - zip.avail_out);
    }
    inflateEnd(&zip);
    CHECK(state == Z_STREAM_END);
    return bytes;
}

void compress(const HttpRequest& request, HttpResponse& response) {
    if (response.stream || response.body.size() < kMinBytes || !shrinks(response.content_type)) return;
    if (response.header("content-encoding")) return;
    if (!response.header("vary")) response.headers.emplace_back("Vary", "Accept-Encoding");
    if (!accepts_coding(request, "gzip")) return;
    response.body = gzip(response.body, kLevel);
    response.headers.emplace_back("Content-Encoding", "gzip");
}

}  // namespace gale::detail
