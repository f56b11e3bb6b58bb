#include "network/weight_row.hpp"

#include <bit>
#include <cstdint>
#include <cstring>

namespace gale::zero_shot {

void read_weight_row(const TensorView& matrix, std::size_t row, std::span<float> target) {
    const std::size_t item = matrix.type == TensorType::kF32 ? 4 : 2;
    const std::byte* source = matrix.bytes.data() + row * target.size() * item;
    if (matrix.type == TensorType::kF32) {
        std::memcpy(target.data(), source, target.size() * item);
        return;
    }
    for (std::size_t i = 0; i < target.size(); ++i) {
        std::uint16_t bits = 0;
        std::memcpy(&bits, source + i * item, item);
        target[i] = matrix.type == TensorType::kF16 ? static_cast<float>(std::bit_cast<_Float16>(bits))
                                                    : std::bit_cast<float>(std::uint32_t{bits} << 16);
    }
}

}  // namespace gale::zero_shot
