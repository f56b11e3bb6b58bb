#pragma once

#include <cstdint>
#include <vector>

#include "weights/safetensors.hpp"

namespace gale::zero_shot {

/// A matrix with each row rounded to whole numbers from -127 to 127 times the row's scale. Symmetric, as the
/// kernels for int8 want it; the largest error of an element is half its row's scale.
struct Int8Rows {
    std::vector<std::int8_t> values;
    std::vector<float> scales;
};

/// `matrix` is of two dimensions and of type F32, F16 or BF16.
Int8Rows round_rows(const TensorView& matrix);

}  // namespace gale::zero_shot
