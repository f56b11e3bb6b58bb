#pragma once

#include <memory>

#include "classifier/model_folder.hpp"
#include "classifier/sentence_embedder.hpp"
#include "classifier/zero_shot_model.hpp"
#include "network/openvino_network.hpp"
#include "tsv/result.hpp"

namespace gale::zero_shot {

/// The model of `folder`, by its family; the errors are its tokenizer's and its network's.
Result<std::unique_ptr<ZeroShotModel>> load_zero_shot_model(const ModelFolder& folder, const RuntimeOptions& options);

/// The embedder of a folder of the family kSentenceEmbedding.
Result<SentenceEmbedder> load_sentence_embedder(const ModelFolder& folder, const RuntimeOptions& options);

}  // namespace gale::zero_shot
