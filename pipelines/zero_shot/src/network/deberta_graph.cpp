#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <openvino/op/constant.hpp>
#include <openvino/op/convert.hpp>
#include <openvino/op/convolution.hpp>
#include <openvino/op/gather.hpp>
#include <openvino/op/matmul.hpp>
#include <openvino/op/reduce_sum.hpp>
#include <openvino/op/softmax.hpp>
#include <openvino/op/squeeze.hpp>
#include <openvino/op/transpose.hpp>
#include <openvino/op/unsqueeze.hpp>

#include "network/network_graph.hpp"
#include "network/relative_positions.hpp"

namespace gale::zero_shot {

namespace {

namespace op = ov::op;

Value transposed(const Value& value, const std::vector<std::int64_t>& order) {
    return std::make_shared<op::v1::Transpose>(value, indices(order));
}

Value product_with_transposed(const Value& left, const Value& right) {
    return std::make_shared<op::v0::MatMul>(left, right, false, true);
}

/// [rows, heads, width, 2 * width - 1], whose column c is the score at distance c - (width - 1) along a row, to
/// [rows, heads, width, width]: out[i][j] = scores[i][j - i + width - 1]. Read flat, each row of the result
/// starts one element less than a row's length after the one before: two reshapes instead of a gather.
Value skew(const Value& scores, const Value& width) {
    const Value one = indices({1});
    const Value less = subtract(width, one);
    const Value row = add(less, less);  // 2 * width - 2
    const Value flat = reshape(scores, indices({0, 0, -1}));
    const Value used = slice(flat, less, add(less, multiply(width, row)), 2);
    const Value rows = reshape(used, concat({indices({0, 0}), width, row}, 0));
    return slice(rows, indices({0}), width, 3);
}

class DebertaGraph {
public:
    DebertaGraph(const DebertaConfig& config, const GraphParts& parts)
        : config_(config), labels_(parts.labels), builder_(parts.weights, prefix(parts.weights), parts.precision) {}

    Result<std::shared_ptr<ov::Model>> build() {
        const auto ids = input("input_ids");
        const auto mask = input("attention_mask");
        const auto types = input("token_type_ids");
        width_ = dimension(ids, 1);
        bias_ = padding_bias(mask);
        mask_ = std::make_shared<op::v0::Unsqueeze>(std::make_shared<op::v0::Convert>(mask, ov::element::f32),
                                                    indices({2}));
        if (config_.position_span > 0) near_positions();
        const Value embedded = embeddings(ids, types);
        Value hidden = embedded;
        for (std::size_t layer = 0; layer < config_.num_hidden_layers; ++layer) {
            const bool has_convolution = layer == 0 && config_.conv_kernel_size > 0;
            const bool is_last = layer + 1 == config_.num_hidden_layers;
            hidden = encoder_layer(hidden, labels_ > 0 && is_last && !has_convolution,
                                   fmt::format("encoder.layer.{}.", layer));
            if (has_convolution) hidden = convolve(embedded, hidden);
        }
        if (labels_ > 0) hidden = head(drop_width(at_first_place(hidden)));
        if (builder_.error()) return std::unexpected(*builder_.error());
        return finish(hidden, labels_ > 0 ? "logits" : "last_hidden_state", {ids, mask, types}, "deberta");
    }

private:
    static std::string prefix(const ModelWeights& weights) {
        return weights.find("deberta.embeddings.word_embeddings.weight") != nullptr ? "deberta." : "";
    }

    Value norm(const Value& input, const std::string& name) {
        return builder_.layer_norm(input, name, config_.hidden_size, config_.layer_norm_eps);
    }

    /// The embeddings of the distances that occur at this width, ascending: the projections then cost little, and no
    /// more than the distances there are. And those of the first place's, whose keys are 0, -1, -2, ... apart.
    void near_positions() {
        const auto longest = static_cast<std::int64_t>(config_.max_position_embeddings);
        std::vector<std::int64_t> rows = position_rows(config_, config_.max_position_embeddings);
        const Value end = add(indices({longest - 1}), width_);
        distances_ = distances(slice(indices(rows), subtract(indices({longest}), width_), end, 0));
        rows.resize(config_.max_position_embeddings);
        std::ranges::reverse(rows);
        distances_of_first_ = distances(slice(indices(rows), indices({0}), width_, 0));
    }

    /// The embeddings in these rows of the table, [1, rows, hidden].
    Value distances(const Value& rows) {
        Value found = rows_of(
            builder_.weight("encoder.rel_embeddings.weight", {2 * config_.position_span, config_.hidden_size}), rows);
        if (config_.normalize_positions) found = norm(found, "encoder.LayerNorm");
        return std::make_shared<op::v0::Unsqueeze>(found, indices({0}));
    }

    Value embeddings(const Value& ids, const Value& types) {
        const std::size_t hidden = config_.hidden_size;
        Value sum = rows_of(builder_.weight("embeddings.word_embeddings.weight", {config_.vocab_size, hidden}), ids);
        if (config_.position_biased_input) {
            const Value table =
                builder_.weight("embeddings.position_embeddings.weight", {config_.max_position_embeddings, hidden});
            sum = add(sum, slice(table, indices({0}), width_, 0));
        }
        if (config_.type_vocab_size > 0) {
            sum = add(sum, rows_of(builder_.weight("embeddings.token_type_embeddings.weight",
                                                   {config_.type_vocab_size, hidden}),
                                   types));
        }
        return multiply(norm(sum, "embeddings.LayerNorm"), mask_);
    }

    Value heads(const Value& input, const std::string& name) {
        return split_heads(builder_.linear(input, name, config_.hidden_size, config_.hidden_size),
                           config_.num_attention_heads);
    }

    /// The scores between contents and distances, [rows, heads, width, width], not yet scaled.
    std::vector<Value> position_scores(const Value& query, const Value& key, const std::string& name) {
        std::vector<Value> scores;
        if (config_.position_span == 0) return scores;
        if (config_.content_to_position) {
            // A query at i and a key at j are i - j apart: from the key's side the distances descend.
            const Value positions = heads(distances_, name + (config_.share_att_key ? "key_proj" : "pos_key_proj"));
            scores.push_back(skew(product_with_transposed(query, reversed(positions)), width_));
        }
        if (config_.position_to_content) {
            const Value positions = heads(distances_, name + (config_.share_att_key ? "query_proj" : "pos_query_proj"));
            scores.push_back(transposed(skew(product_with_transposed(key, positions), width_), {0, 1, 3, 2}));
        }
        return scores;
    }

    /// [1, heads, distances, size] with the distances in descending order.
    Value reversed(const Value& positions) {
        const Value size = dimension(positions, 2);
        const Value descending = subtract(subtract(size, indices({1})), count_to(size));
        return std::make_shared<op::v8::Gather>(positions, descending, index(2));
    }

    Value scaled(const Value& scores) {
        const auto size = static_cast<float>(config_.hidden_size / config_.num_attention_heads);
        return multiply(scores, number(1 / std::sqrt(size * static_cast<float>(1 + kinds()))));
    }

    Value attention(const Value& input, const std::string& name) {
        const Value query = heads(input, name + "query_proj");
        const Value key = heads(input, name + "key_proj");
        const Value value = heads(input, name + "value_proj");
        Value scores = product_with_transposed(query, key);
        for (const Value& term : position_scores(query, key, name)) scores = add(scores, term);
        const Value shares = std::make_shared<op::v8::Softmax>(add(scaled(scores), bias_), -1);
        return join_heads(std::make_shared<op::v0::MatMul>(shares, value), config_.hidden_size);
    }

    /// What the first place alone sees of `input`, [rows, 1, hidden]. Keys are projected, since each meets a distance
    /// of its own, values are not (`GraphBuilder::attend_from_one` says why).
    Value attention_of_first(const Value& input, const std::string& name) {
        const Value query = heads(at_first_place(input), name + "query_proj");
        const Value key = heads(input, name + "key_proj");
        Value scores = product_with_transposed(query, key);
        if (config_.position_span > 0) {
            const auto positions = [&](const char* shared, const char* own) {
                return heads(distances_of_first_, name + (config_.share_att_key ? shared : own));
            };
            if (config_.content_to_position)
                scores = add(scores, product_with_transposed(query, positions("key_proj", "pos_key_proj")));
            if (config_.position_to_content) {
                const Value products = multiply(key, positions("query_proj", "pos_query_proj"));
                scores = add(scores, std::make_shared<op::v0::Unsqueeze>(
                                         std::make_shared<op::v1::ReduceSum>(products, indices({-1})), indices({2})));
            }
        }
        const Value shares = std::make_shared<op::v8::Softmax>(add(scaled(scores), bias_), -1);
        return builder_.values_by_shares(
            std::make_shared<op::v0::Squeeze>(shares, indices({2})), input,
            {name + "key_proj", name + "value_proj", config_.hidden_size, config_.num_attention_heads});
    }

    int kinds() const {
        return static_cast<int>(config_.content_to_position) + static_cast<int>(config_.position_to_content);
    }

    /// The states of all places, or of the first one only.
    Value encoder_layer(const Value& input, bool only_first, const std::string& name) {
        const std::size_t hidden = config_.hidden_size;
        const Value context = only_first ? attention_of_first(input, name + "attention.self.")
                                         : attention(input, name + "attention.self.");
        const Value asking = only_first ? at_first_place(input) : input;
        const Value attended =
            norm(add(builder_.linear(context, name + "attention.output.dense", hidden, hidden), asking),
                 name + "attention.output.LayerNorm");
        const Value inner =
            activate(builder_.linear(attended, name + "intermediate.dense", hidden, config_.intermediate_size),
                     config_.hidden_act);
        return norm(add(builder_.linear(inner, name + "output.dense", config_.intermediate_size, hidden), attended),
                    name + "output.LayerNorm");
    }

    /// Beside the first layer of some v2 models: neighbours of the embeddings, added to the layer's states.
    Value convolve(const Value& embedded, const Value& hidden) {
        const std::size_t size = config_.hidden_size;
        const std::size_t kernel = config_.conv_kernel_size;
        const auto reach = static_cast<std::ptrdiff_t>((kernel - 1) / 2);
        const Value channels = std::make_shared<op::v1::Convolution>(
            transposed(embedded, {0, 2, 1}), builder_.weight("encoder.conv.conv.weight", {size, size, kernel}),
            ov::Strides{1}, ov::CoordinateDiff{reach}, ov::CoordinateDiff{reach}, ov::Strides{1});
        const Value places = add(transposed(channels, {0, 2, 1}), builder_.weight("encoder.conv.conv.bias", {size}));
        const Value active = activate(multiply(places, mask_), config_.conv_act);
        return multiply(norm(add(hidden, active), "encoder.conv.LayerNorm"), mask_);
    }

    Value head(const Value& first) {
        builder_.leave_prefix();
        const Value pooled = activate(builder_.linear(first, "pooler.dense", config_.hidden_size, config_.hidden_size),
                                      config_.pooler_hidden_act);
        return builder_.linear(pooled, "classifier", config_.hidden_size, labels_);
    }

    const DebertaConfig& config_;
    std::size_t labels_;
    GraphBuilder builder_;
    Value width_;
    Value bias_;
    Value mask_;
    Value distances_;
    Value distances_of_first_;
};

}  // namespace

Result<std::shared_ptr<ov::Model>> build_deberta(const DebertaConfig& config, const GraphParts& parts) {
    return DebertaGraph(config, parts).build();
}

}  // namespace gale::zero_shot
