#include "base/utf8.hpp"

#include <algorithm>

namespace gale {
namespace {

// The length of the well-formed sequence at the start of `bytes`, 0 where there is none (Unicode 15, table 3-7).
size_t sequence_length(std::string_view bytes) {
    const auto at = [&](size_t i) { return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U; };
    const auto tail = [&](size_t i) { return (at(i) & 0xc0) == 0x80; };
    const unsigned first = at(0), second = at(1);
    if (first < 0x80) return 1;
    if (first >= 0xc2 && first <= 0xdf) return tail(1) ? 2 : 0;
    if (first >= 0xe0 && first <= 0xef) {
        if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f)) return 0;
        return tail(1) && tail(2) ? 3 : 0;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        if ((first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f)) return 0;
        return tail(1) && tail(2) && tail(3) ? 4 : 0;
    }
    return 0;
}

}  // namespace

std::string to_valid_utf8(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size());
    while (!bytes.empty()) {
        const size_t length = sequence_length(bytes);
        if (length == 0) {
            out += "\xef\xbf\xbd";
            bytes.remove_prefix(1);
        } else {
            out.append(bytes.substr(0, length));
            bytes.remove_prefix(length);
        }
    }
    return out;
}

size_t utf8_characters(std::string_view text) {
    return static_cast<size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

bool is_utf8_start(std::string_view bytes) {
    constexpr size_t kLongest = 4;
    while (!bytes.empty()) {
        const size_t length = sequence_length(bytes);
        if (length == 0) {
            // Only what may still become a character: its first byte, and continuations.
            return bytes.size() < kLongest && static_cast<unsigned char>(bytes[0]) >= 0xc2 &&
                   static_cast<unsigned char>(bytes[0]) <= 0xf4 && utf8_characters(bytes) == 1;
        }
        bytes.remove_prefix(length);
    }
    return true;
}

std::string_view utf8_prefix(std::string_view text, size_t most) {
    if (text.size() <= most) return text;
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
    return text.substr(0, most);
}

}  // namespace gale
