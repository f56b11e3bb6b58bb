#include "service/detail/result_value.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "service/detail/base64.hpp"
#include "service/detail/media_type.hpp"

namespace gale::detail {
namespace {

// What is shorter reads well where the XCom stands.
constexpr size_t kLongText = 200;  // bytes
constexpr size_t kLongJson = 100;
constexpr size_t kManyMembers = 3;

std::optional<std::string> base64_decode(std::string_view text) {
    std::string url_safe;
    url_safe.reserve(text.size());
    for (const char c : text) {
        if (c == '+' || c == '/') {
            url_safe += c == '+' ? '-' : '_';
        } else if (c != '\n' && c != '\r') {
            url_safe += c;
        }
    }
    return base64url_decode(url_safe);
}

// "data:image/png;base64,…"
std::optional<ValueContent> image_of(std::string_view text) {
    if (!text.starts_with("data:image/")) return std::nullopt;
    const size_t comma = text.find(',');
    if (comma == std::string_view::npos) return std::nullopt;
    std::string_view kind = text.substr(5, comma - 5);
    const bool is_base64 = kind.ends_with(";base64");
    kind = kind.substr(0, kind.find(';'));
    // Only images of the list: what browsers do with others is not known.
    if (extension_of(kind) == ".bin") return std::nullopt;
    auto bytes = is_base64 ? base64_decode(text.substr(comma + 1)) : percent_decode_what_fits(text.substr(comma + 1));
    if (!bytes) return std::nullopt;
    return ValueContent{std::string(kind), std::move(*bytes)};
}

std::optional<ValueContent> text_of(std::string_view text) {
    if (auto image = image_of(text)) return image;
    const std::string_view sniffed = sniff_media_type(text.substr(0, 512));
    const bool is_page = sniffed == "text/html" || sniffed == "image/svg+xml";
    if (!is_page && text.size() < kLongText && text.find('\n') == std::string_view::npos) return std::nullopt;
    // A text that only begins like JSON, or holds control characters, is still a text.
    return ValueContent{is_page ? std::string(sniffed) : "text/plain", std::string(text)};
}

class Walk {
public:
    Walk(const ValueWalk& limits, const std::function<bool(const std::string&, std::string_view)>& visit)
        : limits_(limits), visit_(visit) {}

    // False: a limit, or visit, cut something off.
    bool at(const json::value& value, const std::string& pointer, int depth) {
        if (++nodes_ > limits_.max_nodes) stopped_ = true;
        if (stopped_ || depth > limits_.max_depth) return false;
        if (value.is_string()) {
            stopped_ = !visit_(pointer, value.get_string());
            return !stopped_;
        }
        bool whole = true;
        if (value.is_array()) {
            const auto& items = value.get_array();
            for (size_t i = 0; i < items.size() && !stopped_; ++i)
                whole = at(items[i], fmt::format("{}/{}", pointer, i), depth + 1) && whole;
        } else if (value.is_object()) {
            for (const auto& member : value.get_object()) {
                if (stopped_) break;
                whole = at(member.value(), pointer + "/" + escaped(member.key()), depth + 1) && whole;
            }
        }
        return whole && !stopped_;
    }

private:
    static std::string escaped(std::string_view key) {
        std::string made;
        for (const char c : key) {
            if (c == '~') {
                made += "~0";
            } else if (c == '/') {
                made += "~1";
            } else {
                made += c;
            }
        }
        return made;
    }

    const ValueWalk& limits_;
    const std::function<bool(const std::string&, std::string_view)>& visit_;
    int nodes_ = 0;
    bool stopped_ = false;
};

}  // namespace

std::optional<ValueContent> content_of(const json::value& value) {
    if (value.is_string()) return text_of(value.get_string());
    if (!value.is_array() && !value.is_object()) return std::nullopt;
    const size_t members = value.is_array() ? value.get_array().size() : value.get_object().size();
    std::string text = json::serialize(value);
    if (members < kManyMembers && text.size() < kLongJson) return std::nullopt;
    return ValueContent{"application/json", std::move(text)};
}

bool walk_strings(const json::value& value, const ValueWalk& limits,
                  const std::function<bool(const std::string& pointer, std::string_view text)>& visit) {
    return Walk(limits, visit).at(value, "", 0);
}

const json::value* at_pointer(const json::value& value, std::string_view pointer) {
    boost::json::error_code error;
    const json::value* found = value.find_pointer(pointer, error);
    return error ? nullptr : found;
}

}  // namespace gale::detail
