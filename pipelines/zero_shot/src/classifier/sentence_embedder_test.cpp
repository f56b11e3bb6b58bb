#include "classifier/sentence_embedder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace gale::zero_shot {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

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
    Result<NetworkOutput> run(const PaddedBatch& batch, std::size_t /*stream*/) override {
        if (std::ranges::find(batch.ids, '!') != batch.ids.end()) {
            return fail(ErrorKind::kInput, "the network broke");
        }
        states_.clear();
        for (const auto id : batch.ids) states_.insert(states_.end(), {static_cast<float>(id), 1.0F});
        return NetworkOutput{states_, 2};
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

}  // namespace
}  // namespace gale::zero_shot
