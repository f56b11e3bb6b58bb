#include "tokenizer/byte_alphabet.hpp"

#include <array>

#include "tokenizer/characters.hpp"

namespace gale::zero_shot {

namespace {

constexpr char32_t kFirstStandIn = 0x100;

bool stands_for_itself(int byte) {
    return (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
}

/// The bytes, in order, that characters from kFirstStandIn on stand for.
std::array<char, 68> make_stand_ins() {
    std::array<char, 68> bytes{};
    std::size_t count = 0;
    for (int byte = 0; byte < 256; ++byte) {
        if (!stands_for_itself(byte)) bytes[count++] = static_cast<char>(byte);
    }
    return bytes;
}

}  // namespace

std::optional<std::string> bytes_of_token(std::string_view token) {
    static const std::array<char, 68> stand_ins = make_stand_ins();
    std::string bytes;
    while (!token.empty()) {
        const char32_t character = take_character(token);
        if (character < 0x100 && stands_for_itself(static_cast<int>(character))) {
            bytes += static_cast<char>(character);
        } else if (character >= kFirstStandIn && character - kFirstStandIn < stand_ins.size()) {
            bytes += stand_ins[character - kFirstStandIn];
        } else {
            return std::nullopt;
        }
    }
    return bytes;
}

}  // namespace gale::zero_shot
