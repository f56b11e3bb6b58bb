#include "service/detail/media_type.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace gale::detail {
namespace {

struct Kind {
    std::string_view extension, media_type;
};

// The first of a media type is the one that it is saved under.
constexpr auto kKinds = std::to_array<Kind>({
    {".html", "text/html"},
    {".htm", "text/html"},
    {".json", "application/json"},
    {".geojson", "application/json"},
    {".ipynb", "application/json"},
    {".jsonl", "application/x-ndjson"},
    {".ndjson", "application/x-ndjson"},
    {".csv", "text/csv"},
    {".tsv", "text/tab-separated-values"},
    {".md", "text/markdown"},
    {".markdown", "text/markdown"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".jpeg", "image/jpeg"},
    {".gif", "image/gif"},
    {".webp", "image/webp"},
    {".avif", "image/avif"},
    {".bmp", "image/bmp"},
    {".svg", "image/svg+xml"},
    {".pdf", "application/pdf"},
    {".txt", "text/plain"},
    {".log", "text/plain"},
    {".text", "text/plain"},
    {".yaml", "text/plain"},
    {".yml", "text/plain"},
    {".xml", "text/plain"},
    {".sql", "text/plain"},
    {".ini", "text/plain"},
    {".toml", "text/plain"},
    {".parquet", kBytesMediaType},
    {".arrow", kBytesMediaType},
    {".feather", kBytesMediaType},
    {".xlsx", kBytesMediaType},
    {".docx", kBytesMediaType},
    {".pptx", kBytesMediaType},
    {".zip", kBytesMediaType},
    {".gz", kBytesMediaType},
    {".zst", kBytesMediaType},
    {".tar", kBytesMediaType},
    {".pkl", kBytesMediaType},
    {".npy", kBytesMediaType},
});

bool is_text(std::string_view start) {
    const bool has_controls = std::ranges::any_of(start, [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f') || c == 0x7f;
    });
    return !has_controls && is_utf8_start(start);
}

}  // namespace

std::optional<std::string_view> media_type_of_name(std::string_view name) {
    const size_t dot = name.rfind('.');
    if (dot == std::string_view::npos || dot == 0) return std::nullopt;
    const auto found = std::ranges::find(kKinds, lower_case(name.substr(dot)), &Kind::extension);
    if (found == kKinds.end()) return std::nullopt;
    return found->media_type;
}

std::string_view sniff_media_type(std::string_view start) {
    using namespace std::string_view_literals;
    constexpr auto kSigns = std::to_array<std::pair<std::string_view, std::string_view>>({
        {"\x89PNG\r\n\x1a\n"sv, "image/png"},
        {"\xff\xd8\xff"sv, "image/jpeg"},
        {"GIF87a"sv, "image/gif"},
        {"GIF89a"sv, "image/gif"},
        {"%PDF-"sv, "application/pdf"},
    });
    for (const auto& [sign, media_type] : kSigns)
        if (start.starts_with(sign)) return media_type;
    if (start.starts_with("RIFF") && start.substr(std::min<size_t>(8, start.size())).starts_with("WEBP"))
        return "image/webp";
    if (!is_text(start)) return kBytesMediaType;
    if (start.starts_with("\xef\xbb\xbf")) start.remove_prefix(3);
    start.remove_prefix(std::min(start.find_first_not_of(" \t\r\n"), start.size()));
    const std::string head = lower_case(start.substr(0, 256));
    if (head.starts_with("<!doctype html") || head.starts_with("<html")) return "text/html";
    if (head.starts_with("<svg") || (head.starts_with("<?xml") && head.find("<svg") != std::string::npos))
        return "image/svg+xml";
    if (head.starts_with('{') || head.starts_with('[')) return "application/json";
    return "text/plain";
}

std::string_view extension_of(std::string_view media_type) {
    if (media_type == kBytesMediaType) return ".bin";
    if (media_type == "text/plain") return ".txt";
    const auto found = std::ranges::find(kKinds, media_type, &Kind::media_type);
    return found == kKinds.end() ? ".bin" : found->extension;
}

bool is_image(std::string_view media_type) {
    return media_type.starts_with("image/");
}

}  // namespace gale::detail
