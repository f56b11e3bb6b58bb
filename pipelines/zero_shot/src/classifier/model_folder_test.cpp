#include "classifier/model_folder.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "classifier/temporary_folder.hpp"

namespace gale::zero_shot {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr std::string_view kConfig =
    R"({"architectures":["BertModel"],"model_type":"bert","hidden_act":"gelu","hidden_size":384,)"
    R"("intermediate_size":1536,"layer_norm_eps":1e-12,"max_position_embeddings":512,)"
    R"("num_attention_heads":12,"num_hidden_layers":6,"type_vocab_size":2,"vocab_size":30522})";

class ModelFolderTest : public testing::Test {
protected:
    ModelFolderTest() {
        files_.write("config.json", kConfig);
        files_.write("model.safetensors", "");
        files_.write("tokenizer.json", "");
    }

    std::string error() const {
        const auto folder = read_model_folder(files_.path());
        return folder ? "no error" : folder.error().message;
    }

    std::string error_with(std::string_view from, std::string_view to) const {
        std::string config(kConfig);
        config.replace(config.find(from), from.size(), to);
        files_.write("config.json", config);
        return error();
    }

    TemporaryFolder files_;
};

TEST_F(ModelFolderTest, ReadsTheNetworksSizes) {
    const auto folder = read_model_folder(files_.path());
    ASSERT_TRUE(folder) << folder.error().message;
    EXPECT_EQ(folder->family, ModelFamily::kSentenceEmbedding);
    const auto& bert = std::get<BertConfig>(folder->network);
    EXPECT_EQ(bert.hidden_size, 384U);
    EXPECT_EQ(bert.num_hidden_layers, 6U);
    EXPECT_DOUBLE_EQ(bert.layer_norm_eps, 1e-12);
    EXPECT_EQ(folder->pooling, Pooling::kMean);
    EXPECT_EQ(folder->max_tokens, 512U);
}

TEST_F(ModelFolderTest, ReadsSentenceTransformersSettings) {
    files_.write("sentence_bert_config.json", R"({"max_seq_length": 256})");
    files_.write("1_Pooling/config.json", R"({"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false})");
    const auto folder = read_model_folder(files_.path());
    ASSERT_TRUE(folder) << folder.error().message;
    EXPECT_EQ(folder->max_tokens, 256U);
    EXPECT_EQ(folder->pooling, Pooling::kCls);
}

TEST_F(ModelFolderTest, SaysWhichPartIsMissing) {
    for (const auto& [file, part] :
         {std::pair{"config.json", "without configuration"}, std::pair{"model.safetensors", "without weights"},
          std::pair{"tokenizer.json", "without tokenizer"}}) {
        const TemporaryFolder whole;
        for (const char* name : {"config.json", "model.safetensors", "tokenizer.json"}) {
            if (std::string_view(name) != file) whole.write(name, kConfig);
        }
        const auto folder = read_model_folder(whole.path());
        ASSERT_FALSE(folder);
        EXPECT_EQ(folder.error().kind, ErrorKind::kDisk);
        EXPECT_THAT(folder.error().message, AllOf(HasSubstr(part), HasSubstr(file), HasSubstr("--model")));
    }
}

TEST_F(ModelFolderTest, NamesAFolderThatIsNotThere) {
    const auto folder = read_model_folder("/no/such/model");
    ASSERT_FALSE(folder);
    EXPECT_THAT(folder.error().message, HasSubstr("no model folder /no/such/model"));
}

TEST_F(ModelFolderTest, NamesTheSettingThatIsWrong) {
    EXPECT_THAT(error_with(R"("hidden_size":384,)", ""),
                AllOf(HasSubstr("config.json"), HasSubstr("hidden_size is missing")));
    EXPECT_THAT(error_with(R"("hidden_size":384)", R"("hidden_size":-1)"), HasSubstr("hidden_size is -1"));
    EXPECT_THAT(error_with(R"("hidden_size":384)", R"("hidden_size":"x")"), HasSubstr("\"x\""));
    EXPECT_THAT(error_with(R"("num_attention_heads":12)", R"("num_attention_heads":7)"),
                AllOf(HasSubstr("num_attention_heads is 7"), HasSubstr("384")));
    EXPECT_THAT(error_with(R"("gelu")", R"("swish")"), HasSubstr("hidden_act is swish"));
}

TEST_F(ModelFolderTest, NamesAnArchitectureItCannotRun) {
    EXPECT_THAT(error_with(R"(["BertModel"])", R"(["BertForMaskedLM"])"),
                AllOf(HasSubstr("BertForMaskedLM"), HasSubstr("BartForSequenceClassification")));
    EXPECT_THAT(error_with(R"("model_type":"bert")", R"("model_type":"gpt2")"),
                AllOf(HasSubstr("model_type is gpt2"), HasSubstr("openvino_model.xml")));
}

TEST_F(ModelFolderTest, TakesANetworkFileForAnUnknownArchitecture) {
    files_.write("onnx/model.onnx", "");
    EXPECT_EQ(error_with(R"("model_type":"bert")", R"("model_type":"gpt2")"), "no error");
    EXPECT_THAT(read_model_folder(files_.path())->network_path, HasSubstr("onnx/model.onnx"));
}

TEST_F(ModelFolderTest, FindsTheEntailmentByItsName) {
    const auto labels = [&](const char* id2label) {
        std::string config = std::string(kConfig).replace(1, 0, fmt::format(R"("id2label":{},)", id2label));
        config.replace(config.find("BertModel"), 9, "BertForSequenceClassification");
        files_.write("config.json", config);
        const auto folder = read_model_folder(files_.path());
        EXPECT_TRUE(folder) << folder.error().message;
        return std::tuple(folder->labels.count, folder->labels.entailment, folder->labels.contradiction);
    };
    EXPECT_EQ(labels(R"({"0":"contradiction","1":"neutral","2":"entailment"})"), std::tuple(3U, 2U, 0U));
    EXPECT_EQ(labels(R"({"0":"ENTAILMENT","1":"neutral","2":"contradiction"})"), std::tuple(3U, 0U, 2U));
    EXPECT_EQ(labels(R"({"0":"LABEL_0","1":"LABEL_1"})"), std::tuple(2U, 1U, 0U));
    EXPECT_EQ(labels(R"({"0":"entailment","1":"not_entailment"})"), std::tuple(2U, 0U, 1U));
}

TEST_F(ModelFolderTest, NamesAConfigurationThatIsNoJson) {
    files_.write("config.json", "<html>");
    EXPECT_THAT(error(), HasSubstr("no JSON object"));
}

TEST_F(ModelFolderTest, RefusesInputsLongerThanTheNetworksPositions) {
    files_.write("sentence_bert_config.json", R"({"max_seq_length": 513})");
    EXPECT_THAT(error(), AllOf(HasSubstr("max_seq_length is 513"), HasSubstr("512")));
}

}  // namespace
}  // namespace gale::zero_shot
