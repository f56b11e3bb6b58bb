#pragma once
// The two steps of a network on texts, as walls that tests can stand in for: texts to token ids, and
// token ids to hidden states.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tsv/result.hpp"

namespace gale::zero_shot {

/// A text's token ids with the model's special tokens, without padding.
using TokenIds = std::vector<std::int32_t>;

class Tokenizer {
public:
    virtual ~Tokenizer() = default;

    /// Row i belongs to `texts[i]` (UTF-8). kInput when the tokenizer refuses a text.
    virtual Result<std::vector<TokenIds>> tokenize(std::span<const std::string> texts) = 0;
};

/// `rows` inputs side by side, each padded to `width` tokens; row-major.
struct PaddedBatch {
    std::size_t rows = 0;
    std::size_t width = 0;
    std::vector<std::int32_t> ids;
    std::vector<std::int32_t> mask;  ///< 1 for a token, 0 for padding
};

/// One vector of `hidden_size` floats for each place of the batch: [rows, width, hidden_size].
/// Valid until the network runs again.
struct HiddenStates {
    std::span<const float> values;
    std::size_t hidden_size = 0;
};

class EncoderNetwork {
public:
    virtual ~EncoderNetwork() = default;

    virtual Result<HiddenStates> run(const PaddedBatch& batch) = 0;
};

}  // namespace gale::zero_shot
