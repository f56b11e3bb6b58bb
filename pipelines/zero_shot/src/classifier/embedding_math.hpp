#pragma once
// From hidden states to embeddings, as sentence-transformers defines it.

#include <span>
#include <vector>

#include "classifier/model_folder.hpp"
#include "classifier/text_encoder.hpp"

namespace gale::zero_shot {

using Embedding = std::vector<float>;

/// One embedding a row of `batch`: the mean over the row's tokens without padding, or the first
/// token's vector.
std::vector<Embedding> pool(const NetworkOutput& states, const PaddedBatch& batch, Pooling pooling);

/// Divides by the L2 norm; a vector of zeros stays.
void normalize(Embedding& embedding);

/// In [-1, 1]; 0 when one of them is all zeros. Both have the same length.
float cosine(std::span<const float> left, std::span<const float> right);

}  // namespace gale::zero_shot
