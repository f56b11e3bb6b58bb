#include "classifier/sentence_embedder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace gale::zero_shot {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAreArray;

/// A token a byte; counts what it is asked.
class ByteTokenizer final : public Tokenizer {
public:
    explicit ByteTokenizer(std::size_t& texts_seen) : texts_seen_(texts_seen) {}

    Result<std::vector<TokenIds>> tokenize(std::span<const std::string> texts) override {
        texts_seen_ += texts.size();
        std::vector<TokenIds> rows;
        for (const auto& text : texts) rows.emplace_back(text.begin(), text.end());
        return rows;
    }

private:
    std::size_t& texts_seen_;
};

/// A token's state is (id, 1).
class EchoNetwork final : public EncoderNetwork {
public:
    Result<HiddenStates> run(const PaddedBatch& batch) override {
        if (std::ranges::find(batch.ids, '!') != batch.ids.end()) {
            return fail(ErrorKind::kInput, "the network broke");
        }
        states_.clear();
        for (const auto id : batch.ids) states_.insert(states_.end(), {static_cast<float>(id), 1.0F});
        return HiddenStates{states_, 2};
    }

private:
    std::vector<float> states_;
};

class SentenceEmbedderTest : public testing::Test {
protected:
    std::size_t texts_seen_ = 0;
    SentenceEmbedder embedder_{std::make_unique<ByteTokenizer>(texts_seen_), std::make_unique<EchoNetwork>(),
                               Pooling::kMean, false};
};

TEST_F(SentenceEmbedderTest, KeepsTheTextsOrderWhateverTheirLength) {
    const std::vector<std::string> texts{"bbbbbbbb", "a", "ccc"};
    const auto embeddings = embedder_.embed(texts);
    ASSERT_TRUE(embeddings);
    EXPECT_THAT(*embeddings, ElementsAre(ElementsAre('b', 1), ElementsAre('a', 1), ElementsAre('c', 1)));
}

TEST_F(SentenceEmbedderTest, ComputesIdenticalTextsOnce) {
    const std::vector<std::string> texts{"a", "b", "a", "a"};
    const auto embeddings = embedder_.embed(texts);
    ASSERT_TRUE(embeddings);
    EXPECT_EQ(texts_seen_, 2U);
    EXPECT_EQ((*embeddings)[3], (*embeddings)[0]);
    EXPECT_NE((*embeddings)[1], (*embeddings)[0]);
}

TEST_F(SentenceEmbedderTest, PassesTheNetworksErrorOn) {
    const auto embeddings = embedder_.embed(std::vector<std::string>{"fine", "bad!"});
    ASSERT_FALSE(embeddings);
    EXPECT_THAT(embeddings.error().message, HasSubstr("the network broke"));
}

TEST_F(SentenceEmbedderTest, EmbedsNothing) {
    const auto embeddings = embedder_.embed({});
    ASSERT_TRUE(embeddings);
    EXPECT_TRUE(embeddings->empty());
}

TEST(PlanBatches, PutsSimilarLengthsTogetherWithinTheLimits) {
    std::vector<TokenIds> inputs;
    for (const std::size_t size : {9, 2, 9, 2, 40, 3}) inputs.emplace_back(size, 1);
    EXPECT_THAT(plan_batches(inputs, 3, 20), ElementsAre(ElementsAre(1, 3, 5), ElementsAre(0, 2), ElementsAre(4)));
}

TEST(PlanBatches, HasEveryInputExactlyOnce) {
    std::vector<TokenIds> inputs;
    for (std::size_t i = 0; i < 100; ++i) inputs.emplace_back((i * 37) % 50, 1);
    std::vector<std::size_t> all;
    for (const auto& batch : plan_batches(inputs, 16, 128)) {
        all.insert(all.end(), batch.begin(), batch.end());
    }
    std::vector<std::size_t> wanted(inputs.size());
    std::iota(wanted.begin(), wanted.end(), std::size_t{0});
    EXPECT_THAT(all, UnorderedElementsAreArray(wanted));
}

TEST(Pad, FillsToTheLongestWithZeros) {
    const std::vector<TokenIds> inputs{{1}, {2, 3, 4}, {5, 6}};
    const auto batch = pad(inputs, std::vector<std::size_t>{2, 0});
    EXPECT_EQ(batch.rows, 2U);
    EXPECT_EQ(batch.width, 2U);
    EXPECT_THAT(batch.ids, ElementsAre(5, 6, 1, 0));
    EXPECT_THAT(batch.mask, ElementsAre(1, 1, 1, 0));
}

}  // namespace
}  // namespace gale::zero_shot
