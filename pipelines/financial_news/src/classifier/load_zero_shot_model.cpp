#include "classifier/load_zero_shot_model.hpp"

#include <utility>

namespace financial_news {

Result<std::unique_ptr<ZeroShotModel>> load_zero_shot_model(const ModelFolder& folder,
                                                            const RuntimeOptions& options) {
  auto backend = open_openvino_backend(folder, options);
  if (!backend) return std::unexpected(backend.error());
  switch (folder.family) {
    case ModelFamily::kSentenceEmbedding:
      return std::make_unique<SentenceEmbeddingModel>(
          SentenceEmbedder(std::move(backend->tokenizer), std::move(backend->network),
                           folder.pooling, folder.normalize));
  }
  std::unreachable();
}

}  // namespace financial_news
