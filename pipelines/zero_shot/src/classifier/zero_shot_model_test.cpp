#include "classifier/zero_shot_model.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gale::zero_shot {
namespace {

using testing::ElementsAre;
using testing::FloatEq;
using testing::HasSubstr;

/// Only the letters x and y count: their numbers are the token ids.
class LetterTokenizer final : public Tokenizer {
public:
    Result<std::vector<TokenIds>> tokenize(std::span<const std::string> texts) override {
        std::vector<TokenIds> rows;
        for (const auto& text : texts) {
            rows.push_back({static_cast<std::int32_t>(std::ranges::count(text, 'x')),
                            static_cast<std::int32_t>(std::ranges::count(text, 'y'))});
        }
        return rows;
    }
};

/// The text's vector is (x, y), at its first token.
class PairNetwork final : public EncoderNetwork {
public:
    Result<NetworkOutput> run(const PaddedBatch& batch, std::size_t /*stream*/) override {
        states_.clear();
        for (std::size_t row = 0; row < batch.rows; ++row) {
            for (std::size_t twice = 0; twice < 2; ++twice) {
                states_.push_back(static_cast<float>(batch.ids[2 * row]));
                states_.push_back(static_cast<float>(batch.ids[2 * row + 1]));
            }
        }
        return NetworkOutput{states_, 2};
    }

private:
    std::vector<float> states_;
};

SentenceEmbeddingModel make_model() {
    return SentenceEmbeddingModel(
        SentenceEmbedder(std::make_unique<LetterTokenizer>(), std::make_unique<PairNetwork>(), Pooling::kMean, true));
}

TEST(SentenceEmbeddingModel, ScoresByTheCosineOfTextAndHypothesis) {
    auto model = make_model();
    const auto scores = model.classify(std::vector<std::string>{"xxx", "xy"}, std::vector<std::string>{"x", "y"},
                                       {.hypothesis_template = "about {}"});
    ASSERT_TRUE(scores) << scores.error().message;
    EXPECT_THAT((*scores)[0], ElementsAre(FloatEq(1), FloatEq(0)));
    EXPECT_THAT((*scores)[1], ElementsAre(FloatEq(0.70710678F), FloatEq(0.70710678F)));
}

TEST(SentenceEmbeddingModel, NamesATemplateWithoutPlaceForTheLabel) {
    auto model = make_model();
    const auto scores = model.classify(std::vector<std::string>{"x"}, std::vector<std::string>{"x"},
                                       {.hypothesis_template = "about it"});
    ASSERT_FALSE(scores);
    EXPECT_THAT(scores.error().message, HasSubstr("\"about it\""));
}

TEST(MakeHypotheses, PutsTheLabelInPlaceOfTheBraces) {
    const auto hypotheses = make_hypotheses(std::vector<std::string>{"Oil or Gas", "{}"}, "This example is {}.");
    ASSERT_TRUE(hypotheses);
    EXPECT_THAT(*hypotheses, ElementsAre("This example is Oil or Gas.", "This example is {}."));
}

TEST(MakeHypotheses, ReadsTheTemplateAsPythonsFormat) {
    const std::vector<std::string> labels{"Oil"};
    EXPECT_THAT(*make_hypotheses(labels, "{0} is {{it}}, {0}"), ElementsAre("Oil is {it}, Oil"));
    for (const char* wrong : {"{1}", "{label}", "open {", "}", "{} and {}", "{{}}"}) {
        EXPECT_FALSE(make_hypotheses(labels, wrong)) << wrong;
    }
}

}  // namespace
}  // namespace gale::zero_shot
