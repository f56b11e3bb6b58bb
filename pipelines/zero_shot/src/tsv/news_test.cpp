#include "tsv/news.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace gale::zero_shot {
namespace {

class NewsFile : public ::testing::Test {
protected:
    void SetUp() override {
        path_ = testing::TempDir() + "news_" + testing::UnitTest::GetInstance()->current_test_info()->name();
    }
    void TearDown() override { std::filesystem::remove(path_); }
    void write(const std::string& text) { std::ofstream(path_, std::ios::binary) << text; }
    std::string path_;
};

TEST_F(NewsFile, ReadsBackWhatWasFormatted) {
    const std::vector<NewsRow> rows = {{"107", "2026-11-24 08:00:00", "Fed \"holds\"", "One\tTwo\nThree"},
                                       {"b", "", "", ""}};
    write(format_news(rows));
    const auto read = read_news(path_);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(*read, rows);
}

TEST_F(NewsFile, WritesPandasHeader) {
    EXPECT_EQ(format_news({}), "id\tpublished\ttitle\tsummary\n");
}

TEST_F(NewsFile, FindsTheColumnsInAnyOrderAmongOthers) {
    write("title\tx\tid\tsummary\tpublished\nT\t?\tI\tS\tP\n");
    const auto read = read_news(path_);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(*read, (std::vector<NewsRow>{{"I", "P", "T", "S"}}));
}

TEST_F(NewsFile, NamesTheMissingColumn) {
    write("id\tpublished\ttitle\n1\t2\t3\n");
    const auto read = read_news(path_);
    ASSERT_FALSE(read);
    EXPECT_NE(read.error().message.find("no column \"summary\""), std::string::npos);
}

}  // namespace
}  // namespace gale::zero_shot
