#include "classifier/label_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gale::zero_shot {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

std::string error_of(std::string_view text) {
    const auto labels = parse_labels(text, "labels.txt");
    return labels ? "no error" : labels.error().message;
}

TEST(LabelFile, TakesOneLabelALine) {
    const auto labels = parse_labels("\xEF\xBB\xBF Oil or Gas \r\n\nIPO\n\tZölle", "labels.txt");
    ASSERT_TRUE(labels) << labels.error().message;
    EXPECT_THAT(*labels, ElementsAre("Oil or Gas", "IPO", "Zölle"));
}

TEST(LabelFile, RefusesAnEmptyFile) {
    EXPECT_THAT(error_of(""), AllOf(HasSubstr("labels.txt"), HasSubstr("no label")));
    EXPECT_THAT(error_of(" \n\r\n"), HasSubstr("no label"));
}

TEST(LabelFile, NamesBothLinesOfADuplicate) {
    EXPECT_THAT(error_of("IPO\nSEC\n IPO"), AllOf(HasSubstr("\"IPO\""), HasSubstr("line 1"), HasSubstr("line 3")));
}

TEST(LabelFile, NamesTheLineThatIsNoUtf8) {
    EXPECT_THAT(error_of("IPO\nZ\xF6lle\n"), AllOf(HasSubstr("line 2"), HasSubstr("UTF-8")));
}

TEST(LabelFile, NamesAFileThatIsNotThere) {
    const auto labels = read_labels("/no/such/labels.txt");
    ASSERT_FALSE(labels);
    EXPECT_THAT(labels.error().message, HasSubstr("/no/such/labels.txt"));
}

TEST(DefaultLabels, AreTheTenTopics) {
    EXPECT_THAT(default_labels(), ElementsAre("Crypto", "SEC", "Dividend", "Economics", "Oil or Gas", "IPO", "Politics",
                                              "Buffet", "Stock", "Other"));
}

}  // namespace
}  // namespace gale::zero_shot
