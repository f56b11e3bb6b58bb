#include "network/int8_rows.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <span>

namespace gale::zero_shot {

namespace {

constexpr float kSteps = 127;

void read_row(const TensorView& matrix, std::size_t row, std::span<float> target) {
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

}  // namespace

Int8Rows round_rows(const TensorView& matrix) {
    const std::size_t rows = matrix.shape[0];
    const std::size_t columns = matrix.shape[1];
    Int8Rows rounded{std::vector<std::int8_t>(rows * columns), std::vector<float>(rows)};
    std::vector<float> row(columns);
    for (std::size_t i = 0; i < rows; ++i) {
        read_row(matrix, i, row);
        float largest = 0;
        for (const float value : row) largest = std::max(largest, std::abs(value));
        const float scale = largest > 0 ? largest / kSteps : 1;
        rounded.scales[i] = scale;
        const float inverse = 1 / scale;
        for (std::size_t j = 0; j < columns; ++j) {
            const float steps = std::clamp(std::nearbyintf(row[j] * inverse), -kSteps, kSteps);
            rounded.values[i * columns + j] = static_cast<std::int8_t>(steps);
        }
    }
    return rounded;
}

}  // namespace gale::zero_shot
