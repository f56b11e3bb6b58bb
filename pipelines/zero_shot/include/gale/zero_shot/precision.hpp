#pragma once

namespace gale::zero_shot {

/// The arithmetic of a network.
enum class Precision {
    kF32,
    kBf16x3,  ///< f32 as sums of two bf16 in linear layers, where the CPU has matrix units for it (AMX): faster, and
              ///< logits within 1e-3 of kF32's; elsewhere it is kF32
    kBf16,    ///< 8 bits of mantissa where the CPU has units for it; scores differ by machine
    kInt8,    ///< weights and activations of linear layers in 8 bits
};

}  // namespace gale::zero_shot
