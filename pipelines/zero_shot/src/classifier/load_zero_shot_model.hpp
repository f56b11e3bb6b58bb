#pragma once

#include <memory>

#include "classifier/model_folder.hpp"
#include "classifier/openvino_backend.hpp"
#include "classifier/sentence_embedder.hpp"
#include "classifier/zero_shot_model.hpp"
#include "tsv/result.hpp"

namespace gale::zero_shot {

/// The model of `folder`, by its family; the errors are its tokenizer's and its
/// network's.
Result<std::unique_ptr<ZeroShotModel>> load_zero_shot_model(const ModelFolder& folder, const RuntimeOptions& options);

}  // namespace gale::zero_shot
