#include "loader/fetch.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace financial_news {
namespace {

class FetchFile : public ::testing::Test {
protected:
    void SetUp() override { std::ofstream(path_, std::ios::binary) << std::string(1000, 'x'); }
    void TearDown() override { std::filesystem::remove(path_); }
    std::string path_ = testing::TempDir() + "fetch_" + testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(FetchFile, ReadsAFileUrl) {
    const auto fetched = fetch("file://" + path_, {});
    ASSERT_TRUE(fetched) << fetched.error().message;
    EXPECT_EQ(fetched->body.size(), 1000U);
}

TEST_F(FetchFile, StopsAtTheSizeLimit) {
    FetchLimits limits;
    limits.bytes = 999;
    const auto fetched = fetch("file://" + path_, limits);
    ASSERT_FALSE(fetched);
    EXPECT_EQ(fetched.error().kind, ErrorKind::kInput);
    EXPECT_NE(fetched.error().message.find("larger than 999 bytes"), std::string::npos);
}

TEST_F(FetchFile, NamesAMissingFile) {
    const auto fetched = fetch("file:///nowhere/feed.xml", {});
    ASSERT_FALSE(fetched);
    EXPECT_EQ(fetched.error().kind, ErrorKind::kDisk);
    EXPECT_NE(fetched.error().message.find("/nowhere/feed.xml"), std::string::npos) << fetched.error().message;
}

TEST(Fetch, RefusesOtherProtocolsAndBrokenAddresses) {
    for (const std::string url : {"ftp://host/feed.xml", "http://", ""}) {
        const auto fetched = fetch(url, {});
        ASSERT_FALSE(fetched) << url;
        EXPECT_EQ(fetched.error().kind, ErrorKind::kInput) << url << ": " << fetched.error().message;
        EXPECT_NE(fetched.error().message.find("give a whole http://"), std::string::npos);
    }
}

TEST(WithoutCredentials, HidesUserAndPasswordOnly) {
    EXPECT_EQ(without_credentials("https://me:secret@host:8/a@b?c"), "https://***@host:8/a@b?c");
    EXPECT_EQ(without_credentials("https://host/a@b"), "https://host/a@b");
    EXPECT_EQ(without_credentials("file:///a@b"), "file:///a@b");
    EXPECT_EQ(without_credentials("https://me@host"), "https://***@host");
}

}  // namespace
}  // namespace financial_news
