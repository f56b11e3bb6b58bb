#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "classifier/model_config.hpp"

namespace gale::zero_shot {

/// DeBERTa's row of rel_embeddings for each distance (a query's place minus a key's) from -(longest - 1) to
/// longest - 1, in that order. With buckets, far distances share rows, the further the more.
std::vector<std::int64_t> position_rows(const DebertaConfig& config, std::size_t longest);

}  // namespace gale::zero_shot
