#include "classifier/sentence_embedder.hpp"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace gale::zero_shot {

namespace {

// Larger batches gain nothing on a CPU: the matrices already fill its caches.
constexpr std::size_t kMaxRows = 16;
constexpr std::size_t kMaxTokens = 2048;

}  // namespace

std::vector<std::vector<std::size_t>> plan_batches(std::span<const TokenIds> inputs, std::size_t max_rows,
                                                   std::size_t max_tokens) {
    std::vector<std::size_t> order(inputs.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t place) { return std::pair(inputs[place].size(), place); });

    std::vector<std::vector<std::size_t>> batches;
    for (const std::size_t place : order) {
        const std::size_t width = inputs[place].size();
        const bool fits =
            !batches.empty() && batches.back().size() < max_rows && (batches.back().size() + 1) * width <= max_tokens;
        if (!fits) batches.emplace_back();
        batches.back().push_back(place);
    }
    return batches;
}

PaddedBatch pad(std::span<const TokenIds> inputs, std::span<const std::size_t> places) {
    PaddedBatch batch;
    batch.rows = places.size();
    for (const std::size_t place : places) batch.width = std::max(batch.width, inputs[place].size());
    batch.ids.assign(batch.rows * batch.width, 0);
    batch.mask.assign(batch.rows * batch.width, 0);
    for (std::size_t row = 0; row < batch.rows; ++row) {
        const TokenIds& input = inputs[places[row]];
        const auto start = static_cast<std::ptrdiff_t>(row * batch.width);
        std::ranges::copy(input, batch.ids.begin() + start);
        std::fill_n(batch.mask.begin() + start, input.size(), 1);
    }
    return batch;
}

SentenceEmbedder::SentenceEmbedder(std::unique_ptr<Tokenizer> tokenizer, std::unique_ptr<EncoderNetwork> network,
                                   Pooling pooling, bool normalized)
    : tokenizer_(std::move(tokenizer)), network_(std::move(network)), pooling_(pooling), normalized_(normalized) {}

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
    for (const auto& places : plan_batches(inputs, kMaxRows, kMaxTokens)) {
        const PaddedBatch batch = pad(inputs, places);
        const auto states = network_->run(batch);
        if (!states) return std::unexpected(states.error());
        auto pooled = pool(*states, batch, pooling_);
        for (std::size_t row = 0; row < places.size(); ++row) {
            if (normalized_) normalize(pooled[row]);
            embeddings[places[row]] = std::move(pooled[row]);
        }
    }
    return embeddings;
}

}  // namespace gale::zero_shot
