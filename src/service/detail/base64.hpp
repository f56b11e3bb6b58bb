// Base64 with the URL-safe alphabet (RFC 4648, section 5).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gale::detail {

enum class Padding { with, without };

std::string base64url_encode(std::string_view bytes, Padding padding);
// Padding may be there or not; nullopt for any other character, a wrong length, or stray bits at the end.
std::optional<std::string> base64url_decode(std::string_view text);

}  // namespace gale::detail
