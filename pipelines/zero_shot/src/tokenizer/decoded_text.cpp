#include "tokenizer/decoded_text.hpp"

#include <algorithm>
#include <iterator>

#include "tsv/utf8.hpp"

namespace gale::zero_shot {

namespace {

constexpr char32_t kReplacement = 0xFFFD;

/// Length of the beginning of `bytes` that could have become a character: at least 1.
std::size_t maximal_part(std::string_view bytes) {
    // What well-formed bytes would have to follow: tried from the longest beginning down.
    constexpr std::string_view kSecond[] = {"\x80", "\x90", "\xA0", "\x8F", "\x9F", "\xBF"};
    for (std::size_t length = std::min<std::size_t>(3, bytes.size()); length > 1; --length) {
        for (const std::string_view next : kSecond) {
            std::string whole(bytes.substr(0, length));
            whole += next;
            if (find_invalid_utf8(whole) == std::string::npos) return length;
            whole += "\x80";
            if (length == 2 && find_invalid_utf8(whole) == std::string::npos) return length;
        }
    }
    return 1;
}

}  // namespace

DecodedText::DecodedText(std::string_view bytes) {
    text_.reserve(bytes.size());
    for (std::size_t at = 0; at < bytes.size();) {
        const std::string_view rest = bytes.substr(at);
        const std::size_t valid = std::min(find_invalid_utf8(rest), rest.size());
        text_ += rest.substr(0, valid);
        at += valid;
        if (at == bytes.size()) break;
        append_utf8(text_, kReplacement);
        at += maximal_part(bytes.substr(at));
        shifts_.push_back({text_.size(), at});
    }
}

std::size_t DecodedText::given(std::size_t at) const {
    const Shift& before = *std::prev(std::ranges::upper_bound(shifts_, at, {}, &Shift::at));
    return before.given + (at - before.at);
}

}  // namespace gale::zero_shot
