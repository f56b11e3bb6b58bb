#include <fmt/format.h>

#include <openvino/op/constant.hpp>
#include <openvino/op/convert.hpp>
#include <openvino/op/cum_sum.hpp>
#include <openvino/op/not_equal.hpp>

#include "network/network_graph.hpp"

namespace gale::zero_shot {

namespace {

namespace op = ov::op;

class BertGraph {
public:
    BertGraph(const BertConfig& config, const GraphParts& parts)
        : config_(config),
          labels_(parts.labels),
          builder_(parts.weights, prefix(config, parts.weights), parts.precision) {}

    Result<std::shared_ptr<ov::Model>> build() {
        const auto ids = input("input_ids");
        const auto mask = input("attention_mask");
        const auto types = input("token_type_ids");
        const Value bias = padding_bias(mask);
        Value hidden = embeddings(ids, types);
        for (std::size_t layer = 0; layer < config_.num_hidden_layers; ++layer) {
            const bool is_first_enough = labels_ > 0 && layer + 1 == config_.num_hidden_layers;
            hidden = encoder_layer(hidden, is_first_enough, bias, fmt::format("encoder.layer.{}.", layer));
        }
        if (labels_ > 0) hidden = head(drop_width(hidden));
        if (builder_.error()) return std::unexpected(*builder_.error());
        return finish(hidden, labels_ > 0 ? "logits" : "last_hidden_state", {ids, mask, types}, "bert");
    }

private:
    bool is_roberta() const { return config_.kind == BertConfig::Kind::kRoberta; }

    /// The encoder's names have a prefix in a model with a head.
    static std::string prefix(const BertConfig& config, const ModelWeights& weights) {
        const std::string own = config.kind == BertConfig::Kind::kBert ? "bert." : "roberta.";
        return weights.find(own + "embeddings.word_embeddings.weight") != nullptr ? own : "";
    }

    /// RoBERTa counts tokens from one after the padding's id; padding itself keeps that id.
    Value positions(const Value& ids) {
        if (!is_roberta()) return count_to(dimension(ids, 1));
        const Value pad = op::v0::Constant::create(
            ov::element::i32, ov::Shape{}, std::vector<std::int32_t>{static_cast<std::int32_t>(config_.pad_token_id)});
        const Value is_token =
            std::make_shared<op::v0::Convert>(std::make_shared<op::v1::NotEqual>(ids, pad), ov::element::i32);
        const Value counted = std::make_shared<op::v0::CumSum>(is_token, index(1));
        return add(multiply(counted, is_token), pad);
    }

    Value embeddings(const Value& ids, const Value& types) {
        const std::size_t hidden = config_.hidden_size;
        const Value words =
            rows_of(builder_.weight("embeddings.word_embeddings.weight", {config_.vocab_size, hidden}), ids);
        const Value places =
            rows_of(builder_.weight("embeddings.position_embeddings.weight", {config_.max_position_embeddings, hidden}),
                    positions(ids));
        const Value kinds = rows_of(
            builder_.weight("embeddings.token_type_embeddings.weight", {config_.type_vocab_size, hidden}), types);
        return builder_.layer_norm(add(add(words, kinds), places), "embeddings.LayerNorm", hidden,
                                   config_.layer_norm_eps);
    }

    /// What the places of `input`, or its first one only, see of all of them, [rows, places, hidden].
    Value self_attention(const Value& input, bool only_first, const Value& bias, const std::string& name) {
        const std::size_t hidden = config_.hidden_size;
        const std::size_t heads = config_.num_attention_heads;
        const auto projection = [&](const Value& from, const char* what) {
            return builder_.linear(from, name + what, hidden, hidden);
        };
        if (only_first)
            return builder_.attend_from_one(projection(at_first_place(input), "query"), input,
                                            {name + "key", name + "value", hidden, heads}, bias);
        return join_heads(
            attend(split_heads(projection(input, "query"), heads), split_heads(projection(input, "key"), heads),
                   split_heads(projection(input, "value"), heads), bias),
            hidden);
    }

    /// The states of all places, or of the first one only.
    Value encoder_layer(const Value& input, bool only_first, const Value& bias, const std::string& name) {
        const std::size_t hidden = config_.hidden_size;
        const Value context = self_attention(input, only_first, bias, name + "attention.self.");
        const Value asking = only_first ? at_first_place(input) : input;
        const Value attended =
            builder_.layer_norm(add(builder_.linear(context, name + "attention.output.dense", hidden, hidden), asking),
                                name + "attention.output.LayerNorm", hidden, config_.layer_norm_eps);
        const Value inner =
            activate(builder_.linear(attended, name + "intermediate.dense", hidden, config_.intermediate_size),
                     config_.hidden_act);
        return builder_.layer_norm(
            add(builder_.linear(inner, name + "output.dense", config_.intermediate_size, hidden), attended),
            name + "output.LayerNorm", hidden, config_.layer_norm_eps);
    }

    Value head(const Value& first) {
        const std::size_t hidden = config_.hidden_size;
        if (is_roberta()) {
            builder_.leave_prefix();
            const Value inner = activate(builder_.linear(first, "classifier.dense", hidden, hidden), Activation::kTanh);
            return builder_.linear(inner, "classifier.out_proj", hidden, labels_);
        }
        const Value pooled = activate(builder_.linear(first, "pooler.dense", hidden, hidden), Activation::kTanh);
        builder_.leave_prefix();
        return builder_.linear(pooled, "classifier", hidden, labels_);
    }

    const BertConfig& config_;
    std::size_t labels_;
    GraphBuilder builder_;
};

}  // namespace

Result<std::shared_ptr<ov::Model>> build_bert(const BertConfig& config, const GraphParts& parts) {
    return BertGraph(config, parts).build();
}

}  // namespace gale::zero_shot
