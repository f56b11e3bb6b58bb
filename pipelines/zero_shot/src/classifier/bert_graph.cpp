#include "classifier/bert_graph.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <openvino/core/model.hpp>
#include <openvino/op/add.hpp>
#include <openvino/op/constant.hpp>
#include <openvino/op/convert.hpp>
#include <openvino/op/gather.hpp>
#include <openvino/op/gelu.hpp>
#include <openvino/op/matmul.hpp>
#include <openvino/op/multiply.hpp>
#include <openvino/op/mvn.hpp>
#include <openvino/op/parameter.hpp>
#include <openvino/op/relu.hpp>
#include <openvino/op/reshape.hpp>
#include <openvino/op/result.hpp>
#include <openvino/op/scaled_dot_product_attention.hpp>
#include <openvino/op/shape_of.hpp>
#include <openvino/op/slice.hpp>
#include <openvino/op/subtract.hpp>
#include <openvino/op/transpose.hpp>
#include <openvino/op/unsqueeze.hpp>
#include <string>
#include <vector>

namespace gale::zero_shot {

namespace {

namespace op = ov::op;
using Value = ov::Output<ov::Node>;

template <typename T>
Value constant(const std::vector<T>& values, const ov::Shape& shape) {
    return op::v0::Constant::create(ov::element::from<T>(), shape, values);
}

Value indices(const std::vector<std::int64_t>& values) {
    return constant(values, ov::Shape{values.size()});
}

class BertGraph {
public:
    BertGraph(const BertConfig& config, const BertWeights& weights) : config_(config), weights_(weights) {}

    std::shared_ptr<ov::Model> build() {
        const auto input = [](const char* name) {
            auto parameter = std::make_shared<op::v0::Parameter>(ov::element::i32, ov::PartialShape::dynamic(2));
            parameter->set_friendly_name(name);
            parameter->output(0).set_names({name});
            return parameter;
        };
        const auto ids = input("input_ids");
        const auto mask = input("attention_mask");
        const Value bias = attention_bias(mask);
        Value hidden = embeddings(ids);
        for (std::size_t layer = 0; layer < config_.num_hidden_layers; ++layer) {
            hidden = encoder_layer(hidden, bias, fmt::format("encoder.layer.{}.", layer));
        }
        const auto result = std::make_shared<op::v0::Result>(hidden);
        result->output(0).set_names({"last_hidden_state"});
        return std::make_shared<ov::Model>(ov::ResultVector{result}, ov::ParameterVector{ids, mask}, "bert");
    }

private:
    static ov::element::Type element_type(TensorType type) {
        if (type == TensorType::kF16) return ov::element::f16;
        if (type == TensorType::kBF16) return ov::element::bf16;
        return ov::element::f32;
    }

    Value weight(const std::string& name) {
        const TensorView& view = weights_.at(name);
        const auto type = element_type(view.type);
        const ov::Shape shape(view.shape.begin(), view.shape.end());
        const bool aligned = reinterpret_cast<std::uintptr_t>(view.bytes.data()) % type.size() == 0;
        auto node = aligned ? std::make_shared<op::v0::Constant>(type, shape, const_cast<std::byte*>(view.bytes.data()),
                                                                 std::const_pointer_cast<MappedFile>(weights_.memory()))
                            : std::make_shared<op::v0::Constant>(type, shape, view.bytes.data());
        node->set_friendly_name(name);
        if (type == ov::element::f32) return node;
        return std::make_shared<op::v0::Convert>(node, ov::element::f32);
    }

    static Value add(const Value& left, const Value& right) { return std::make_shared<op::v1::Add>(left, right); }

    Value linear(const Value& input, const std::string& name) {
        const Value product = std::make_shared<op::v0::MatMul>(input, weight(name + ".weight"), false, true);
        return add(product, weight(name + ".bias"));
    }

    Value layer_norm(const Value& input, const std::string& name) {
        const Value normal = std::make_shared<op::v6::MVN>(
            input, indices({-1}), true, static_cast<float>(config_.layer_norm_eps), op::MVNEpsMode::INSIDE_SQRT);
        const Value scaled = std::make_shared<op::v1::Multiply>(normal, weight(name + ".weight"));
        return add(scaled, weight(name + ".bias"));
    }

    Value activation(const Value& input) {
        if (config_.hidden_act == Activation::kRelu) return std::make_shared<op::v0::Relu>(input);
        const auto mode =
            config_.hidden_act == Activation::kGelu ? op::GeluApproximationMode::ERF : op::GeluApproximationMode::TANH;
        return std::make_shared<op::v7::Gelu>(input, mode);
    }

    Value embeddings(const Value& ids) {
        const Value axis = constant<std::int64_t>({0}, {});
        const Value words = std::make_shared<op::v8::Gather>(weight("embeddings.word_embeddings.weight"), ids, axis);
        const Value width = std::make_shared<op::v8::Gather>(std::make_shared<op::v3::ShapeOf>(ids, ov::element::i64),
                                                             indices({1}), axis);
        const Value positions = std::make_shared<op::v8::Slice>(weight("embeddings.position_embeddings.weight"),
                                                                indices({0}), width, indices({1}), indices({0}));
        const Value type =
            std::make_shared<op::v8::Gather>(weight("embeddings.token_type_embeddings.weight"), indices({0}), axis);
        return layer_norm(add(add(words, type), positions), "embeddings.LayerNorm");
    }

    /// [rows, 1, 1, width]: 0 where a token may look, the lowest float where there is padding.
    static Value attention_bias(const Value& mask) {
        const Value wide = std::make_shared<op::v0::Unsqueeze>(mask, indices({1, 2}));
        const Value real = std::make_shared<op::v0::Convert>(wide, ov::element::f32);
        const Value padding = std::make_shared<op::v1::Subtract>(constant<float>({1.0F}, {}), real);
        return std::make_shared<op::v1::Multiply>(padding, constant<float>({std::numeric_limits<float>::lowest()}, {}));
    }

    /// [rows, width, hidden] -> [rows, heads, width, hidden / heads]
    Value split_heads(const Value& input) {
        const auto heads = static_cast<std::int64_t>(config_.num_attention_heads);
        const auto head_size = static_cast<std::int64_t>(config_.hidden_size) / heads;
        const Value split = std::make_shared<op::v1::Reshape>(input, indices({0, 0, heads, head_size}), true);
        return std::make_shared<op::v1::Transpose>(split, indices({0, 2, 1, 3}));
    }

    Value self_attention(const Value& input, const Value& bias, const std::string& name) {
        const Value query = split_heads(linear(input, name + "query"));
        const Value key = split_heads(linear(input, name + "key"));
        const Value value = split_heads(linear(input, name + "value"));
        const Value context = std::make_shared<op::v13::ScaledDotProductAttention>(query, key, value, bias, false);
        const Value joined = std::make_shared<op::v1::Transpose>(context, indices({0, 2, 1, 3}));
        const auto hidden = static_cast<std::int64_t>(config_.hidden_size);
        return std::make_shared<op::v1::Reshape>(joined, indices({0, 0, hidden}), true);
    }

    Value encoder_layer(const Value& input, const Value& bias, const std::string& name) {
        const Value context = self_attention(input, bias, name + "attention.self.");
        const Value attended = layer_norm(add(linear(context, name + "attention.output.dense"), input),
                                          name + "attention.output.LayerNorm");
        const Value inner = activation(linear(attended, name + "intermediate.dense"));
        return layer_norm(add(linear(inner, name + "output.dense"), attended), name + "output.LayerNorm");
    }

    const BertConfig& config_;
    const BertWeights& weights_;
};

}  // namespace

std::shared_ptr<ov::Model> build_bert_graph(const BertConfig& config, const BertWeights& weights) {
    return BertGraph(config, weights).build();
}

}  // namespace gale::zero_shot
