#include "network/bf16_split.hpp"

#include <memory>
#include <openvino/op/concat.hpp>
#include <openvino/op/constant.hpp>
#include <openvino/op/convert.hpp>
#include <openvino/op/matmul.hpp>
#include <openvino/op/subtract.hpp>
#include <openvino/runtime/tensor.hpp>
#include <vector>

#include "network/weight_row.hpp"

namespace gale::zero_shot {

namespace {

namespace op = ov::op;
using Value = ov::Output<ov::Node>;

/// A product of bf16 whose sums, kept in f32 by the units, are not rounded to bf16 at the end.
class MatMulToF32 : public op::v0::MatMul {
public:
    MatMulToF32(const Value& input, const Value& weights) : MatMul(input, weights, false, true) {
        constructor_validate_and_infer_types();
    }

    void validate_and_infer_types() override {
        MatMul::validate_and_infer_types();
        set_output_type(0, ov::element::f32, get_output_partial_shape(0));
    }

    std::shared_ptr<ov::Node> clone_with_new_inputs(const ov::OutputVector& inputs) const override {
        return std::make_shared<MatMulToF32>(inputs.at(0), inputs.at(1));
    }
};

Value convert(const Value& value, ov::element::Type type) {
    return std::make_shared<op::v0::Convert>(value, type);
}

/// Each row as [high parts, high parts, low parts].
Value split_weights(const TensorView& matrix) {
    const std::size_t rows = matrix.shape[0];
    const std::size_t columns = matrix.shape[1];
    ov::Tensor parts(ov::element::bf16, ov::Shape{rows, 3 * columns});
    auto* target = parts.data<ov::bfloat16>();
    std::vector<float> row(columns);
    for (std::size_t i = 0; i < rows; ++i, target += 3 * columns) {
        read_weight_row(matrix, i, row);
        for (std::size_t j = 0; j < columns; ++j) {
            const ov::bfloat16 high(row[j]);
            target[j] = target[columns + j] = high;
            target[2 * columns + j] = ov::bfloat16(row[j] - static_cast<float>(high));
        }
    }
    return std::make_shared<op::v0::Constant>(parts);
}

}  // namespace

bool has_bf16_matrix_units() {
    return __builtin_cpu_supports("amx-bf16") != 0;
}

Value multiply_split(const Value& input, const TensorView& matrix) {
    const Value high = convert(input, ov::element::bf16);
    const Value low =
        convert(std::make_shared<op::v1::Subtract>(input, convert(high, ov::element::f32)), ov::element::bf16);
    const Value parts = std::make_shared<op::v0::Concat>(ov::OutputVector{high, low, high}, -1);
    return std::make_shared<MatMulToF32>(parts, split_weights(matrix));
}

}  // namespace gale::zero_shot
