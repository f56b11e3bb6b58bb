#include "network/int8_rows.hpp"

#include <algorithm>
#include <cmath>

#include "network/weight_row.hpp"

namespace gale::zero_shot {

namespace {

constexpr float kSteps = 127;

}  // namespace

Int8Rows round_rows(const TensorView& matrix) {
    const std::size_t rows = matrix.shape[0];
    const std::size_t columns = matrix.shape[1];
    Int8Rows rounded{std::vector<std::int8_t>(rows * columns), std::vector<float>(rows)};
    std::vector<float> row(columns);
    for (std::size_t i = 0; i < rows; ++i) {
        read_weight_row(matrix, i, row);
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
