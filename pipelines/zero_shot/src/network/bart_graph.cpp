#include <fmt/format.h>

#include <cmath>
#include <openvino/op/broadcast.hpp>
#include <openvino/op/constant.hpp>
#include <openvino/op/reduce_sum.hpp>

#include "network/network_graph.hpp"

namespace gale::zero_shot {

namespace {

namespace op = ov::op;

constexpr double kLayerNormEpsilon = 1e-5;
/// The position table starts with two rows that are never used.
constexpr std::size_t kPositionOffset = 2;

Value whole(std::int64_t value) {
    return op::v0::Constant::create(ov::element::i32, ov::Shape{},
                                    std::vector<std::int32_t>{static_cast<std::int32_t>(value)});
}

class BartGraph {
public:
    BartGraph(const BartConfig& config, const GraphParts& parts)
        : config_(config),
          labels_(parts.labels),
          builder_(parts.weights, prefix(parts.weights), parts.precision),
          words_name_(words_name(parts.weights)) {}

    Result<std::shared_ptr<ov::Model>> build() {
        const auto ids = input("input_ids");
        const auto mask = input("attention_mask");
        const auto types = input("token_type_ids");  // BART has none; all networks are asked alike
        const Value bias = padding_bias(mask);
        Value hidden = embeddings(ids, "encoder.");
        for (std::size_t layer = 0; layer < config_.encoder_layers; ++layer) {
            hidden = encoder_layer(hidden, bias, fmt::format("encoder.layers.{}.", layer));
        }
        if (labels_ > 0) hidden = classify(ids, mask, hidden, bias);
        if (builder_.error()) return std::unexpected(*builder_.error());
        return finish(hidden, labels_ > 0 ? "logits" : "last_hidden_state", {ids, mask, types}, "bart");
    }

private:
    static std::string prefix(const ModelWeights& weights) {
        return weights.find("model.encoder.embed_positions.weight") != nullptr ? "model." : "";
    }

    /// One table for encoder and decoder; a file may have it under any of its names.
    static std::string words_name(const ModelWeights& weights) {
        const bool shared = weights.find(prefix(weights) + "shared.weight") != nullptr;
        return shared ? "shared.weight" : "encoder.embed_tokens.weight";
    }

    Value embeddings(const Value& ids, const std::string& name) {
        const std::size_t size = config_.d_model;
        Value words = rows_of(builder_.weight(words_name_, {config_.vocab_size, size}), ids);
        if (config_.scale_embedding) words = multiply(words, number(std::sqrt(static_cast<float>(size))));
        const Value table =
            builder_.weight(name + "embed_positions.weight", {config_.max_position_embeddings + kPositionOffset, size});
        const Value places =
            slice(table, indices({kPositionOffset}), add(dimension(ids, 1), indices({kPositionOffset})), 0);
        return norm(add(words, places), name + "layernorm_embedding");
    }

    Value norm(const Value& input, const std::string& name) {
        return builder_.layer_norm(input, name, config_.d_model, kLayerNormEpsilon);
    }

    Value projection(const Value& input, const std::string& name) {
        return builder_.linear(input, name, config_.d_model, config_.d_model);
    }

    /// What the places `asking` see of `asked`, projected once more; with `bias` for those that they may not see, else
    /// each sees those before it.
    Value attention(const Value& asking, const Value& asked, const Value* bias, const std::string& name,
                    std::size_t heads) {
        const Value query = split_heads(projection(asking, name + "q_proj"), heads);
        const Value key = split_heads(projection(asked, name + "k_proj"), heads);
        const Value value = split_heads(projection(asked, name + "v_proj"), heads);
        const Value context = bias != nullptr ? attend(query, key, value, *bias) : attend_backwards(query, key, value);
        return projection(join_heads(context, config_.d_model), name + "out_proj");
    }

    /// The same for one place.
    Value attention_from_one(const Value& asking, const Value& asked, const Value& bias, const std::string& name) {
        const Value context = builder_.attend_from_one(
            projection(asking, name + "q_proj"), asked,
            {name + "k_proj", name + "v_proj", config_.d_model, config_.decoder_attention_heads}, bias);
        return projection(context, name + "out_proj");
    }

    Value feed_forward(const Value& input, const std::string& name, std::size_t inner_size) {
        const Value inner =
            activate(builder_.linear(input, name + "fc1", config_.d_model, inner_size), config_.activation_function);
        return norm(add(builder_.linear(inner, name + "fc2", inner_size, config_.d_model), input),
                    name + "final_layer_norm");
    }

    Value encoder_layer(const Value& input, const Value& bias, const std::string& name) {
        const Value context = attention(input, input, &bias, name + "self_attn.", config_.encoder_attention_heads);
        return feed_forward(norm(add(context, input), name + "self_attn_layer_norm"), name, config_.encoder_ffn_dim);
    }

    Value decoder_layer(const Value& input, const Value& encoded, const Value& encoded_bias, const std::string& name) {
        const std::size_t heads = config_.decoder_attention_heads;
        const Value own = attention(input, input, nullptr, name + "self_attn.", heads);
        const Value self = norm(add(own, input), name + "self_attn_layer_norm");
        const Value seen = attention(self, encoded, &encoded_bias, name + "encoder_attn.", heads);
        return feed_forward(norm(add(seen, self), name + "encoder_attn_layer_norm"), name, config_.decoder_ffn_dim);
    }

    /// The state of the place `asking` of `input` only, which may see all places that are no padding: none comes after
    /// it.
    Value last_decoder_layer(const Value& input, const Value& asking, const Value& encoded, const Value& bias,
                             const std::string& name) {
        const Value own = attention_from_one(asking, input, bias, name + "self_attn.");
        const Value self = norm(add(own, asking), name + "self_attn_layer_norm");
        const Value seen = attention_from_one(self, encoded, bias, name + "encoder_attn.");
        return feed_forward(norm(add(seen, self), name + "encoder_attn_layer_norm"), name, config_.decoder_ffn_dim);
    }

    /// What the decoder reads: the start token, then the input without its last place.
    Value shifted(const Value& ids) {
        const Value start = std::make_shared<op::v3::Broadcast>(whole(config_.decoder_start_token_id),
                                                                concat({dimension(ids, 0), indices({1})}, 0));
        return concat({start, slice(ids, indices({0}), indices({-1}), 1)}, 1);
    }

    /// The head reads the decoder's state at the input's end. Of the last layer only that state is computed.
    Value classify(const Value& ids, const Value& mask, const Value& encoded, const Value& bias) {
        const Value tokens = std::make_shared<op::v1::ReduceSum>(mask, indices({1}), false);
        const Value end = subtract(tokens, whole(1));
        Value hidden = embeddings(shifted(ids), "decoder.");
        const auto name = [](std::size_t layer) { return fmt::format("decoder.layers.{}.", layer); };
        for (std::size_t layer = 0; layer + 1 < config_.decoder_layers; ++layer)
            hidden = decoder_layer(hidden, encoded, bias, name(layer));
        hidden = last_decoder_layer(hidden, at_place(hidden, end), encoded, bias, name(config_.decoder_layers - 1));
        builder_.leave_prefix();
        const Value inner = activate(projection(drop_width(hidden), "classification_head.dense"), Activation::kTanh);
        return builder_.linear(inner, "classification_head.out_proj", config_.d_model, labels_);
    }

    const BartConfig& config_;
    std::size_t labels_;
    GraphBuilder builder_;
    std::string words_name_;
};

}  // namespace

Result<std::shared_ptr<ov::Model>> build_bart(const BartConfig& config, const GraphParts& parts) {
    return BartGraph(config, parts).build();
}

}  // namespace gale::zero_shot
