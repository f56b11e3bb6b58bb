#pragma once
// Matrix products of f32's exactness on units for bf16 (AMX), which are several times as fast as those for f32: each
// number is the sum of two of bf16, and of the four products the three largest are computed. What oneMKL calls
// float_to_bf16x3 (Henry, Tang, Heinecke, "Leveraging the bfloat16 Artificial Intelligence Datatype For
// Higher-Precision Computations", 2019). About 16 bits of mantissa are kept instead of 24.

#include <cstddef>
#include <openvino/core/node_output.hpp>
#include <openvino/runtime/core.hpp>

#include "weights/safetensors.hpp"

namespace gale::zero_shot {

/// Whether this CPU multiplies matrices of bf16 by AMX. Without it the products would be slower than those of f32.
bool has_bf16_matrix_units();

/// So that `core` can read a compiled network that was kept.
void add_split_operations(ov::Core& core);

/// input [..., columns] times the transposed `matrix` [rows, columns], of type F32, F16 or BF16: f32 [..., rows].
/// It stays what it says only where the network is compiled for f32.
ov::Output<ov::Node> multiply_split(const ov::Output<ov::Node>& input, const TensorView& matrix);

}  // namespace gale::zero_shot
