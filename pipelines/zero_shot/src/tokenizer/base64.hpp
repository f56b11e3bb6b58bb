#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gale::zero_shot {

/// The bytes of standard base64 (RFC 4648, section 4); nothing when `text` is none.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace gale::zero_shot
