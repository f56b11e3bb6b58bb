#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gale::zero_shot {

/// Offset of the first byte that is no well-formed UTF-8 (Unicode 15, table 3-7), or npos.
std::size_t find_invalid_utf8(std::string_view text);

/// Appends `code_point` as UTF-8; a surrogate or a value above U+10FFFF becomes U+FFFD.
void append_utf8(std::string& out, char32_t code_point);

/// `text` with U+FFFD for each byte that is no well-formed UTF-8.
std::string with_valid_utf8(std::string_view text);

}  // namespace gale::zero_shot
