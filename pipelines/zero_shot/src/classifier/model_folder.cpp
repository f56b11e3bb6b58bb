#include "classifier/model_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "classifier/settings_file.hpp"
#include "weights/model_weights.hpp"

namespace gale::zero_shot {

namespace {

/// `model_max_length` of tokenizers that have no limit is about 1e30.
constexpr double kNoMaxLength = 1e9;
constexpr std::size_t kMinTokens = 3;

constexpr std::string_view kHowToMake =
    "make the folder with the build target zero_shot_model, or give another with --model";

bool has_file(const std::string& path) {
    std::error_code code;
    return std::filesystem::is_regular_file(path, code);
}

std::unexpected<Error> missing(const std::string& path, std::string_view what) {
    return fail(ErrorKind::kDisk,
                fmt::format("model folder without {}: there is no file {}; {}", what, path, kHowToMake));
}

std::optional<std::string> find_network(const std::string& folder) {
    for (const char* name : {"openvino_model.xml", "openvino/openvino_model.xml", "model.onnx", "onnx/model.onnx"}) {
        if (std::string path = folder + "/" + name; has_file(path)) return path;
    }
    return std::nullopt;
}

bool has_tokenizer(const std::string& folder) {
    constexpr const char* kNames[] = {"tokenizer.json", "vocab.json", "vocab.txt", "sentencepiece.bpe.model",
                                      "spm.model"};
    return std::ranges::any_of(kNames, [&](const char* name) { return has_file(folder + "/" + name); });
}

/// The one place that says which architectures run, and as which family.
Result<ModelFamily> read_family(const SettingsFile& config) {
    const auto architectures = config.texts("architectures");
    if (!architectures) return std::unexpected(architectures.error());
    const std::string name = architectures->empty() ? "" : architectures->front();
    if (name.ends_with("ForSequenceClassification")) return ModelFamily::kEntailment;
    if (name.ends_with("Model")) return ModelFamily::kSentenceEmbedding;
    return config.wrong("architectures", name,
                        "a classifier of pairs such as BartForSequenceClassification, or an encoder of sentences such "
                        "as BertModel");
}

bool starts_with_entail(std::string_view label) {
    constexpr std::string_view kStart = "entail";
    return label.size() >= kStart.size() &&
           std::ranges::equal(label.substr(0, kStart.size()), kStart, {}, [](char letter) {
               return static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
           });
}

Result<EntailmentLabels> read_labels(const SettingsFile& config) {
    const auto names = config.labels_by_id();
    if (!names) return std::unexpected(names.error());
    EntailmentLabels labels;
    labels.count = names->empty() ? 2 : names->size();
    const auto found = std::ranges::find_if(*names, starts_with_entail);
    labels.entailment = found == names->end() ? labels.count - 1 : static_cast<std::size_t>(found - names->begin());
    labels.contradiction = labels.entailment == 0 ? labels.count - 1 : 0;
    if (labels.count < 2) return config.wrong("id2label", "one label", "at least two");
    return labels;
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

/// The least of what the network's positions, the tokenizer and sentence-transformers allow.
Result<std::size_t> read_max_tokens(const std::string& folder, std::size_t limit) {
    std::size_t tokens = limit;
    if (const std::string path = folder + "/tokenizer_config.json"; has_file(path)) {
        const auto config = SettingsFile::open(path);
        if (!config) return std::unexpected(config.error());
        if (config->has("model_max_length")) {
            const auto length = config->number("model_max_length");
            if (!length) return std::unexpected(length.error());
            if (*length < static_cast<double>(kMinTokens)) {
                return config->wrong("model_max_length", fmt::format("{}", *length), "at least 3");
            }
            if (*length < kNoMaxLength) tokens = std::min(tokens, static_cast<std::size_t>(*length));
        }
    }
    if (const std::string path = folder + "/sentence_bert_config.json"; has_file(path)) {
        const auto config = SettingsFile::open(path);
        if (!config) return std::unexpected(config.error());
        const auto length = config->size("max_seq_length", kMinTokens, limit);
        if (!length) return std::unexpected(length.error());
        tokens = *length;
    }
    return tokens;
}

/// Builds the network here when there are weights for it; else takes a network file.
Result<void> choose_network(const SettingsFile& config, ModelFolder& folder) {
    const bool weights = has_weights(folder.path);
    const auto ready = find_network(folder.path);
    if (!weights && !ready) return missing(folder.path + "/model.safetensors", "weights");
    auto network = read_network_config(config);
    if (network && weights) {
        folder.network = *network;
        return {};
    }
    if (!ready) return std::unexpected(network.error());
    folder.network_path = *ready;
    if (network) folder.network = *network;
    return {};
}

/// For a network file of an architecture that is not known here.
constexpr std::size_t kUsualTokens = 512;

}  // namespace

Result<ModelFolder> read_model_folder(const std::string& path) {
    std::error_code code;
    if (!std::filesystem::is_directory(path, code)) {
        return fail(ErrorKind::kDisk, fmt::format("there is no model folder {}; {}", path, kHowToMake));
    }
    ModelFolder folder;
    folder.path = path;
    if (!has_file(path + "/config.json")) return missing(path + "/config.json", "configuration");
    const auto config = SettingsFile::open(path + "/config.json");
    if (!config) return std::unexpected(config.error());
    const auto family = read_family(*config);
    if (!family) return std::unexpected(family.error());
    folder.family = *family;
    if (auto chosen = choose_network(*config, folder); !chosen) return std::unexpected(chosen.error());
    if (!has_tokenizer(path)) return missing(path + "/tokenizer.json", "tokenizer");
    if (*family == ModelFamily::kEntailment) {
        const auto labels = read_labels(*config);
        if (!labels) return std::unexpected(labels.error());
        folder.labels = *labels;
    }
    const auto pooling = read_pooling(path);
    if (!pooling) return std::unexpected(pooling.error());
    folder.pooling = *pooling;
    const auto known = position_limit(folder.network);
    const auto max_tokens = read_max_tokens(path, known == 0 ? kUsualTokens : known);
    if (!max_tokens) return std::unexpected(max_tokens.error());
    folder.max_tokens = *max_tokens;
    return folder;
}

}  // namespace gale::zero_shot
