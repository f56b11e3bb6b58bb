#pragma once
// JSON as pandas' `DataFrame.to_json()` writes it with its defaults: ASCII only, slashes escaped,
// floats with at most ten digits after the point.

#include <string>
#include <string_view>

namespace gale::zero_shot {

/// Appends `text` (UTF-8) as a JSON string. Characters beyond ASCII become \uXXXX, as surrogate
/// pairs beyond the basic plane; a byte that is no UTF-8 becomes \ufffd.
void append_json_string(std::string& out, std::string_view text);

/// Appends `value` rounded half to even at the tenth digit, without trailing zeros but with at
/// least one digit after the point; null when it is not finite. Exact for magnitudes in
/// [1e-15, 1e16) and 0, which scores are; others are written with an exponent.
void append_json_number(std::string& out, double value);

}  // namespace gale::zero_shot
