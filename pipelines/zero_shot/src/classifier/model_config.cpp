#include "classifier/model_config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace gale::zero_shot {

namespace {

constexpr std::size_t kMaxSize = std::size_t{1} << 24;
constexpr std::size_t kMaxLayers = 1000;
constexpr double kBertEpsilon = 1e-12;
constexpr double kDebertaEpsilon = 1e-7;

#define TRY_SETTING(expression) \
    if (auto done = (expression); !done) return std::unexpected(done.error())

using Sizes = std::initializer_list<std::pair<const char*, std::size_t*>>;

Result<void> read_sizes(const SettingsFile& config, Sizes sizes) {
    for (const auto& [name, target] : sizes) {
        const bool is_layers = std::string_view(name).ends_with("layers");
        const auto size = config.size(name, 1, is_layers ? kMaxLayers : kMaxSize);
        if (!size) return std::unexpected(size.error());
        *target = *size;
    }
    return {};
}

Result<void> read_activation(const SettingsFile& config, std::string_view setting, std::string_view otherwise,
                             Activation& target) {
    const auto name = config.text_or(setting, otherwise);
    if (!name) return std::unexpected(name.error());
    if (*name == "gelu") {
        target = Activation::kGelu;
    } else if (*name == "gelu_new" || *name == "gelu_pytorch_tanh" || *name == "gelu_fast") {
        target = Activation::kGeluTanh;
    } else if (*name == "relu") {
        target = Activation::kRelu;
    } else if (*name == "tanh") {
        target = Activation::kTanh;
    } else {
        return config.wrong(setting, *name, "gelu, gelu_new, gelu_fast, gelu_pytorch_tanh, relu or tanh");
    }
    return {};
}

Result<void> check_heads(const SettingsFile& config, std::string_view name, std::size_t heads, std::size_t hidden) {
    if (hidden % heads == 0) return {};
    return config.wrong(name, fmt::format("{}", heads), fmt::format("a divisor of the hidden size {}", hidden));
}

Result<double> read_epsilon(const SettingsFile& config, double otherwise) {
    return config.has("layer_norm_eps") ? config.number("layer_norm_eps") : otherwise;
}

Result<NetworkConfig> read_bert(const SettingsFile& config, BertConfig::Kind kind) {
    BertConfig bert;
    bert.kind = kind;
    TRY_SETTING(read_sizes(config, {{"hidden_size", &bert.hidden_size},
                                    {"num_hidden_layers", &bert.num_hidden_layers},
                                    {"num_attention_heads", &bert.num_attention_heads},
                                    {"intermediate_size", &bert.intermediate_size},
                                    {"max_position_embeddings", &bert.max_position_embeddings},
                                    {"type_vocab_size", &bert.type_vocab_size},
                                    {"vocab_size", &bert.vocab_size}}));
    TRY_SETTING(check_heads(config, "num_attention_heads", bert.num_attention_heads, bert.hidden_size));
    TRY_SETTING(read_activation(config, "hidden_act", "gelu", bert.hidden_act));
    const auto positions = config.text_or("position_embedding_type", "absolute");
    if (!positions) return std::unexpected(positions.error());
    if (*positions != "absolute") return config.wrong("position_embedding_type", *positions, "absolute");
    const auto epsilon = read_epsilon(config, kBertEpsilon);
    if (!epsilon) return std::unexpected(epsilon.error());
    bert.layer_norm_eps = *epsilon;
    const bool is_bert = kind == BertConfig::Kind::kBert;
    const auto pad = config.whole_number("pad_token_id", is_bert ? 0 : 1, 0, static_cast<std::int64_t>(kMaxSize));
    if (!pad) return std::unexpected(pad.error());
    bert.pad_token_id = *pad;
    if (!is_bert && bert.max_position_embeddings <= static_cast<std::size_t>(*pad) + 1) {
        return config.wrong("max_position_embeddings", fmt::format("{}", bert.max_position_embeddings),
                            fmt::format("more than pad_token_id {} + 1", *pad));
    }
    return bert;
}

Result<NetworkConfig> read_bart(const SettingsFile& config) {
    BartConfig bart;
    TRY_SETTING(read_sizes(config, {{"d_model", &bart.d_model},
                                    {"vocab_size", &bart.vocab_size},
                                    {"encoder_layers", &bart.encoder_layers},
                                    {"encoder_attention_heads", &bart.encoder_attention_heads},
                                    {"encoder_ffn_dim", &bart.encoder_ffn_dim},
                                    {"decoder_layers", &bart.decoder_layers},
                                    {"decoder_attention_heads", &bart.decoder_attention_heads},
                                    {"decoder_ffn_dim", &bart.decoder_ffn_dim},
                                    {"max_position_embeddings", &bart.max_position_embeddings}}));
    TRY_SETTING(check_heads(config, "encoder_attention_heads", bart.encoder_attention_heads, bart.d_model));
    TRY_SETTING(check_heads(config, "decoder_attention_heads", bart.decoder_attention_heads, bart.d_model));
    TRY_SETTING(read_activation(config, "activation_function", "gelu", bart.activation_function));
    bart.scale_embedding = config.flag("scale_embedding");
    const auto start =
        config.whole_number("decoder_start_token_id", 2, 0, static_cast<std::int64_t>(bart.vocab_size) - 1);
    if (!start) return std::unexpected(start.error());
    bart.decoder_start_token_id = *start;
    return bart;
}

/// `pos_att_type` is a list, or in old files "p2c|c2p".
Result<void> read_attention_kinds(const SettingsFile& config, DebertaConfig& deberta) {
    auto kinds = config.has("pos_att_type") ? config.texts("pos_att_type") : std::vector<std::string>{};
    if (!kinds) {
        const auto joined = config.text("pos_att_type");
        if (!joined) return std::unexpected(kinds.error());
        kinds = std::vector<std::string>{*joined};
    }
    for (const std::string& kind : *kinds) {
        if (kind.contains("c2p")) deberta.content_to_position = true;
        if (kind.contains("p2c")) deberta.position_to_content = true;
        if (kind != "c2p" && kind != "p2c" && kind != "c2p|p2c" && kind != "p2c|c2p") {
            return config.wrong("pos_att_type", kind, "c2p and p2c");
        }
    }
    return {};
}

Result<void> read_positions(const SettingsFile& config, DebertaConfig& deberta) {
    deberta.position_biased_input = config.flag("position_biased_input", true);
    deberta.share_att_key = config.flag("share_att_key");
    const auto norm = config.text_or("norm_rel_ebd", "none");
    if (!norm) return std::unexpected(norm.error());
    deberta.normalize_positions = norm->contains("layer_norm");
    if (!config.flag("relative_attention")) return {};

    constexpr auto kHigh = static_cast<std::int64_t>(kMaxSize);
    const auto furthest = config.whole_number("max_relative_positions", -1, -1, kHigh);
    if (!furthest) return std::unexpected(furthest.error());
    deberta.max_relative_positions =
        *furthest < 1 ? deberta.max_position_embeddings : static_cast<std::size_t>(*furthest);
    const auto buckets = config.whole_number("position_buckets", -1, -1, kHigh);
    if (!buckets) return std::unexpected(buckets.error());
    deberta.position_buckets = *buckets < 1 ? 0 : static_cast<std::size_t>(*buckets);
    deberta.position_span = deberta.position_buckets > 0 ? deberta.position_buckets : deberta.max_relative_positions;
    return read_attention_kinds(config, deberta);
}

Result<void> read_convolution(const SettingsFile& config, DebertaConfig& deberta) {
    const auto kernel = config.whole_number("conv_kernel_size", 0, 0, 1023);
    if (!kernel) return std::unexpected(kernel.error());
    const auto groups = config.whole_number("conv_groups", 1, 1, 1023);
    if (!groups) return std::unexpected(groups.error());
    deberta.conv_kernel_size = static_cast<std::size_t>(*kernel);
    deberta.conv_groups = static_cast<std::size_t>(*groups);
    if (*kernel != 0 && *kernel % 2 == 0) return config.wrong("conv_kernel_size", fmt::format("{}", *kernel), "odd");
    if (*groups != 1) return config.wrong("conv_groups", fmt::format("{}", *groups), "1, as in all published models");
    return read_activation(config, "conv_act", "tanh", deberta.conv_act);
}

Result<NetworkConfig> read_deberta(const SettingsFile& config) {
    DebertaConfig deberta;
    TRY_SETTING(read_sizes(config, {{"hidden_size", &deberta.hidden_size},
                                    {"num_hidden_layers", &deberta.num_hidden_layers},
                                    {"num_attention_heads", &deberta.num_attention_heads},
                                    {"intermediate_size", &deberta.intermediate_size},
                                    {"max_position_embeddings", &deberta.max_position_embeddings},
                                    {"vocab_size", &deberta.vocab_size}}));
    TRY_SETTING(check_heads(config, "num_attention_heads", deberta.num_attention_heads, deberta.hidden_size));
    TRY_SETTING(read_activation(config, "hidden_act", "gelu", deberta.hidden_act));
    TRY_SETTING(read_activation(config, "pooler_hidden_act", "gelu", deberta.pooler_hidden_act));
    TRY_SETTING(read_positions(config, deberta));
    TRY_SETTING(read_convolution(config, deberta));
    const auto types = config.whole_number("type_vocab_size", 0, 0, static_cast<std::int64_t>(kMaxSize));
    if (!types) return std::unexpected(types.error());
    deberta.type_vocab_size = static_cast<std::size_t>(*types);
    const auto embedding = config.whole_number("embedding_size", static_cast<std::int64_t>(deberta.hidden_size), 1,
                                               static_cast<std::int64_t>(kMaxSize));
    if (!embedding) return std::unexpected(embedding.error());
    if (static_cast<std::size_t>(*embedding) != deberta.hidden_size) {
        return config.wrong("embedding_size", fmt::format("{}", *embedding), "the same as hidden_size");
    }
    const auto epsilon = read_epsilon(config, kDebertaEpsilon);
    if (!epsilon) return std::unexpected(epsilon.error());
    deberta.layer_norm_eps = *epsilon;
    return deberta;
}

}  // namespace

Result<NetworkConfig> read_network_config(const SettingsFile& config) {
    const auto type = config.text("model_type");
    if (!type) return std::unexpected(type.error());
    if (*type == "bert") return read_bert(config, BertConfig::Kind::kBert);
    if (*type == "roberta" || *type == "xlm-roberta") return read_bert(config, BertConfig::Kind::kRoberta);
    if (*type == "bart") return read_bart(config);
    if (*type == "deberta-v2") return read_deberta(config);
    return config.wrong("model_type", *type,
                        "bart, bert, deberta-v2 (v3 too), roberta or xlm-roberta; for another architecture put its "
                        "openvino_model.xml or model.onnx beside it and leave out the weights");
}

std::size_t position_limit(const NetworkConfig& network) {
    if (const auto* bert = std::get_if<BertConfig>(&network); bert != nullptr) {
        const bool is_bert = bert->kind == BertConfig::Kind::kBert;
        return bert->max_position_embeddings - (is_bert ? 0 : static_cast<std::size_t>(bert->pad_token_id) + 1);
    }
    if (const auto* bart = std::get_if<BartConfig>(&network); bart != nullptr) return bart->max_position_embeddings;
    return std::get<DebertaConfig>(network).max_position_embeddings;
}

std::size_t vocabulary_size(const NetworkConfig& network) {
    return std::visit([](const auto& config) { return config.vocab_size; }, network);
}

}  // namespace gale::zero_shot
