#include "tsv/utf8.hpp"

namespace gale::zero_shot {
namespace {

struct LeadByte {
    std::size_t length;        // of the sequence; 0 when no sequence starts so
    unsigned char second_min;  // the second byte's range rules out overlong forms and surrogates
    unsigned char second_max;
};

LeadByte classify(unsigned char lead) {
    if (lead < 0x80) return {1, 0, 0};
    if (lead < 0xC2) return {0, 0, 0};
    if (lead < 0xE0) return {2, 0x80, 0xBF};
    if (lead == 0xE0) return {3, 0xA0, 0xBF};
    if (lead == 0xED) return {3, 0x80, 0x9F};
    if (lead < 0xF0) return {3, 0x80, 0xBF};
    if (lead == 0xF0) return {4, 0x90, 0xBF};
    if (lead < 0xF4) return {4, 0x80, 0xBF};
    if (lead == 0xF4) return {4, 0x80, 0x8F};
    return {0, 0, 0};
}

bool is_sequence(std::string_view bytes, const LeadByte& lead) {
    if (lead.length == 0 || bytes.size() < lead.length) return false;
    if (lead.length == 1) return true;
    const auto second = static_cast<unsigned char>(bytes[1]);
    if (second < lead.second_min || second > lead.second_max) return false;
    for (std::size_t i = 2; i < lead.length; ++i) {
        if ((static_cast<unsigned char>(bytes[i]) & 0xC0) != 0x80) return false;
    }
    return true;
}

}  // namespace

std::size_t find_invalid_utf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const LeadByte lead = classify(static_cast<unsigned char>(text[at]));
        if (!is_sequence(text.substr(at), lead)) return at;
        at += lead.length;
    }
    return std::string_view::npos;
}

void append_utf8(std::string& out, char32_t code_point) {
    if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF)) code_point = 0xFFFD;
    const auto tail = [&](int shift) { out += static_cast<char>(0x80 | ((code_point >> shift) & 0x3F)); };
    if (code_point < 0x80) {
        out += static_cast<char>(code_point);
    } else if (code_point < 0x800) {
        out += static_cast<char>(0xC0 | (code_point >> 6));
        tail(0);
    } else if (code_point < 0x10000) {
        out += static_cast<char>(0xE0 | (code_point >> 12));
        tail(6);
        tail(0);
    } else {
        out += static_cast<char>(0xF0 | (code_point >> 18));
        tail(12);
        tail(6);
        tail(0);
    }
}

std::string with_valid_utf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (;;) {
        const std::size_t invalid = find_invalid_utf8(text);
        out += text.substr(0, invalid);
        if (invalid == std::string_view::npos) return out;
        append_utf8(out, 0xFFFD);
        text.remove_prefix(invalid + 1);
    }
}

}  // namespace gale::zero_shot
