#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "classifier/embedding_math.hpp"
#include "classifier/model_folder.hpp"
#include "classifier/text_encoder.hpp"
#include "tsv/result.hpp"

namespace gale::zero_shot {

/// Turns texts into embeddings. Identical texts are computed once. Not thread-safe.
class SentenceEmbedder {
public:
    SentenceEmbedder(std::unique_ptr<Tokenizer> tokenizer, std::unique_ptr<EncoderNetwork> network, Pooling pooling,
                     bool normalized, std::int32_t pad_id = 0);

    /// Row i is the embedding of `texts[i]`.
    Result<std::vector<Embedding>> embed(std::span<const std::string> texts);

private:
    Result<std::vector<Embedding>> embed_tokens(std::span<const TokenIds> inputs);

    std::unique_ptr<Tokenizer> tokenizer_;
    std::unique_ptr<EncoderNetwork> network_;
    Pooling pooling_;
    bool normalized_;
    std::int32_t pad_id_;
};

}  // namespace gale::zero_shot
