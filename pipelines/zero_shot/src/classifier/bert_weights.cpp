#include "classifier/bert_weights.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <vector>

namespace gale::zero_shot {

namespace {

struct WeightSpec {
    std::string name;
    std::vector<std::size_t> shape;
};

void add_linear(std::vector<WeightSpec>& specs, const std::string& name, std::size_t inputs, std::size_t outputs) {
    specs.push_back({name + ".weight", {outputs, inputs}});
    specs.push_back({name + ".bias", {outputs}});
}

void add_layer_norm(std::vector<WeightSpec>& specs, const std::string& name, std::size_t size) {
    specs.push_back({name + ".weight", {size}});
    specs.push_back({name + ".bias", {size}});
}

std::vector<WeightSpec> weight_specs(const BertConfig& config) {
    const std::size_t hidden = config.hidden_size;
    std::vector<WeightSpec> specs{
        {"embeddings.word_embeddings.weight", {config.vocab_size, hidden}},
        {"embeddings.position_embeddings.weight", {config.max_position_embeddings, hidden}},
        {"embeddings.token_type_embeddings.weight", {config.type_vocab_size, hidden}},
    };
    add_layer_norm(specs, "embeddings.LayerNorm", hidden);
    for (std::size_t layer = 0; layer < config.num_hidden_layers; ++layer) {
        const std::string name = fmt::format("encoder.layer.{}.", layer);
        add_linear(specs, name + "attention.self.query", hidden, hidden);
        add_linear(specs, name + "attention.self.key", hidden, hidden);
        add_linear(specs, name + "attention.self.value", hidden, hidden);
        add_linear(specs, name + "attention.output.dense", hidden, hidden);
        add_layer_norm(specs, name + "attention.output.LayerNorm", hidden);
        add_linear(specs, name + "intermediate.dense", hidden, config.intermediate_size);
        add_linear(specs, name + "output.dense", config.intermediate_size, hidden);
        add_layer_norm(specs, name + "output.LayerNorm", hidden);
    }
    return specs;
}

bool is_float(TensorType type) {
    return type == TensorType::kF32 || type == TensorType::kF16 || type == TensorType::kBF16;
}

}  // namespace

Result<BertWeights> BertWeights::load(const BertConfig& config, const SafetensorsFile& file) {
    BertWeights weights;
    weights.memory_ = file.memory();
    const bool has_head = file.find("bert.embeddings.word_embeddings.weight") != nullptr;
    const std::string prefix = has_head ? "bert." : "";
    for (auto& spec : weight_specs(config)) {
        const auto tensor = file.get(prefix + spec.name, spec.shape);
        if (!tensor) return std::unexpected(tensor.error());
        if (!is_float((*tensor)->type)) {
            return fail(ErrorKind::kInput,
                        fmt::format("weights {}: tensor {} is of a quantized or integer type; use the "
                                    "model's F32, F16 or BF16 weights",
                                    file.path(), prefix + spec.name));
        }
        weights.tensors_.emplace(std::move(spec.name), *tensor);
    }
    return weights;
}

const TensorView& BertWeights::at(std::string_view name) const {
    const auto found = tensors_.find(name);
    if (found == tensors_.end()) {
        fmt::print(stderr, "bug: the BERT graph asks for tensor {}, which no weight spec has\n", name);
        std::abort();
    }
    return *found->second;
}

}  // namespace gale::zero_shot
