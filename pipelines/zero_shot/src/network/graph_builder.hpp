#pragma once
// The pieces that transformer networks are made of, as OpenVINO operations on a model's weights.
//
// A builder takes weights by name and shape. A weight that is missing or of another shape does not stop the
// building: a stand-in takes its place, and `error()` then has the first such weight. So the families'
// graphs read as their papers do, and one check at the end refuses the model.
//
// Only files of this folder include OpenVINO's headers.

#include <cstdint>
#include <memory>
#include <openvino/core/model.hpp>
#include <optional>
#include <string>
#include <vector>

#include "classifier/model_folder.hpp"
#include "weights/model_weights.hpp"

namespace gale::zero_shot {

using Value = ov::Output<ov::Node>;

/// How the weights of linear layers are kept in the network.
enum class WeightPrecision {
    kAsStored,
    kInt8,       ///< each output row rounded to 255 steps of its own scale (symmetric)
    kBf16Split,  ///< see bf16_split.hpp
};

class GraphBuilder {
public:
    /// `prefix` is put before each name, as in "roberta."; weights must outlive the network's compilation.
    GraphBuilder(const ModelWeights& weights, std::string prefix,
                 WeightPrecision precision = WeightPrecision::kAsStored)
        : weights_(weights), prefix_(std::move(prefix)), precision_(precision) {}

    const std::optional<Error>& error() const { return error_; }
    /// Puts nothing before the names of what follows: a head stands beside its encoder.
    void leave_prefix() { prefix_.clear(); }

    Value weight(const std::string& name, const ov::Shape& shape);
    /// x W^T + b of `name`.weight [outputs, inputs] and `name`.bias, where `has_bias`.
    Value linear(const Value& input, const std::string& name, std::size_t inputs, std::size_t outputs,
                 bool has_bias = true);
    Value layer_norm(const Value& input, const std::string& name, std::size_t size, double epsilon);
    /// The attention of one place, `query` [rows, 1, size] (projected), to all places of `asked` [rows, width, size]
    /// that `bias` (`padding_bias`) lets it see: [rows, 1, size], before the output projection. `name` is what stands
    /// before the key's and the value's own. The same as projecting all places to keys and values, for a fraction of
    /// the work: q (X K)^T is (q K^T) X^T, and a weighted sum of X V is that of X, times V. The key's bias adds the
    /// same to all scores of a head, which the softmax takes out again.
    struct Projections {
        std::string key, value;
        std::size_t size, heads;
    };
    Value attend_from_one(const Value& query, const Value& asked, const Projections& projections, const Value& bias);
    /// Its second half: the values of all places by the shares that the one place gives them, [rows, heads, width].
    Value values_by_shares(const Value& shares, const Value& asked, const Projections& projections);

private:
    Value weight_by_heads(const std::string& name, std::size_t size, std::size_t heads);
    Value multiply_weight(const Value& input, const std::string& name, const ov::Shape& shape);

    const ModelWeights& weights_;
    std::string prefix_;
    WeightPrecision precision_;
    std::optional<Error> error_;
};

Value floats(const std::vector<float>& values, const ov::Shape& shape);
Value number(float value);
Value indices(const std::vector<std::int64_t>& values);
Value index(std::int64_t value);

/// An i32 input of [rows, width].
std::shared_ptr<ov::Node> input(const char* name);
/// A model with one output; `inputs` are those that `input` made.
std::shared_ptr<ov::Model> finish(const Value& output, const char* output_name,
                                  const std::vector<std::shared_ptr<ov::Node>>& inputs, const char* name);

Value add(const Value& left, const Value& right);
Value subtract(const Value& left, const Value& right);
Value multiply(const Value& left, const Value& right);
Value activate(const Value& input, Activation activation);
/// Rows of `table` at the numbers in `places`.
Value rows_of(const Value& table, const Value& places);
/// Dimension `axis` of `value`, [1].
Value dimension(const Value& value, std::int64_t axis);
/// `value` from `start` to before `end` along `axis`; each of `start` and `end` is [1].
Value slice(const Value& value, const Value& start, const Value& end, std::int64_t axis);
Value concat(const std::vector<Value>& parts, std::int64_t axis);
Value reshape(const Value& value, const Value& shape);
/// 0, 1, ... before `end` ([1]).
Value count_to(const Value& end);

/// [rows, width, heads * size] -> [rows, heads, width, size], and back.
Value split_heads(const Value& value, std::size_t heads);
Value join_heads(const Value& value, std::size_t size);
/// [rows, 1, 1, width]: 0 where a token may look, the lowest float where there is padding.
Value padding_bias(const Value& mask);
/// Scaled dot-product attention of split heads; `bias` is added to the scaled scores.
Value attend(const Value& query, const Value& key, const Value& value, const Value& bias);
/// The same where each place sees itself and those before it.
Value attend_backwards(const Value& query, const Value& key, const Value& value);
/// [rows, width, size] at place `place` ([rows], i32) of each row: [rows, 1, size].
Value at_place(const Value& value, const Value& place);
/// [rows, 1, size] of place 0.
Value at_first_place(const Value& value);
/// [rows, 1, size] -> [rows, size]
Value drop_width(const Value& value);

}  // namespace gale::zero_shot
