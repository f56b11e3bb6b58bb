#include "classifier/embedding_math.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gale::zero_shot {
namespace {

using testing::ElementsAre;
using testing::FloatEq;

PaddedBatch two_rows() {
    return {.rows = 2, .width = 2, .ids = {7, 8, 9, 0}, .mask = {1, 1, 1, 0}};
}

TEST(Pool, AveragesTokensAndSkipsPadding) {
    const std::vector<float> states{1, 10, 3, 30, 5, 50, 1000, 1000};
    EXPECT_THAT(pool({states, 2}, two_rows(), Pooling::kMean), ElementsAre(ElementsAre(2, 20), ElementsAre(5, 50)));
}

TEST(Pool, TakesTheFirstTokenWhenTheModelSaysSo) {
    const std::vector<float> states{1, 10, 3, 30, 5, 50, 1000, 1000};
    EXPECT_THAT(pool({states, 2}, two_rows(), Pooling::kCls), ElementsAre(ElementsAre(1, 10), ElementsAre(5, 50)));
}

TEST(Pool, GivesZerosForARowWithoutTokens) {
    const PaddedBatch batch{.rows = 1, .width = 1, .ids = {0}, .mask = {0}};
    const std::vector<float> states{4, 5};
    EXPECT_THAT(pool({states, 2}, batch, Pooling::kMean), ElementsAre(ElementsAre(0, 0)));
}

TEST(Normalize, MakesTheLengthOneAndKeepsZeros) {
    Embedding embedding{3, 4};
    normalize(embedding);
    EXPECT_THAT(embedding, ElementsAre(FloatEq(0.6F), FloatEq(0.8F)));
    Embedding zeros{0, 0};
    normalize(zeros);
    EXPECT_THAT(zeros, ElementsAre(0, 0));
}

TEST(Cosine, IsOneForSameZeroForAcrossMinusOneForOpposite) {
    const Embedding right{2, 0};
    EXPECT_FLOAT_EQ(cosine(right, Embedding{5, 0}), 1);
    EXPECT_FLOAT_EQ(cosine(right, Embedding{0, 3}), 0);
    EXPECT_FLOAT_EQ(cosine(right, Embedding{-1, 0}), -1);
    EXPECT_FLOAT_EQ(cosine(right, Embedding{0, 0}), 0);
}

}  // namespace
}  // namespace gale::zero_shot
