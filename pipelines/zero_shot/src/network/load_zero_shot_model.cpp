#include "network/load_zero_shot_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace gale::zero_shot {

namespace {

/// A sentence encoder's operations are so small that threads which share one wait for each other: with a batch for each
/// thread it is a quarter faster. More streams than this would be more than a chunk has batches.
constexpr unsigned kMaxStreams = 8;

/// A sentence encoder's texts by the tokenizer of its folder.
class SingleTexts final : public Tokenizer {
public:
    SingleTexts(std::unique_ptr<HuggingFaceTokenizer> tokenizer, std::size_t max_tokens)
        : tokenizer_(std::move(tokenizer)), max_tokens_(max_tokens) {}

    Result<std::vector<TokenIds>> tokenize(std::span<const std::string> texts) override {
        std::vector<TokenIds> rows;
        rows.reserve(texts.size());
        for (const std::string& text : texts) {
            const auto encoding = tokenizer_->encode(text, max_tokens_);
            if (!encoding) return std::unexpected(encoding.error());
            rows.emplace_back(encoding->ids.begin(), encoding->ids.end());
        }
        return rows;
    }

private:
    std::unique_ptr<HuggingFaceTokenizer> tokenizer_;
    std::size_t max_tokens_;
};

Result<std::unique_ptr<HuggingFaceTokenizer>> open_tokenizer(const ModelFolder& folder) {
    auto tokenizer = HuggingFaceTokenizer::open(folder.path);
    if (!tokenizer) return tokenizer;
    const std::size_t rows = vocabulary_size(folder.network);
    if (const std::size_t tokens = (*tokenizer)->vocabulary_size(); rows != 0 && tokens > rows) {
        return fail(
            ErrorKind::kInput,
            fmt::format("the tokenizer of {} has token ids up to {}, but vocab_size in config.json is {}; do they "
                        "belong to the same model?",
                        folder.path, tokens - 1, rows));
    }
    return tokenizer;
}

}  // namespace

Result<SentenceEmbedder> load_sentence_embedder(const ModelFolder& folder, const RuntimeOptions& options) {
    auto tokenizer = open_tokenizer(folder);
    if (!tokenizer) return std::unexpected(tokenizer.error());
    RuntimeOptions of_streams = options;
    of_streams.streams = std::clamp(options.threads, 1U, kMaxStreams);
    auto network = open_openvino_network(folder, of_streams);
    if (!network) return std::unexpected(network.error());
    const auto pad_id = static_cast<std::int32_t>((*tokenizer)->pad_id());
    return SentenceEmbedder(std::make_unique<SingleTexts>(std::move(*tokenizer), folder.max_tokens),
                            std::move(*network), folder.pooling, folder.normalize, pad_id);
}

Result<std::unique_ptr<ZeroShotModel>> load_zero_shot_model(const ModelFolder& folder, const RuntimeOptions& options) {
    if (folder.family == ModelFamily::kSentenceEmbedding) {
        auto embedder = load_sentence_embedder(folder, options);
        if (!embedder) return std::unexpected(embedder.error());
        return std::make_unique<SentenceEmbeddingModel>(std::move(*embedder));
    }
    auto tokenizer = open_tokenizer(folder);
    if (!tokenizer) return std::unexpected(tokenizer.error());
    auto network = open_openvino_network(folder, options);
    if (!network) return std::unexpected(network.error());
    return std::make_unique<EntailmentModel>(std::move(*tokenizer), std::move(*network), folder.labels,
                                             folder.max_tokens);
}

}  // namespace gale::zero_shot
