#pragma once
// The networks that this program builds itself, in config.json's terms.

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "classifier/settings_file.hpp"
#include "tsv/result.hpp"

namespace gale::zero_shot {

enum class Activation { kGelu, kGeluTanh, kRelu, kTanh };

/// BERT and its kin of the same layers: RoBERTa and XLM-R count positions from the padding's id on, and
/// classify by another head.
struct BertConfig {
    enum class Kind { kBert, kRoberta };

    Kind kind = Kind::kBert;
    std::size_t hidden_size = 0;
    std::size_t num_hidden_layers = 0;
    std::size_t num_attention_heads = 0;
    std::size_t intermediate_size = 0;
    std::size_t max_position_embeddings = 0;
    std::size_t type_vocab_size = 0;
    std::size_t vocab_size = 0;
    double layer_norm_eps = 0;
    Activation hidden_act = Activation::kGelu;
    std::int64_t pad_token_id = 0;
};

/// BART with a classification head: the label is read off the decoder's state at the input's last token.
struct BartConfig {
    std::size_t d_model = 0;
    std::size_t vocab_size = 0;
    std::size_t encoder_layers = 0;
    std::size_t encoder_attention_heads = 0;
    std::size_t encoder_ffn_dim = 0;
    std::size_t decoder_layers = 0;
    std::size_t decoder_attention_heads = 0;
    std::size_t decoder_ffn_dim = 0;
    std::size_t max_position_embeddings = 0;
    Activation activation_function = Activation::kGelu;
    bool scale_embedding = false;
    std::int64_t decoder_start_token_id = 2;
};

/// DeBERTa v2 and v3: attention also between contents and relative positions.
struct DebertaConfig {
    std::size_t hidden_size = 0;
    std::size_t num_hidden_layers = 0;
    std::size_t num_attention_heads = 0;
    std::size_t intermediate_size = 0;
    std::size_t max_position_embeddings = 0;
    std::size_t type_vocab_size = 0;  ///< 0: no token types
    std::size_t vocab_size = 0;
    double layer_norm_eps = 0;
    Activation hidden_act = Activation::kGelu;
    Activation pooler_hidden_act = Activation::kGelu;
    bool position_biased_input = true;
    std::size_t position_span = 0;     ///< half the rows of rel_embeddings; 0: no relative attention
    std::size_t position_buckets = 0;  ///< 0: distances are not put in buckets
    std::size_t max_relative_positions = 0;
    bool content_to_position = false;
    bool position_to_content = false;
    bool share_att_key = false;
    bool normalize_positions = false;
    std::size_t conv_kernel_size = 0;  ///< 0: no convolution after the first layer
    std::size_t conv_groups = 1;
    Activation conv_act = Activation::kTanh;
};

using NetworkConfig = std::variant<BertConfig, BartConfig, DebertaConfig>;

/// The network of a config.json, by its `model_type`. kInput, with the setting's name and value, when it is of
/// a kind that is not built here or a size cannot be.
Result<NetworkConfig> read_network_config(const SettingsFile& config);

/// How many tokens its positions reach to, special tokens counted.
std::size_t position_limit(const NetworkConfig& network);

std::size_t vocabulary_size(const NetworkConfig& network);

}  // namespace gale::zero_shot
