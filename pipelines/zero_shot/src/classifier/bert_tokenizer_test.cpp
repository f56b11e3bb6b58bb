#include "classifier/bert_tokenizer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "classifier/bert_normalizer.hpp"
#include "classifier/temporary_folder.hpp"

namespace gale::zero_shot {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kTokenizer = R"({
  "added_tokens": [{"id": 2, "content": "[CLS]", "single_word": false, "lstrip": false,
                    "rstrip": false, "normalized": false},
                   {"id": 3, "content": "[SEP]"}],
  "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
                 "strip_accents": null, "lowercase": true},
  "pre_tokenizer": {"type": "BertPreTokenizer"},
  "post_processor": {"type": "TemplateProcessing",
    "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A"}},
               {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
    "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2]}, "[SEP]": {"id": "[SEP]", "ids": [3]}}},
  "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 8,
            "vocab": {"[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "oil": 10, "##s": 11, "##field": 12,
                      "zur": 13, "##ich": 14, ",": 15, "油": 16, "o": 17}}
})";

TokenIds ids_of(std::string text, std::size_t max_tokens = 16) {
    auto vocabulary = parse_bert_vocabulary(kTokenizer, "tokenizer.json");
    EXPECT_TRUE(vocabulary) << vocabulary.error().message;
    BertTokenizer tokenizer(std::move(*vocabulary), max_tokens);
    const auto rows = tokenizer.tokenize(std::vector{std::move(text)});
    EXPECT_TRUE(rows) << rows.error().message;
    return rows->front();
}

std::string error_with(std::string_view from, std::string_view to) {
    std::string tokenizer(kTokenizer);
    tokenizer.replace(tokenizer.find(from), from.size(), to);
    const auto vocabulary = parse_bert_vocabulary(tokenizer, "tokenizer.json");
    return vocabulary ? "no error" : vocabulary.error().message;
}

TEST(BertTokenizer, TakesTheLongestPieceEachTime) {
    EXPECT_THAT(ids_of("Oilfields oil"), ElementsAre(2, 1, 10, 3));  // nine characters: too long
    EXPECT_THAT(ids_of("oilfield OILS"), ElementsAre(2, 10, 12, 10, 11, 3));
    EXPECT_THAT(ids_of("os ox"), ElementsAre(2, 17, 11, 1, 3));
}

TEST(BertTokenizer, DropsAccentsAndSplitsIdeographsAndPunctuation) {
    EXPECT_THAT(ids_of("Zürich,油oil"), ElementsAre(2, 13, 14, 15, 16, 10, 3));
}

TEST(BertTokenizer, TakesSpecialTokensOutOfTheText) {
    EXPECT_THAT(ids_of("oil[SEP]s[CLS]"), ElementsAre(2, 10, 3, 1, 2, 3));
    EXPECT_THAT(ids_of(""), ElementsAre(2, 3));
}

TEST(BertTokenizer, CutsTheTextAndKeepsTheFrame) {
    EXPECT_THAT(ids_of("oil oil oils oil", 5), ElementsAre(2, 10, 10, 10, 3));
    EXPECT_EQ(ids_of(std::string(10'000'000, ','), 5).size(), 5U);
}

TEST(BertTokenizer, RefusesBytesThatAreNoUtf8) {
    BertTokenizer tokenizer(*parse_bert_vocabulary(kTokenizer, "tokenizer.json"), 8);
    const auto rows = tokenizer.tokenize(std::vector<std::string>{"oil", "oil\xFF"});
    ASSERT_FALSE(rows);
    EXPECT_THAT(rows.error().message, AllOf(HasSubstr("text 1"), HasSubstr("byte 3")));
}

TEST(BertVocabulary, NamesThePartItCannotDo) {
    EXPECT_THAT(error_with("WordPiece", "BPE"), HasSubstr("model must be a WordPiece"));
    EXPECT_THAT(error_with(R"("lowercase": true)", R"("lowercase": false)"), HasSubstr("normalizer"));
    EXPECT_THAT(error_with(R"("strip_accents": null)", R"("strip_accents": false)"), HasSubstr("normalizer"));
    EXPECT_THAT(error_with("BertPreTokenizer", "Metaspace"), HasSubstr("pre_tokenizer"));
    EXPECT_THAT(error_with(R"("oil": 10)", R"("oil": -1)"), HasSubstr("model.vocab[\"oil\"]"));
    EXPECT_THAT(error_with(R"("unk_token": "[UNK]")", R"("unk_token": "?")"), HasSubstr("unk_token"));
    EXPECT_THAT(error_with(R"("lstrip": false)", R"("lstrip": true)"), HasSubstr("lstrip"));
    EXPECT_THAT(error_with("TemplateProcessing", "Other"), HasSubstr("post_processor"));
    EXPECT_THAT(error_with(R"({
  "added)",
                           "x"),
                AllOf(HasSubstr("tokenizer.json"), HasSubstr("no JSON")));
}

TEST(BertTokenizer, NamesATokenizerOfAnotherModel) {
    const TemporaryFolder folder;
    const std::string path = folder.write("tokenizer.json", kTokenizer);
    EXPECT_TRUE(BertTokenizer::open(path, 18, 8));
    const auto other = BertTokenizer::open(path, 17, 8);
    ASSERT_FALSE(other);
    EXPECT_THAT(other.error().message, AllOf(HasSubstr("up to 17"), HasSubstr("belong together")));
}

TEST(SplitWords, LowersWithoutAccentsOrControls) {
    EXPECT_THAT(split_words("Ünïted\u00adStates\tof\u00a0A.", 99), ElementsAre(U"unitedstates", U"of", U"a", U"."));
    EXPECT_THAT(split_words("株価up 한", 99), ElementsAre(U"株", U"価", U"up", U"\u1112\u1161\u11ab"));
    EXPECT_THAT(split_words("\ufffd \u200b", 99), ElementsAre());
}

}  // namespace
}  // namespace gale::zero_shot
