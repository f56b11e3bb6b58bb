#pragma once
// What a model folder in Hugging Face's layout says about its model: the family, the network's
// sizes, the pooling. Weights and tokenizer are only checked to be there; others read them.

#include <cstddef>
#include <string>

#include "classifier/model_config.hpp"
#include "tsv/result.hpp"

namespace gale::zero_shot {

/// How a model scores a text against a label. `architectures` in config.json decides.
enum class ModelFamily {
    kSentenceEmbedding,  ///< cosine of the text's and the hypothesis' embedding
    kEntailment,         ///< a classifier of pairs: whether the text entails the hypothesis
};

enum class Pooling { kMean, kCls };

/// What the outputs of an entailment model mean.
struct EntailmentLabels {
    std::size_t count = 0;
    std::size_t entailment = 0;     ///< the first label whose name starts with "entail"; the last without one
    std::size_t contradiction = 0;  ///< as `transformers` takes it: the first, or the last when that entails
};

struct ModelFolder {
    std::string path;
    ModelFamily family = ModelFamily::kSentenceEmbedding;
    NetworkConfig network;  ///< when `network_path` is empty
    /// openvino_model.xml or model.onnx, for a folder without weights of a kind that is built here.
    std::string network_path;
    EntailmentLabels labels;
    Pooling pooling = Pooling::kMean;
    bool normalize = true;       ///< embeddings are divided by their L2 norm
    std::size_t max_tokens = 0;  ///< longest input, with its special tokens; longer is truncated
};

/// Reads and checks `path`. kDisk when a file is missing or unreadable; kInput when a setting is
/// missing, impossible, or of a kind that this program cannot run; the message names the file, the
/// setting and its value.
Result<ModelFolder> read_model_folder(const std::string& path);

}  // namespace gale::zero_shot
