#pragma once

namespace gale::zero_shot {

/// The arithmetic of a network.
enum class Precision {
    kF32,
    kBf16,  ///< 8 bits of mantissa where the CPU has units for it; scores differ by machine
    kInt8,  ///< weights and activations of linear layers in 8 bits
};

}  // namespace gale::zero_shot
