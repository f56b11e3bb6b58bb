#include "tokenizer/hugging_face_tokenizer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace gale::zero_shot {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

// [CLS]=0 [SEP]=1 [UNK]=2 oil=3 ##s=4 up=5 é stays out.
const std::string kWordPiece = R"({
  "added_tokens": [{"id": 0, "content": "[CLS]"}, {"id": 1, "content": "[SEP]"}],
  "normalizer": {"type": "BertNormalizer"},
  "pre_tokenizer": {"type": "BertPreTokenizer"},
  "post_processor": {
    "type": "TemplateProcessing",
    "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
               {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
    "pair": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
             {"SpecialToken": {"id": "[SEP]", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}},
             {"SpecialToken": {"id": "[SEP]", "type_id": 1}}],
    "special_tokens": {"[CLS]": {"ids": [0]}, "[SEP]": {"ids": [1]}}},
  "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": {"[CLS]": 0, "[SEP]": 1, "[UNK]": 2, "oil": 3, "##s": 4, "up": 5}}})";

std::unique_ptr<HuggingFaceTokenizer> word_piece() {
    auto tokenizer = HuggingFaceTokenizer::parse(kWordPiece, "test");
    EXPECT_TRUE(tokenizer) << tokenizer.error().message;
    return std::move(*tokenizer);
}

/// The message about kWordPiece with `from` changed to `to`.
std::string refusal(const std::string& from, const std::string& to) {
    std::string json = kWordPiece;
    json.replace(json.find(from), from.size(), to);
    const auto tokenizer = HuggingFaceTokenizer::parse(json, "changed.json");
    return tokenizer ? "accepted" : tokenizer.error().message;
}

TEST(HuggingFaceTokenizer, OffsetsAreBytesOfTheTextGiven) {
    const auto encoding = word_piece()->encode("\xC3\x93ils  up");  // Ó is two bytes
    ASSERT_TRUE(encoding);
    EXPECT_THAT(encoding->ids, ElementsAre(0, 3, 4, 5, 1));
    EXPECT_THAT(encoding->offsets, ElementsAre(Pair(0, 0), Pair(0, 4), Pair(4, 5), Pair(7, 9), Pair(0, 0)));
}

TEST(HuggingFaceTokenizer, BrokenUtf8CountsAsReplacementCharacters) {
    const auto encoding = word_piece()->encode("oil\xE2\x82 up\xFF");
    ASSERT_TRUE(encoding);
    EXPECT_THAT(encoding->ids, ElementsAre(0, 3, 5, 1));  // BERT drops U+FFFD
    EXPECT_THAT(encoding->offsets, ElementsAre(Pair(0, 0), Pair(0, 3), Pair(6, 8), Pair(0, 0)));
}

TEST(HuggingFaceTokenizer, OnlyThePremiseOfAPairIsCut) {
    const auto encoding = word_piece()->encode_pair("oil up oil up", "oils", 7);
    ASSERT_TRUE(encoding) << encoding.error().message;
    EXPECT_THAT(encoding->ids, ElementsAre(0, 3, 5, 1, 3, 4, 1));
    EXPECT_THAT(encoding->type_ids, ElementsAre(0, 0, 0, 0, 1, 1, 1));
}

TEST(HuggingFaceTokenizer, AHypothesisWithoutRoomForATextIsRefused) {
    const auto encoding = word_piece()->encode_pair("oil", "oil oil oil", 6);
    ASSERT_FALSE(encoding);
    EXPECT_THAT(encoding.error().message, HasSubstr("a hypothesis of 3 tokens leaves no room"));
    EXPECT_TRUE(word_piece()->encode_pair("", "oil oil oil", 6)) << "nothing has to be cut";
}

TEST(HuggingFaceTokenizer, JoiningBareTextsIsEncodingAPair) {
    const auto tokenizer = word_piece();
    const auto joined = tokenizer->join_pair(tokenizer->encode_bare("oil up oil", 6), tokenizer->encode_bare("up"), 6);
    const auto encoded = tokenizer->encode_pair("oil up oil", "up", 6);
    ASSERT_TRUE(joined && encoded);
    EXPECT_EQ(joined->ids, encoded->ids);
    EXPECT_EQ(joined->offsets, encoded->offsets);
}

TEST(HuggingFaceTokenizer, AnEmptyTextIsItsSpecialTokens) {
    const auto encoding = word_piece()->encode("");
    ASSERT_TRUE(encoding);
    EXPECT_THAT(encoding->ids, ElementsAre(0, 1));
}

TEST(HuggingFaceTokenizer, NoRoomForSpecialTokensIsAnError) {
    EXPECT_FALSE(word_piece()->encode("oil", 1));
    EXPECT_TRUE(word_piece()->encode("oil", 2));
}

TEST(HuggingFaceTokenizer, VocabularySizeCountsAddedTokens) {
    EXPECT_EQ(word_piece()->vocabulary_size(), 6U);
    EXPECT_THAT(refusal("\"id\": 1,", "\"id\": 99,"), "accepted");
}

TEST(HuggingFaceTokenizer, WhatItDoesNotKnowIsRefusedByName) {
    EXPECT_THAT(refusal("\"BertNormalizer\"", "\"NFKC\""), HasSubstr("changed.json: normalizer.type must be"));
    EXPECT_THAT(refusal("\"BertPreTokenizer\"", "\"Digits\""), HasSubstr("pre_tokenizer.type must be"));
    EXPECT_THAT(refusal("\"WordPiece\"", "\"WordLevel\""), HasSubstr("model.type must be BPE, Unigram or WordPiece"));
    EXPECT_THAT(refusal("\"WordPiece\"", "\"BPE\""), HasSubstr("behind a ByteLevel pre-tokenizer"));
    EXPECT_THAT(refusal("\"TemplateProcessing\"", "\"Other\""), HasSubstr("post_processor.type must be"));
    EXPECT_THAT(refusal("\"[SEP]\"}", "\"[SEP]\", \"single_word\": true}"), HasSubstr("added_tokens[1].single_word"));
}

TEST(HuggingFaceTokenizer, DamageIsNamed) {
    EXPECT_THAT(refusal("{\n", "["), HasSubstr("changed.json is no JSON"));
    EXPECT_THAT(refusal("\"[UNK]\",", "\"[unk]\","), HasSubstr("model.unk_token must be in the vocabulary"));
    EXPECT_THAT(refusal("\"up\": 5", "\"up\": -5"), HasSubstr("up must be a whole number"));
    EXPECT_THAT(refusal("{\"ids\": [1]}", "{}"), HasSubstr("post_processor.special_tokens.[SEP].ids"));
}

TEST(HuggingFaceTokenizer, AFolderWithoutTokenizerFilesIsNamed) {
    const auto tokenizer = HuggingFaceTokenizer::open("/nowhere/at/all");
    ASSERT_FALSE(tokenizer);
    EXPECT_EQ(tokenizer.error().kind, ErrorKind::kDisk);
    EXPECT_THAT(tokenizer.error().message, HasSubstr("/nowhere/at/all has no tokenizer.json"));
}

}  // namespace
}  // namespace gale::zero_shot
