#pragma once

#include <map>
#include <string>

#include "gale/zero_shot/precision.hpp"

namespace gale::zero_shot {

/// As command lines have them.
inline const std::map<std::string, Precision> kPrecisions{
    {"f32", Precision::kF32}, {"bf16x3", Precision::kBf16x3}, {"bf16", Precision::kBf16}, {"int8", Precision::kInt8}};

}  // namespace gale::zero_shot
