#include "classifier/load_zero_shot_model.hpp"

#include <utility>

#include "classifier/bert_tokenizer.hpp"

namespace gale::zero_shot {

Result<std::unique_ptr<ZeroShotModel>> load_zero_shot_model(const ModelFolder& folder, const RuntimeOptions& options) {
    auto tokenizer = BertTokenizer::open(folder.tokenizer_path(), folder.bert.vocab_size, folder.max_tokens);
    if (!tokenizer) return std::unexpected(tokenizer.error());
    auto network = open_openvino_network(folder, options);
    if (!network) return std::unexpected(network.error());
    switch (folder.family) {
        case ModelFamily::kSentenceEmbedding:
            return std::make_unique<SentenceEmbeddingModel>(
                SentenceEmbedder(std::move(*tokenizer), std::move(*network), folder.pooling, folder.normalize));
    }
    std::unreachable();
}

}  // namespace gale::zero_shot
