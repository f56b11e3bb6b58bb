#include "classifier/sentence_embedder.hpp"

#include <string_view>
#include <unordered_map>
#include <utility>

#include "classifier/batches.hpp"

namespace gale::zero_shot {

namespace {

// Larger batches gain nothing on a CPU: the matrices already fill its caches.
constexpr BatchLimits kLimits{.rows = 32, .tokens = 2048};

}  // namespace

SentenceEmbedder::SentenceEmbedder(std::unique_ptr<Tokenizer> tokenizer, std::unique_ptr<EncoderNetwork> network,
                                   Pooling pooling, bool normalized, std::int32_t pad_id)
    : tokenizer_(std::move(tokenizer)),
      network_(std::move(network)),
      pooling_(pooling),
      normalized_(normalized),
      pad_id_(pad_id) {}

Result<std::vector<Embedding>> SentenceEmbedder::embed(std::span<const std::string> texts) {
    std::vector<std::string> distinct;
    std::vector<std::size_t> place_of(texts.size());
    std::unordered_map<std::string_view, std::size_t> seen;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const auto [found, is_new] = seen.try_emplace(texts[i], distinct.size());
        if (is_new) distinct.push_back(texts[i]);
        place_of[i] = found->second;
    }
    const auto inputs = tokenizer_->tokenize(distinct);
    if (!inputs) return std::unexpected(inputs.error());
    const auto embedded = embed_tokens(*inputs);
    if (!embedded) return std::unexpected(embedded.error());

    std::vector<Embedding> embeddings;
    embeddings.reserve(texts.size());
    for (const std::size_t place : place_of) embeddings.push_back((*embedded)[place]);
    return embeddings;
}

Result<std::vector<Embedding>> SentenceEmbedder::embed_tokens(std::span<const TokenIds> inputs) {
    std::vector<Embedding> embeddings(inputs.size());
    std::vector<std::size_t> lengths;
    lengths.reserve(inputs.size());
    for (const TokenIds& input : inputs) lengths.push_back(input.size());
    const auto make = [&](std::span<const std::size_t> places) { return pad(inputs, {}, places, pad_id_); };
    const auto take = [&](std::span<const std::size_t> places, const PaddedBatch& batch, const NetworkOutput& states) {
        auto pooled = pool(states, batch, pooling_);
        for (std::size_t row = 0; row < places.size(); ++row) {
            if (normalized_) normalize(pooled[row]);
            embeddings[places[row]] = std::move(pooled[row]);
        }
    };
    if (auto done = run_batches(*network_, plan_batches(lengths, kLimits), make, take); !done) {
        return std::unexpected(done.error());
    }
    return embeddings;
}

}  // namespace gale::zero_shot
