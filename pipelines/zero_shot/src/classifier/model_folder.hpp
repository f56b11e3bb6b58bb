#pragma once
// What a model folder in Hugging Face's layout says about its model: the family, the network's
// sizes, the pooling. Weights and tokenizer are only checked to be there; others read them.

#include <cstddef>
#include <string>

#include "tsv/result.hpp"

namespace gale::zero_shot {

/// How a model scores a text against a label. `config.json` and `modules.json` decide.
enum class ModelFamily {
    kSentenceEmbedding,  ///< cosine of the text's and the hypothesis' embedding
};

enum class Activation { kGelu, kGeluTanh, kRelu };

/// Sizes of a BERT encoder, under config.json's names.
struct BertConfig {
    std::size_t hidden_size = 0;
    std::size_t num_hidden_layers = 0;
    std::size_t num_attention_heads = 0;
    std::size_t intermediate_size = 0;
    std::size_t max_position_embeddings = 0;
    std::size_t type_vocab_size = 0;
    std::size_t vocab_size = 0;
    double layer_norm_eps = 0;
    Activation hidden_act = Activation::kGelu;
};

enum class Pooling { kMean, kCls };

struct ModelFolder {
    std::string path;
    ModelFamily family = ModelFamily::kSentenceEmbedding;
    BertConfig bert;
    Pooling pooling = Pooling::kMean;
    bool normalize = true;       ///< embeddings are divided by their L2 norm
    std::size_t max_tokens = 0;  ///< longest input, with its special tokens; longer is truncated

    std::string weights_path() const { return path + "/model.safetensors"; }
    std::string tokenizer_path() const { return path + "/tokenizer.json"; }
};

/// Reads and checks `path`. kDisk when a file is missing or unreadable; kInput when a setting is
/// missing, impossible, or of a kind that this program cannot run; the message names the file, the
/// setting and its value.
Result<ModelFolder> read_model_folder(const std::string& path);

}  // namespace gale::zero_shot
