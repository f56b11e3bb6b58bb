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
    std::vector<std::int32_t> mask;   ///< 1 for a token, 0 for padding
    std::vector<std::int32_t> types;  ///< 0, or 1 for the second text of a pair where the model tells them apart
};

/// What a network says of a batch, row-major; valid until the same stream runs again. An encoder gives one vector
/// of `size` floats for each place, [rows, width, size]; a classifier one of `size` logits for each row.
struct NetworkOutput {
    std::span<const float> values;
    std::size_t size = 0;
};

class EncoderNetwork {
public:
    virtual ~EncoderNetwork() = default;

    /// How many batches it computes at a time; each has its share of the threads.
    virtual std::size_t streams() const { return 1; }

    /// May be called at a time by several threads, each with a `stream` (below `streams()`) of its own.
    virtual Result<NetworkOutput> run(const PaddedBatch& batch, std::size_t stream) = 0;
};

}  // namespace gale::zero_shot
