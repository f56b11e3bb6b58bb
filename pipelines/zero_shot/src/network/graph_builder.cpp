#include "network/graph_builder.hpp"

#include <cmath>
#include <limits>
#include <openvino/op/add.hpp>
#include <openvino/op/concat.hpp>
#include <openvino/op/constant.hpp>
#include <openvino/op/convert.hpp>
#include <openvino/op/gather.hpp>
#include <openvino/op/gelu.hpp>
#include <openvino/op/matmul.hpp>
#include <openvino/op/multiply.hpp>
#include <openvino/op/mvn.hpp>
#include <openvino/op/parameter.hpp>
#include <openvino/op/range.hpp>
#include <openvino/op/relu.hpp>
#include <openvino/op/reshape.hpp>
#include <openvino/op/result.hpp>
#include <openvino/op/scaled_dot_product_attention.hpp>
#include <openvino/op/shape_of.hpp>
#include <openvino/op/slice.hpp>
#include <openvino/op/softmax.hpp>
#include <openvino/op/squeeze.hpp>
#include <openvino/op/subtract.hpp>
#include <openvino/op/tanh.hpp>
#include <openvino/op/transpose.hpp>
#include <openvino/op/unsqueeze.hpp>

#include "network/bf16_split.hpp"
#include "network/int8_rows.hpp"

namespace gale::zero_shot {

namespace {

namespace op = ov::op;

ov::element::Type element_type(TensorType type) {
    if (type == TensorType::kF16) return ov::element::f16;
    if (type == TensorType::kBF16) return ov::element::bf16;
    return ov::element::f32;
}

Value transpose(const Value& value, const std::vector<std::int64_t>& order) {
    return std::make_shared<op::v1::Transpose>(value, indices(order));
}

Value int8_weight(const std::string& name, const TensorView& matrix) {
    const Int8Rows rounded = round_rows(matrix);
    const auto whole = std::make_shared<op::v0::Constant>(ov::element::i8, matrix.shape, rounded.values.data());
    whole->set_friendly_name(name);
    return multiply(std::make_shared<op::v0::Convert>(whole, ov::element::f32),
                    floats(rounded.scales, {matrix.shape[0], 1}));
}

}  // namespace

Value GraphBuilder::weight(const std::string& name, const ov::Shape& shape) {
    const auto found = weights_.get(prefix_ + name, shape);
    if (!found) {
        if (!error_) error_ = found.error();
        return std::make_shared<op::v0::Parameter>(ov::element::f32, shape);
    }
    const TensorView& view = **found;
    const auto type = element_type(view.type);
    // Not copied where the alignment allows: the network keeps the mapped file alive.
    const bool aligned = reinterpret_cast<std::uintptr_t>(view.bytes.data()) % type.size() == 0;
    auto node = aligned ? std::make_shared<op::v0::Constant>(type, shape, const_cast<std::byte*>(view.bytes.data()),
                                                             std::const_pointer_cast<void>(weights_.memory()))
                        : std::make_shared<op::v0::Constant>(type, shape, view.bytes.data());
    node->set_friendly_name(prefix_ + name);
    if (type == ov::element::f32) return node;
    return std::make_shared<op::v0::Convert>(node, ov::element::f32);
}

Value GraphBuilder::multiply_weight(const Value& input, const std::string& name, const ov::Shape& shape) {
    const auto found = weights_.get(prefix_ + name, shape);
    if (found && precision_ == WeightPrecision::kBf16Split) return multiply_split(input, **found);
    const bool is_rounded = found && precision_ == WeightPrecision::kInt8;
    const Value factor = is_rounded ? int8_weight(prefix_ + name, **found) : weight(name, shape);
    return std::make_shared<op::v0::MatMul>(input, factor, false, true);
}

Value GraphBuilder::linear(const Value& input, const std::string& name, std::size_t inputs, std::size_t outputs,
                           bool has_bias) {
    const Value product = multiply_weight(input, name + ".weight", {outputs, inputs});
    return has_bias ? add(product, weight(name + ".bias", {outputs})) : product;
}

Value GraphBuilder::layer_norm(const Value& input, const std::string& name, std::size_t size, double epsilon) {
    const Value normal = std::make_shared<op::v6::MVN>(input, indices({-1}), true, static_cast<float>(epsilon),
                                                       op::MVNEpsMode::INSIDE_SQRT);
    return add(multiply(normal, weight(name + ".weight", {size})), weight(name + ".bias", {size}));
}

// [1, heads, size / heads, size] of `name`.weight [size, size].
Value GraphBuilder::weight_by_heads(const std::string& name, std::size_t size, std::size_t heads) {
    const auto parts = static_cast<std::int64_t>(heads);
    return reshape(weight(name + ".weight", {size, size}),
                   indices({1, parts, static_cast<std::int64_t>(size) / parts, static_cast<std::int64_t>(size)}));
}

Value GraphBuilder::attend_from_one(const Value& query, const Value& asked, const Projections& projections,
                                    const Value& bias) {
    const auto& [key, value, size, heads] = projections;
    const Value keys = weight_by_heads(key, size, heads);
    // [rows, heads, 1, size], then without the 1.
    const Value looking = std::make_shared<op::v0::Squeeze>(
        std::make_shared<op::v0::MatMul>(split_heads(query, heads), keys), indices({2}));
    const Value scores = multiply(std::make_shared<op::v0::MatMul>(looking, asked, false, true),
                                  number(1 / std::sqrt(static_cast<float>(size / heads))));
    const Value shares =
        std::make_shared<op::v8::Softmax>(add(scores, std::make_shared<op::v0::Squeeze>(bias, indices({2}))), -1);
    return values_by_shares(shares, asked, projections);
}

Value GraphBuilder::values_by_shares(const Value& shares, const Value& asked, const Projections& projections) {
    const auto& [key, value, size, heads] = projections;
    const Value seen =
        std::make_shared<op::v0::Unsqueeze>(std::make_shared<op::v0::MatMul>(shares, asked), indices({2}));
    const Value context = std::make_shared<op::v0::MatMul>(seen, weight_by_heads(value, size, heads), false, true);
    return add(join_heads(context, size), weight(value + ".bias", {size}));
}

Value floats(const std::vector<float>& values, const ov::Shape& shape) {
    return op::v0::Constant::create(ov::element::f32, shape, values);
}

Value number(float value) {
    return floats({value}, {});
}

Value indices(const std::vector<std::int64_t>& values) {
    return op::v0::Constant::create(ov::element::i64, ov::Shape{values.size()}, values);
}

Value index(std::int64_t value) {
    return op::v0::Constant::create(ov::element::i64, ov::Shape{}, std::vector<std::int64_t>{value});
}

std::shared_ptr<ov::Node> input(const char* name) {
    auto parameter = std::make_shared<op::v0::Parameter>(ov::element::i32, ov::PartialShape::dynamic(2));
    parameter->set_friendly_name(name);
    parameter->output(0).set_names({name});
    return parameter;
}

std::shared_ptr<ov::Model> finish(const Value& output, const char* output_name,
                                  const std::vector<std::shared_ptr<ov::Node>>& inputs, const char* name) {
    const auto result = std::make_shared<op::v0::Result>(output);
    result->output(0).set_names({output_name});
    ov::ParameterVector parameters;
    for (const auto& node : inputs) parameters.push_back(std::static_pointer_cast<op::v0::Parameter>(node));
    return std::make_shared<ov::Model>(ov::ResultVector{result}, parameters, name);
}

Value add(const Value& left, const Value& right) {
    return std::make_shared<op::v1::Add>(left, right);
}
Value subtract(const Value& left, const Value& right) {
    return std::make_shared<op::v1::Subtract>(left, right);
}
Value multiply(const Value& left, const Value& right) {
    return std::make_shared<op::v1::Multiply>(left, right);
}

Value activate(const Value& input, Activation activation) {
    switch (activation) {
        case Activation::kRelu: return std::make_shared<op::v0::Relu>(input);
        case Activation::kTanh: return std::make_shared<op::v0::Tanh>(input);
        case Activation::kGelu: return std::make_shared<op::v7::Gelu>(input, op::GeluApproximationMode::ERF);
        case Activation::kGeluTanh: return std::make_shared<op::v7::Gelu>(input, op::GeluApproximationMode::TANH);
    }
    std::unreachable();
}

Value rows_of(const Value& table, const Value& places) {
    return std::make_shared<op::v8::Gather>(table, places, index(0));
}

Value dimension(const Value& value, std::int64_t axis) {
    const Value shape = std::make_shared<op::v3::ShapeOf>(value, ov::element::i64);
    return std::make_shared<op::v8::Gather>(shape, indices({axis}), index(0));
}

Value slice(const Value& value, const Value& start, const Value& end, std::int64_t axis) {
    return std::make_shared<op::v8::Slice>(value, start, end, indices({1}), indices({axis}));
}

Value concat(const std::vector<Value>& parts, std::int64_t axis) {
    return std::make_shared<op::v0::Concat>(ov::OutputVector(parts.begin(), parts.end()), axis);
}

Value reshape(const Value& value, const Value& shape) {
    return std::make_shared<op::v1::Reshape>(value, shape, true);
}

Value count_to(const Value& end) {
    const Value scalar = std::make_shared<op::v0::Squeeze>(end, indices({0}));
    return std::make_shared<op::v4::Range>(index(0), scalar, index(1), ov::element::i64);
}

Value split_heads(const Value& value, std::size_t heads) {
    return transpose(reshape(value, indices({0, 0, static_cast<std::int64_t>(heads), -1})), {0, 2, 1, 3});
}

Value join_heads(const Value& value, std::size_t size) {
    return reshape(transpose(value, {0, 2, 1, 3}), indices({0, 0, static_cast<std::int64_t>(size)}));
}

Value padding_bias(const Value& mask) {
    const Value wide = std::make_shared<op::v0::Unsqueeze>(mask, indices({1, 2}));
    const Value real = std::make_shared<op::v0::Convert>(wide, ov::element::f32);
    return multiply(subtract(number(1), real), number(std::numeric_limits<float>::lowest()));
}

Value attend(const Value& query, const Value& key, const Value& value, const Value& bias) {
    return std::make_shared<op::v13::ScaledDotProductAttention>(query, key, value, bias, false);
}

Value attend_backwards(const Value& query, const Value& key, const Value& value) {
    return std::make_shared<op::v13::ScaledDotProductAttention>(query, key, value, true);
}

Value at_place(const Value& value, const Value& place) {
    const Value column = std::make_shared<op::v0::Unsqueeze>(place, indices({1}));
    return std::make_shared<op::v8::Gather>(value, column, index(1), 1);
}

Value at_first_place(const Value& value) {
    return slice(value, indices({0}), indices({1}), 1);
}

Value drop_width(const Value& value) {
    return std::make_shared<op::v0::Squeeze>(value, indices({1}));
}

}  // namespace gale::zero_shot
