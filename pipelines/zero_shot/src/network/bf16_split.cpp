#include "network/bf16_split.hpp"

#include <immintrin.h>

#include <bit>
#include <cstdint>
#include <memory>
#include <openvino/core/op_extension.hpp>
#include <openvino/op/constant.hpp>
#include <openvino/op/matmul.hpp>
#include <openvino/op/op.hpp>
#include <openvino/runtime/core.hpp>
#include <openvino/runtime/tensor.hpp>
#include <vector>

#include "network/weight_row.hpp"

namespace gale::zero_shot {

namespace {

namespace op = ov::op;
using Value = ov::Output<ov::Node>;

/// To the nearest, ties to even. Neither infinite nor no number: a network has no such activations.
std::uint16_t round_to_bf16(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    return static_cast<std::uint16_t>((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

float widen(std::uint16_t bits) {
    return std::bit_cast<float>(std::uint32_t{bits} << 16);
}

/// A product of bf16 whose sums, kept in f32 by the units, are not rounded to bf16 at the end.
class MatMulToF32 : public op::v0::MatMul {
public:
    OPENVINO_OP("MatMulToF32", "gale_zero_shot", op::v0::MatMul);

    MatMulToF32() = default;
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

/// [..., columns] of f32 as bf16 [..., 3 * columns]: high parts, low parts, high parts. One pass over the memory; as
/// conversions, a subtraction and a concatenation it took a fifth of the network's time.
class SplitToBf16 : public op::Op {
public:
    OPENVINO_OP("SplitToBf16", "gale_zero_shot");

    SplitToBf16() = default;
    explicit SplitToBf16(const Value& input) : Op({input}) { constructor_validate_and_infer_types(); }

    void validate_and_infer_types() override {
        ov::PartialShape shape = get_input_partial_shape(0);
        auto& columns = shape[shape.size() - 1];
        columns = columns * 3;
        set_output_type(0, ov::element::bf16, shape);
    }

    std::shared_ptr<ov::Node> clone_with_new_inputs(const ov::OutputVector& inputs) const override {
        return std::make_shared<SplitToBf16>(inputs.at(0));
    }

    bool visit_attributes(ov::AttributeVisitor& /*visitor*/) override { return true; }
    bool has_evaluate() const override { return true; }

    bool evaluate(ov::TensorVector& outputs, const ov::TensorVector& inputs) const override {
        ov::Shape shape = inputs[0].get_shape();
        const std::size_t columns = shape.back();
        const std::size_t rows = inputs[0].get_size() / columns;
        shape.back() *= 3;
        outputs[0].set_shape(shape);
        const auto* source = inputs[0].data<const float>();
        auto* target = reinterpret_cast<std::uint16_t*>(outputs[0].data<ov::bfloat16>());
        for (std::size_t row = 0; row < rows; ++row, source += columns, target += 3 * columns) {
            split_row(source, target, columns);
        }
        return true;
    }

private:
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512bf16"))) static void split_row(const float* source,
                                                                                          std::uint16_t* target,
                                                                                          std::size_t columns) {
        std::size_t i = 0;
        for (; i + 16 <= columns; i += 16) {
            const __m512 value = _mm512_loadu_ps(source + i);
            const auto high = std::bit_cast<__m256i>(_mm512_cvtneps_pbh(value));
            const __m512 wide = _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(high), 16));
            const auto low = std::bit_cast<__m256i>(_mm512_cvtneps_pbh(_mm512_sub_ps(value, wide)));
            _mm256_storeu_si256(reinterpret_cast<__m256i*>(target + i), high);
            _mm256_storeu_si256(reinterpret_cast<__m256i*>(target + columns + i), low);
            _mm256_storeu_si256(reinterpret_cast<__m256i*>(target + 2 * columns + i), high);
        }
        for (; i < columns; ++i) {
            const std::uint16_t high = round_to_bf16(source[i]);
            target[i] = target[2 * columns + i] = high;
            target[columns + i] = round_to_bf16(source[i] - widen(high));
        }
    }
};

/// Each row as [high parts, high parts, low parts].
Value split_weights(const TensorView& matrix) {
    const std::size_t rows = matrix.shape[0];
    const std::size_t columns = matrix.shape[1];
    ov::Tensor parts(ov::element::bf16, ov::Shape{rows, 3 * columns});
    auto* target = reinterpret_cast<std::uint16_t*>(parts.data<ov::bfloat16>());
    std::vector<float> row(columns);
    for (std::size_t i = 0; i < rows; ++i, target += 3 * columns) {
        read_weight_row(matrix, i, row);
        for (std::size_t j = 0; j < columns; ++j) {
            const std::uint16_t high = round_to_bf16(row[j]);
            target[j] = target[columns + j] = high;
            target[2 * columns + j] = round_to_bf16(row[j] - widen(high));
        }
    }
    return std::make_shared<op::v0::Constant>(parts);
}

}  // namespace

bool has_bf16_matrix_units() {
    return __builtin_cpu_supports("amx-bf16") != 0;
}

void add_split_operations(ov::Core& core) {
    core.add_extension(std::make_shared<ov::OpExtension<SplitToBf16>>());
    core.add_extension(std::make_shared<ov::OpExtension<MatMulToF32>>());
}

Value multiply_split(const Value& input, const TensorView& matrix) {
    const Value parts = std::make_shared<SplitToBf16>(input);
    return std::make_shared<MatMulToF32>(parts, split_weights(matrix));
}

}  // namespace gale::zero_shot
