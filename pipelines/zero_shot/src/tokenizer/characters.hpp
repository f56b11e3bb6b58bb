#pragma once
// The classes of characters that tokenizers tell apart, as the reference implementation has them.

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace gale::zero_shot {

/// Takes one code point off the front of `text`: not empty, and well-formed UTF-8.
inline char32_t take_character(std::string_view& text) {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t character = length == 1 ? lead : lead & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        character = (character << 6) | (static_cast<unsigned char>(text[i]) & 0x3FU);
    }
    text.remove_prefix(length);
    return character;
}

/// The first code point, which stays; `text` as above.
inline char32_t first_character(std::string_view text) {
    return take_character(text);
}

inline bool continues_character(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80;
}

bool is_letter(char32_t character);
bool is_number(char32_t character);
bool is_white_space(char32_t character);
bool is_punctuation(char32_t character);  ///< BERT's: ASCII symbols such as $ too
bool is_dropped_by_bert(char32_t character);
bool is_ideograph(char32_t character);

/// What a character becomes: often itself, at times several, or none.
struct MappedCharacter {
    std::array<char32_t, 4> to{};
    std::size_t length = 0;

    std::span<const char32_t> characters() const { return {to.data(), length}; }
};

/// Canonical decomposition of one character.
MappedCharacter canonical_parts(char32_t character);

/// What the two compose to, or 0.
char32_t canonical_composite(char32_t first, char32_t second);

/// Canonical combining class: 0 for what is no mark.
int combining_class(char32_t character);

bool is_mark(char32_t character);  ///< general category Mn

MappedCharacter lower_case(char32_t character);

/// Length in bytes of the first extended grapheme cluster (UAX #29) of `text`, which is not empty. The
/// rule on Indic conjuncts (GB9c) is left out: it joins what is six bytes and longer, which the one user
/// of clusters takes apart again.
std::size_t grapheme_length(std::string_view text);

}  // namespace gale::zero_shot
