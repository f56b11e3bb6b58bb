#include "classifier/model_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <system_error>
#include <utility>

#include "classifier/settings_file.hpp"

namespace gale::zero_shot {

namespace {

constexpr std::size_t kMaxSize = std::size_t{1} << 24;

constexpr std::string_view kHowToMake =
    "make the folder with the build target zero_shot_model, or give another with --model";

Result<void> require_file(const std::string& path, std::string_view what) {
    std::error_code code;
    if (std::filesystem::is_regular_file(path, code)) return {};
    return fail(ErrorKind::kDisk,
                fmt::format("model folder without {}: there is no file {}; {}", what, path, kHowToMake));
}

bool has_file(const std::string& path) {
    std::error_code code;
    return std::filesystem::is_regular_file(path, code);
}

Result<Activation> read_activation(const SettingsFile& config) {
    const auto name = config.text("hidden_act");
    if (!name) return std::unexpected(name.error());
    if (*name == "gelu") return Activation::kGelu;
    if (*name == "gelu_new" || *name == "gelu_pytorch_tanh") return Activation::kGeluTanh;
    if (*name == "relu") return Activation::kRelu;
    return config.wrong("hidden_act", *name, "gelu, gelu_new, gelu_pytorch_tanh or relu");
}

Result<BertConfig> read_bert(const SettingsFile& config) {
    BertConfig bert;
    const std::pair<const char*, std::size_t*> sizes[] = {
        {"hidden_size", &bert.hidden_size},
        {"num_hidden_layers", &bert.num_hidden_layers},
        {"num_attention_heads", &bert.num_attention_heads},
        {"intermediate_size", &bert.intermediate_size},
        {"max_position_embeddings", &bert.max_position_embeddings},
        {"type_vocab_size", &bert.type_vocab_size},
        {"vocab_size", &bert.vocab_size},
    };
    for (const auto& [name, target] : sizes) {
        const auto size = config.size(name, 1, kMaxSize);
        if (!size) return std::unexpected(size.error());
        *target = *size;
    }
    if (bert.hidden_size % bert.num_attention_heads != 0) {
        return config.wrong("num_attention_heads", fmt::format("{}", bert.num_attention_heads),
                            fmt::format("a divisor of hidden_size {}", bert.hidden_size));
    }
    const auto epsilon = config.number("layer_norm_eps");
    if (!epsilon) return std::unexpected(epsilon.error());
    bert.layer_norm_eps = *epsilon;
    const auto activation = read_activation(config);
    if (!activation) return std::unexpected(activation.error());
    bert.hidden_act = *activation;
    return bert;
}

/// The one place that says which architectures run, and as which family.
Result<ModelFamily> read_family(const SettingsFile& config) {
    const auto type = config.text("model_type");
    if (!type) return std::unexpected(type.error());
    const auto architectures = config.texts("architectures");
    if (!architectures) return std::unexpected(architectures.error());
    if (*type == "bert" && std::ranges::find(*architectures, "BertModel") != architectures->end()) {
        return ModelFamily::kSentenceEmbedding;
    }
    return config.wrong("architectures",
                        fmt::format("{} ({})", architectures->empty() ? "" : architectures->front(), *type),
                        "BertModel (bert), the sentence-embedding kind that this version runs");
}

Result<Pooling> read_pooling(const std::string& folder) {
    const std::string path = folder + "/1_Pooling/config.json";
    if (!has_file(path)) return Pooling::kMean;
    const auto config = SettingsFile::open(path);
    if (!config) return std::unexpected(config.error());
    if (config->flag("pooling_mode_mean_tokens")) return Pooling::kMean;
    if (config->flag("pooling_mode_cls_token")) return Pooling::kCls;
    return config->wrong("pooling_mode_mean_tokens", "false", "true (or pooling_mode_cls_token true)");
}

Result<std::size_t> read_max_tokens(const std::string& folder, const BertConfig& bert) {
    const std::string path = folder + "/sentence_bert_config.json";
    if (!has_file(path)) return bert.max_position_embeddings;
    const auto config = SettingsFile::open(path);
    if (!config) return std::unexpected(config.error());
    return config->size("max_seq_length", 3, bert.max_position_embeddings);
}

}  // namespace

Result<ModelFolder> read_model_folder(const std::string& path) {
    std::error_code code;
    if (!std::filesystem::is_directory(path, code)) {
        return fail(ErrorKind::kDisk, fmt::format("there is no model folder {}; {}", path, kHowToMake));
    }
    ModelFolder folder;
    folder.path = path;
    const std::pair<std::string, std::string_view> files[] = {
        {path + "/config.json", "configuration"},
        {folder.weights_path(), "weights"},
        {folder.tokenizer_path(), "tokenizer"},
    };
    for (const auto& [file, what] : files) {
        if (auto there = require_file(file, what); !there) return std::unexpected(there.error());
    }
    const auto config = SettingsFile::open(path + "/config.json");
    if (!config) return std::unexpected(config.error());
    const auto family = read_family(*config);
    if (!family) return std::unexpected(family.error());
    folder.family = *family;
    const auto bert = read_bert(*config);
    if (!bert) return std::unexpected(bert.error());
    folder.bert = *bert;
    const auto pooling = read_pooling(path);
    if (!pooling) return std::unexpected(pooling.error());
    folder.pooling = *pooling;
    const auto max_tokens = read_max_tokens(path, folder.bert);
    if (!max_tokens) return std::unexpected(max_tokens.error());
    folder.max_tokens = *max_tokens;
    return folder;
}

}  // namespace gale::zero_shot
