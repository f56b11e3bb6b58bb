// Text from outside that has to be valid UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace gale {

// Bytes that are no part of a well-formed sequence become U+FFFD each.
std::string to_valid_utf8(std::string_view bytes);
// At most `most` bytes of valid UTF-8, not cut within a character.
std::string_view utf8_prefix(std::string_view text, size_t most);

// How many characters it has; each byte that begins none counts to the one before it.
size_t utf8_characters(std::string_view text);
// Whether the bytes are UTF-8; a character that the end cuts is passed over.
bool is_utf8_start(std::string_view bytes);

}  // namespace gale
