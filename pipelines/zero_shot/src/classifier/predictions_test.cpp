#include "classifier/predictions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "classifier/temporary_folder.hpp"

namespace gale::zero_shot {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr std::string_view kHeader = "id\tpublished\ttitle\tsummary\n";

Result<NewsTable> read(std::string_view bytes) {
    const TemporaryFolder folder;
    return read_news_table(folder.write("news.tsv", bytes));
}

std::string error_of(std::string_view bytes) {
    const auto table = read(bytes);
    return table ? "no error" : table.error().message;
}

std::string format(std::string_view rows, std::vector<LabelScores> scores) {
    const auto table = read(std::string(kHeader).append(rows));
    EXPECT_TRUE(table) << table.error().message;
    return format_predictions(*table, std::vector<std::string>{"SEC", "IPO"}, scores);
}

TEST(Predictions, WritesEachRowUnderItsNumberWithItsBestLabel) {
    EXPECT_EQ(format("7\t2026-01-02 03:04:05\tT\tS\n8\t\tU\t\n", {{0.5F, 0.25F}, {-1, 0}}),
              R"({"0":{"id":7,"published":"2026-01-02 03:04:05","title":"T","summary":"S",)"
              R"("label":"SEC","score":0.5},)"
              R"("1":{"id":8,"published":null,"title":"U","summary":null,"label":"IPO","score":0.0}})");
}

TEST(Predictions, WritesIdsAsTextUnlessAllAreWholeNumbers) {
    EXPECT_THAT(format("7\tp\tT\tS\nx8\tp\tT\tS\n", {{1, 0}, {1, 0}}), HasSubstr(R"("id":"7")"));
    EXPECT_THAT(format("007\tp\tT\tS\n", {{1, 0}}), HasSubstr(R"("id":"007")"));
    EXPECT_THAT(format("99999999999999999999\tp\tT\tS\n", {{1, 0}}), HasSubstr(R"("id":"99)"));
    EXPECT_THAT(format("-9\tp\t12\tS\n", {{1, 0}}), HasSubstr(R"("id":-9,"published":"p","title":"12")"));
}

TEST(Predictions, WritesAnEmptyObjectForNoNews) {
    EXPECT_EQ(format("", {}), "{}");
}

TEST(Predictions, KeepsOtherColumnsInPlace) {
    const auto table = read("link\tsummary\ttitle\tpublished\tid\nL\tS\tT\tP\tI\n");
    ASSERT_TRUE(table) << table.error().message;
    EXPECT_EQ(text_of(*table, table->rows[0]), "T. S");
    EXPECT_THAT(format_predictions(*table, std::vector<std::string>{"x"}, std::vector<LabelScores>{{1}}),
                HasSubstr(R"({"link":"L","summary":"S","title":"T","published":"P","id":"I","label")"));
}

TEST(Predictions, JoinsTitleAndSummaryWhenBothAreThere) {
    const auto table = read(std::string(kHeader) + "1\tp\tTitle\tMore\n2\tp\tTitle\t\n3\tp\t\tMore\n");
    ASSERT_TRUE(table);
    EXPECT_EQ(text_of(*table, table->rows[0]), "Title. More");
    EXPECT_EQ(text_of(*table, table->rows[1]), "Title");
    EXPECT_EQ(text_of(*table, table->rows[2]), "More");
}

TEST(Predictions, NamesAMissingColumn) {
    EXPECT_THAT(error_of("id\tpublished\ttitle\n1\tp\tt\n"), AllOf(HasSubstr("summary"), HasSubstr("news.tsv")));
}

TEST(Predictions, NamesTheLineOfABrokenQuote) {
    EXPECT_THAT(error_of(std::string(kHeader) + "1\tp\t\"open\tS\n"), HasSubstr("line 2"));
}

TEST(Predictions, RefusesAFileThatIsLabelledAlready) {
    EXPECT_THAT(error_of("id\tpublished\ttitle\tsummary\tlabel\n"), HasSubstr("\"label\" already"));
}

TEST(BestLabel, IsTheFirstOfTheHighest) {
    EXPECT_EQ(best_label({0.1F, 0.7F, 0.7F}), 1U);
    EXPECT_EQ(best_label({-0.5F}), 0U);
}

}  // namespace
}  // namespace gale::zero_shot
