#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "classifier/embedding_math.hpp"
#include "classifier/model_folder.hpp"
#include "classifier/text_encoder.hpp"
#include "tsv/result.hpp"

namespace gale::zero_shot {

/// Places of `inputs` in batches: inputs of similar length together, shortest first, so that
/// little is padding; a batch has at most `max_rows` rows and `max_tokens` tokens, padding counted
/// (a longer single input is a batch of its own). Every place is in exactly one batch.
std::vector<std::vector<std::size_t>> plan_batches(std::span<const TokenIds> inputs, std::size_t max_rows,
                                                   std::size_t max_tokens);

/// The inputs at `places`, padded with id 0 to the longest of them.
PaddedBatch pad(std::span<const TokenIds> inputs, std::span<const std::size_t> places);

/// Turns texts into embeddings. Identical texts are computed once. Not thread-safe.
class SentenceEmbedder {
public:
    SentenceEmbedder(std::unique_ptr<Tokenizer> tokenizer, std::unique_ptr<EncoderNetwork> network, Pooling pooling,
                     bool normalized);

    /// Row i is the embedding of `texts[i]`.
    Result<std::vector<Embedding>> embed(std::span<const std::string> texts);

private:
    Result<std::vector<Embedding>> embed_tokens(std::span<const TokenIds> inputs);

    std::unique_ptr<Tokenizer> tokenizer_;
    std::unique_ptr<EncoderNetwork> network_;
    Pooling pooling_;
    bool normalized_;
};

}  // namespace gale::zero_shot
