#pragma once

#include <cstddef>
#include <span>

#include "weights/safetensors.hpp"

namespace gale::zero_shot {

/// Row `row` of `matrix`, which is of two dimensions and of type F32, F16 or BF16; `target` is as wide as it.
void read_weight_row(const TensorView& matrix, std::size_t row, std::span<float> target);

}  // namespace gale::zero_shot
