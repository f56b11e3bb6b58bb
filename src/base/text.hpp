// Small work on text: ASCII case, blanks, lists, percent-encoding.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gale {

// Of A to Z only, whatever the locale.
std::string lower_case(std::string_view text);
bool equal_ignoring_case(std::string_view left, std::string_view right);

// Without the blanks, tabs and line ends around it.
std::string_view trimmed(std::string_view text);
// The items between any of `separators`, trimmed; empty ones are left out.
std::vector<std::string> split_list(std::string_view text, std::string_view separators = ",");

// RFC 3986. nullopt: a '%' without two hex digits.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_blank = false);
// Of text that people wrote: a '%' without two hex digits stays as it is.
std::string percent_decode_what_fits(std::string_view text);
// All but letters, digits and "-._~" as %XX: good anywhere in a URL.
std::string percent_encode(std::string_view text);

}  // namespace gale
