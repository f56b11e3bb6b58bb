#include "weights/model_weights.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "classifier/temporary_folder.hpp"

namespace gale::zero_shot {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// A safetensors file with one F32 tensor of two elements.
std::string one_tensor(const std::string& name) {
    std::string header = R"({")" + name + R"(":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
    while (header.size() % 8 != 0) header += ' ';
    std::string file(1, static_cast<char>(header.size()));
    return file + std::string(7, '\0') + header + "12345678";
}

constexpr std::size_t kTwo[] = {2};

class ModelWeightsTest : public testing::Test {
protected:
    std::string error() const {
        const auto weights = ModelWeights::open(files_.path());
        return weights ? "no error" : weights.error().message;
    }

    TemporaryFolder files_;
};

TEST_F(ModelWeightsTest, JoinsTheShardsOfAnIndex) {
    files_.write("model.safetensors.index.json", R"({"weight_map": {"a": "x.safetensors", "b": "y.safetensors"}})");
    files_.write("x.safetensors", one_tensor("a"));
    files_.write("y.safetensors", one_tensor("b"));
    const auto weights = ModelWeights::open(files_.path());
    ASSERT_TRUE(weights) << weights.error().message;
    EXPECT_TRUE(weights->get("a", kTwo));
    EXPECT_TRUE(weights->get("b", kTwo));
    EXPECT_EQ(weights->find("c"), nullptr);
}

TEST_F(ModelWeightsTest, NamesAMissingShard) {
    files_.write("model.safetensors.index.json", R"({"weight_map": {"a": "x.safetensors"}})");
    EXPECT_THAT(error(), AllOf(HasSubstr("x.safetensors"), HasSubstr("missing")));
}

TEST_F(ModelWeightsTest, StaysInItsFolder) {
    files_.write("model.safetensors.index.json", R"({"weight_map": {"a": "../x.safetensors"}})");
    EXPECT_THAT(error(), HasSubstr("outside the folder"));
}

TEST_F(ModelWeightsTest, NamesADamagedIndex) {
    for (const char* index : {"", "[]", "{}", R"({"weight_map": {}})", R"({"weight_map": {"a": 1}})"}) {
        files_.write("model.safetensors.index.json", index);
        EXPECT_THAT(error(), HasSubstr("index.json")) << index;
    }
}

TEST_F(ModelWeightsTest, NamesAFolderWithoutWeights) {
    EXPECT_THAT(error(), HasSubstr("without weights"));
}

TEST_F(ModelWeightsTest, NamesATensorOfAnotherShape) {
    files_.write("model.safetensors", one_tensor("a"));
    const auto weights = ModelWeights::open(files_.path());
    ASSERT_TRUE(weights);
    constexpr std::size_t kThree[] = {3};
    const auto tensor = weights->get("a", kThree);
    ASSERT_FALSE(tensor);
    EXPECT_THAT(tensor.error().message, AllOf(HasSubstr("tensor a"), HasSubstr("[2]"), HasSubstr("[3]")));
}

}  // namespace
}  // namespace gale::zero_shot
