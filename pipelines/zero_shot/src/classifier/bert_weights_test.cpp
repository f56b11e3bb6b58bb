#include "classifier/bert_weights.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "classifier/temporary_folder.hpp"

namespace gale::zero_shot {
namespace {

using testing::HasSubstr;
using Shapes = std::map<std::string, std::vector<std::size_t>>;

BertConfig tiny_config() {
    BertConfig config;
    config.hidden_size = 2;
    config.num_hidden_layers = 1;
    config.num_attention_heads = 1;
    config.intermediate_size = 3;
    config.max_position_embeddings = 4;
    config.type_vocab_size = 2;
    config.vocab_size = 5;
    return config;
}

Shapes tiny_shapes() {
    Shapes shapes{
        {"embeddings.word_embeddings.weight", {5, 2}},       {"embeddings.position_embeddings.weight", {4, 2}},
        {"embeddings.token_type_embeddings.weight", {2, 2}}, {"encoder.layer.0.intermediate.dense.weight", {3, 2}},
        {"encoder.layer.0.intermediate.dense.bias", {3}},    {"encoder.layer.0.output.dense.weight", {2, 3}},
        {"encoder.layer.0.output.dense.bias", {2}},
    };
    for (const char* name :
         {"attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"}) {
        shapes[fmt::format("encoder.layer.0.{}.weight", name)] = {2, 2};
        shapes[fmt::format("encoder.layer.0.{}.bias", name)] = {2};
    }
    for (const char* name : {"embeddings", "encoder.layer.0.attention.output", "encoder.layer.0.output"}) {
        shapes[fmt::format("{}.LayerNorm.weight", name)] = {2};
        shapes[fmt::format("{}.LayerNorm.bias", name)] = {2};
    }
    return shapes;
}

std::string file_of(const Shapes& shapes, std::string_view prefix = "", std::string_view type = "F32",
                    std::size_t item = 4) {
    std::string header = "{";
    std::size_t end = 0;
    for (const auto& [name, shape] : shapes) {
        const std::size_t begin = end;
        std::size_t bytes = item;
        for (const std::size_t dimension : shape) bytes *= dimension;
        end += bytes;
        header += fmt::format(R"({}"{}{}":{{"dtype":"{}","shape":{},"data_offsets":[{},{}]}})", begin == 0 ? "" : ",",
                              prefix, name, type, format_shape(shape), begin, end);
    }
    header += "}";
    std::string file;
    for (int shift = 0; shift < 64; shift += 8) {
        file += static_cast<char>((header.size() >> shift) & 0xFF);
    }
    return file + header + std::string(end, '\0');
}

std::string load_error(const std::string& bytes) {
    const TemporaryFolder folder;
    const auto file = SafetensorsFile::open(folder.write("model.safetensors", bytes));
    if (!file) return file.error().message;
    const auto weights = BertWeights::load(tiny_config(), *file);
    return weights ? "no error" : weights.error().message;
}

TEST(BertWeights, TakesAWholeEncoder) {
    EXPECT_EQ(load_error(file_of(tiny_shapes())), "no error");
}

TEST(BertWeights, TakesTheEncoderOfAModelWithAHead) {
    EXPECT_EQ(load_error(file_of(tiny_shapes(), "bert.")), "no error");
}

TEST(BertWeights, TakesHalfPrecision) {
    EXPECT_EQ(load_error(file_of(tiny_shapes(), "", "F16", 2)), "no error");
    EXPECT_EQ(load_error(file_of(tiny_shapes(), "", "BF16", 2)), "no error");
}

TEST(BertWeights, NamesEachTensorThatIsMissing) {
    for (const auto& [name, shape] : tiny_shapes()) {
        Shapes shapes = tiny_shapes();
        shapes.erase(name);
        EXPECT_THAT(load_error(file_of(shapes)), HasSubstr("no tensor " + name));
    }
}

TEST(BertWeights, NamesEachTensorOfAnotherShape) {
    for (const auto& [name, shape] : tiny_shapes()) {
        Shapes shapes = tiny_shapes();
        shapes[name][0] += 1;
        EXPECT_THAT(load_error(file_of(shapes)), HasSubstr("tensor " + name + " has shape"));
    }
}

TEST(BertWeights, RefusesIntegers) {
    EXPECT_THAT(load_error(file_of(tiny_shapes(), "", "I8", 1)), HasSubstr("quantized or integer"));
}

}  // namespace
}  // namespace gale::zero_shot
