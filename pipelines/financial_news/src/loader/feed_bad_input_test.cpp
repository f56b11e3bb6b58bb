#include <gtest/gtest.h>

#include "loader/feed.hpp"

namespace financial_news {
namespace {

std::string error_of(std::string_view bytes) {
    const auto feed = parse_feed(bytes, "");
    if (feed) return "none";
    EXPECT_EQ(feed.error().kind, ErrorKind::kInput);
    return feed.error().message;
}

void expect_error(std::string_view bytes, std::string_view part) {
    const std::string error = error_of(bytes);
    EXPECT_NE(error.find(part), std::string::npos) << error;
}

constexpr std::string_view kGood =
    "<rss version='2.0'><channel>\n<title>F</title>\n<item><title>A</title></item>\n</channel></rss>";

TEST(BadFeed, Empty) {
    expect_error("", "it is empty");
    expect_error("\xEF\xBB\xBF \n\t", "it is empty");
}

TEST(BadFeed, WithoutItems) {
    expect_error("<rss><channel><title>x</title></channel></rss>", "has no items");
    expect_error("<feed/>", "has no items");
    expect_error("<rss><channel><item/><item><guid>1</guid></item></channel></rss>",
                 "none of the feed's 2 items has a title or a summary");
}

TEST(BadFeed, NotXml) {
    expect_error("{\"error\": \"rate limit\"}", "it is not XML");
    expect_error("{\"error\": \"rate limit\"}", "it starts with \"{\"error\": \"rate limit\"}\"");
    expect_error("<rss>\n<channel>\n<item></link></item></channel></rss>", "at line 3, column");
    expect_error(std::string_view("\x1F\x8B\x08\0\0\0", 6), "holds NUL bytes");
}

TEST(BadFeed, AWebPage) {
    expect_error("<!DOCTYPE html><html><head><title>x</title></head><body><p>hello<br></body></html>", "a web page");
    expect_error("<html><body/></html>", "a web page");
}

TEST(BadFeed, AnotherKindOfXml) {
    expect_error("<opml version='1.0'><body/></opml>", "its root element is <opml>");
}

TEST(BadFeed, CutOffAnywhere) {
    ASSERT_EQ(error_of(kGood), "none");
    for (std::size_t length = 5; length < kGood.size() - 5; ++length) {
        expect_error(kGood.substr(0, length), "it is cut off: " + std::to_string(length) + " bytes came");
    }
    for (std::size_t length = 0; length < kGood.size() - 1; ++length)
        EXPECT_NE(error_of(kGood.substr(0, length)), "none");
}

TEST(BadFeed, TenMegabytesOfGarbageInReasonableTime) {
    std::string garbage(10 << 20, '\0');
    unsigned state = 1;
    for (char& c : garbage) c = static_cast<char>(1 + (state = state * 1103515245 + 12345) / 65536 % 255);
    expect_error(garbage, "it is not XML");
    expect_error(std::string(10 << 20, '<'), "it is not XML");
    expect_error(std::string(10 << 20, '&'), "it is not XML");
}

TEST(BadFeed, EntityBombIsNotExpanded) {
    expect_error(
        "<!DOCTYPE r [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><rss><channel><item><title></title>"
        "</item></channel></rss>",
        "none of the feed's 1 items");
    const auto feed = parse_feed(
        "<!DOCTYPE r [<!ENTITY a 'boom'>]><rss><channel><item><title>&a;</title></item>"
        "</channel></rss>",
        "");
    ASSERT_TRUE(feed);
    EXPECT_EQ(feed->items[0].title, "&a;");
}

}  // namespace
}  // namespace financial_news
