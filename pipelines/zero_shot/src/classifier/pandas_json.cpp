#include "classifier/pandas_json.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <iterator>

#include "classifier/code_points.hpp"
#include "tsv/utf8.hpp"

namespace gale::zero_shot {

namespace {

constexpr int kDigits = 10;
constexpr double kScale = 1e10;
constexpr char32_t kReplacement = 0xFFFD;

void append_unit(std::string& out, unsigned unit) {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", unit);
}

void append_code_point(std::string& out, char32_t code_point) {
    switch (code_point) {
        case U'"': out += "\\\""; return;
        case U'\\': out += "\\\\"; return;
        case U'/': out += "\\/"; return;
        case U'\b': out += "\\b"; return;
        case U'\f': out += "\\f"; return;
        case U'\n': out += "\\n"; return;
        case U'\r': out += "\\r"; return;
        case U'\t': out += "\\t"; return;
        default: break;
    }
    if (code_point >= 0x20 && code_point < 0x80) {
        out += static_cast<char>(code_point);
    } else if (code_point < 0x10000) {
        append_unit(out, code_point);
    } else {
        append_unit(out, 0xD800 + ((code_point - 0x10000) >> 10));
        append_unit(out, 0xDC00 + ((code_point - 0x10000) & 0x3FF));
    }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    while (!text.empty()) {
        const auto bad = find_invalid_utf8(text);
        auto good = text.substr(0, bad);
        text.remove_prefix(good.size());
        while (!good.empty()) append_code_point(out, take_code_point(good));
        if (bad != std::string_view::npos) {
            append_code_point(out, kReplacement);
            text.remove_prefix(1);
        }
    }
    out += '"';
}

void append_json_number(std::string& out, double value) {
    if (!std::isfinite(value)) {
        out += "null";
        return;
    }
    const double magnitude = std::fabs(value);
    if (magnitude != 0 && (magnitude < 1e-15 || magnitude >= 1e16)) {
        fmt::format_to(std::back_inserter(out), "{:.{}g}", value, kDigits);
        return;
    }
    auto whole = static_cast<std::uint64_t>(magnitude);
    const double scaled = (magnitude - static_cast<double>(whole)) * kScale;
    auto fraction = static_cast<std::uint64_t>(std::nearbyint(scaled));
    if (fraction >= static_cast<std::uint64_t>(kScale)) {
        fraction = 0;
        ++whole;
    }
    std::string digits = fmt::format("{:0{}}", fraction, kDigits);
    while (digits.size() > 1 && digits.back() == '0') digits.pop_back();
    fmt::format_to(std::back_inserter(out), "{}{}.{}", value < 0 ? "-" : "", whole, digits);
}

}  // namespace gale::zero_shot
