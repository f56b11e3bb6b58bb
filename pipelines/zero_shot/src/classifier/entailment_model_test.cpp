#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "classifier/zero_shot_model.hpp"

namespace gale::zero_shot {
namespace {

using testing::ElementsAre;
using testing::FloatNear;
using testing::HasSubstr;

constexpr EntailmentLabels kLabels{.count = 3, .entailment = 2, .contradiction = 0};

TEST(LabelScores, AreTheShareOfALabelsEntailment) {
    const std::vector<float> logits{9, 0, 1, /**/ -9, 5, 2};
    const float total = std::exp(1.0F) + std::exp(2.0F);
    EXPECT_THAT(label_scores(logits, kLabels, false),
                ElementsAre(FloatNear(std::exp(1.0F) / total, 1e-6F), FloatNear(std::exp(2.0F) / total, 1e-6F)));
}

TEST(LabelScores, OfManyLabelsSetEntailmentAgainstContradiction) {
    const std::vector<float> logits{1, 50, 1, /**/ 0, -50, 2};
    EXPECT_THAT(label_scores(logits, kLabels, true),
                ElementsAre(FloatNear(0.5F, 1e-6F), FloatNear(1 / (1 + std::exp(-2.0F)), 1e-6F)));
}

TEST(LabelScores, OfASingleLabelAreThoseOfManyLabels) {
    const std::vector<float> logits{0, 7, 1};
    EXPECT_EQ(label_scores(logits, kLabels, false), label_scores(logits, kLabels, true));
}

TEST(LabelScores, HoldForLogitsThatOverflowAnExponential) {
    EXPECT_THAT(label_scores(std::vector<float>{0, 0, 1000, /**/ 0, 0, -1000}, kLabels, false), ElementsAre(1, 0));
}

/// Words are ids; a pair is [CLS] premise [SEP] hypothesis [SEP].
constexpr std::string_view kTokenizer = R"({
  "added_tokens": [], "normalizer": null, "pre_tokenizer": {"type": "BertPreTokenizer"},
  "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": {"[PAD]": 0, "[CLS]": 1, "[SEP]": 2, "[UNK]": 3, "a": 4, "b": 5, "long": 6}},
  "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 2], "cls": ["[CLS]", 1]}
})";

/// Entailment is ten times the pair's first word plus the last one; counts the rows.
class SumNetwork final : public EncoderNetwork {
public:
    SumNetwork(std::size_t& rows, std::size_t outputs) : rows_(rows), outputs_(outputs) {}

    Result<NetworkOutput> run(const PaddedBatch& batch, std::size_t /*stream*/) override {
        rows_ += batch.rows;
        values_.assign(batch.rows * outputs_, 0);
        for (std::size_t row = 0; row < batch.rows; ++row) {
            const auto ids = std::span(batch.ids).subspan(row * batch.width, batch.width);
            std::size_t end = batch.width;
            while (ids[end - 1] != 2) --end;
            values_[row * outputs_ + outputs_ - 1] = static_cast<float>(10 * ids[1] + ids[end - 2]);
        }
        return NetworkOutput{values_, outputs_};
    }

private:
    std::size_t& rows_;
    std::size_t outputs_;
    std::vector<float> values_;
};

class EntailmentModelTest : public testing::Test {
protected:
    EntailmentModel make(std::size_t outputs = 3) {
        auto tokenizer = HuggingFaceTokenizer::parse(kTokenizer, "tokenizer.json");
        EXPECT_TRUE(tokenizer) << tokenizer.error().message;
        return {std::move(*tokenizer), std::make_unique<SumNetwork>(rows_, outputs), kLabels, 12};
    }

    Result<std::vector<LabelScores>> classify(std::vector<std::string> texts, std::vector<std::string> labels) {
        auto model = make();
        return model.classify(texts, labels, {.hypothesis_template = "{}"});
    }

    std::size_t rows_ = 0;
};

TEST_F(EntailmentModelTest, ScoresEachTextAgainstEachLabelInTheirOrder) {
    const auto scores = classify({"b b b", "a"}, {"a", "b"});
    ASSERT_TRUE(scores) << scores.error().message;
    const float second = 1 / (1 + std::exp(-1.0F));
    for (const auto& row : *scores) {
        EXPECT_THAT(row, ElementsAre(FloatNear(1 - second, 1e-6F), FloatNear(second, 1e-6F)));
    }
}

TEST_F(EntailmentModelTest, ComputesIdenticalTextsOnce) {
    ASSERT_TRUE(classify({"a", "b", "a"}, {"a", "b", "long"}));
    EXPECT_EQ(rows_, 6U);
}

TEST_F(EntailmentModelTest, CutsATextButNeverALabel) {
    std::string text = "a";
    for (int i = 0; i < 50; ++i) text += " b";
    EXPECT_TRUE(classify({text, ""}, {"a", "b"}));
    std::string label;
    for (int i = 0; i < 50; ++i) label += "long ";
    const auto refused = classify({"a"}, {"a", label});
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("long long"));
    EXPECT_THAT(refused.error().message, HasSubstr("50 tokens"));
}

TEST_F(EntailmentModelTest, NamesANetworkWithOtherOutputs) {
    auto model = make(2);
    const auto refused = model.classify(std::vector<std::string>{"a"}, std::vector<std::string>{"b"}, {});
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("2 values"));
}

}  // namespace
}  // namespace gale::zero_shot
