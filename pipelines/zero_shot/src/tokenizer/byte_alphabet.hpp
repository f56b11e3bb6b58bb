#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gale::zero_shot {

/// The bytes that `token` stands for in GPT-2's alphabet, in which every byte is a printable character:
/// Ġ is a space. Nothing when it has other characters.
std::optional<std::string> bytes_of_token(std::string_view token);

}  // namespace gale::zero_shot
