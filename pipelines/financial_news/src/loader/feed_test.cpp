#include "loader/feed.hpp"

#include <gtest/gtest.h>

#include "loader/date.hpp"

namespace financial_news {
namespace {

const std::chrono::sys_seconds kNow = *parse_feed_date("2026-11-24T12:00:00Z");

std::vector<NewsRow> rows_of(std::string_view xml, std::size_t limit = 30) {
    const auto feed = parse_feed(xml, "");
    EXPECT_TRUE(feed) << feed.error().message;
    Repairs repairs;
    return feed ? newest_news(*feed, limit, kNow, repairs) : std::vector<NewsRow>{};
}

std::string rss(std::string_view items) {
    return "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Feed</title>" + std::string(items) +
           "</channel></rss>";
}

TEST(Feed, ReadsRss2) {
    const auto rows = rows_of(rss(R"(
    <item><link>https://x/1</link><guid isPermaLink="false">107</guid>
      <title>Fed&#8217;s &amp;amp; AT&amp;T</title><pubDate>Tue, 24 Nov 2026 08:00:00 GMT</pubDate>
      <description><![CDATA[<p>Rates <b>held</b> &mdash; again</p>]]></description></item>)"));
    EXPECT_EQ(rows, (std::vector<NewsRow>{{"107", "2026-11-24 08:00:00", "Fed’s & AT&T", "Rates held — again"}}));
}

TEST(Feed, ReadsRss1) {
    const auto rows = rows_of(R"(<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
      xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
    <channel rdf:about="https://x/"><title>Feed</title></channel>
    <item rdf:about="https://x/1"><title>One</title><link>https://x/1?from=rss</link>
      <description>First</description><dc:date>2026-11-24T08:00:00+01:00</dc:date></item></rdf:RDF>)");
    EXPECT_EQ(rows, (std::vector<NewsRow>{{"https://x/1", "2026-11-24 07:00:00", "One", "First"}}));
}

TEST(Feed, ReadsAtomAndItsThreeKindsOfText) {
    const auto rows = rows_of(R"(<feed xmlns="http://www.w3.org/2005/Atom"><title>Feed</title>
    <entry><id>urn:1</id><title>Plain &amp;amp; &lt;b></title><published>2026-11-24T08:00:00Z</published>
      <updated>2026-11-24T09:00:00Z</updated><summary type="html">&lt;i>so&lt;/i> &amp;amp; so</summary></entry>
    <entry><id>urn:2</id><title type="xhtml"><div><p>A</p><p>B<b>C</b></p></div></title>
      <updated>2026-11-24T07:00:00Z</updated><content>body</content></entry></feed>)");
    EXPECT_EQ(rows, (std::vector<NewsRow>{{"urn:1", "2026-11-24 08:00:00", "Plain &amp; <b>", "so & so"},
                                          {"urn:2", "2026-11-24 07:00:00", "A BC", "body"}}));
}

TEST(Feed, FollowsAnyNamespacePrefix) {
    const auto rows = rows_of(R"(<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:id>1</a:id>
    <a:title>T</a:title><a:updated>2026-11-24T08:00:00Z</a:updated></a:entry></a:feed>)");
    EXPECT_EQ(rows, (std::vector<NewsRow>{{"1", "2026-11-24 08:00:00", "T", ""}}));
}

TEST(Feed, IsNotMisledByElementsOfExtensions) {
    const auto rows = rows_of(rss(R"(<item><media:title>no</media:title><media:description>no</media:description>
    <title>yes</title><atom:link href="no"/><guid>1</guid><pubDate>2026-11-24</pubDate></item>)"));
    EXPECT_EQ(rows, (std::vector<NewsRow>{{"1", "2026-11-24 00:00:00", "yes", ""}}));
}

TEST(Feed, KeepsTheNewestInOrder) {
    const auto rows = rows_of(rss("<item><title>b</title><pubDate>2026-11-22</pubDate></item>"
                                  "<item><title>d</title><pubDate>2026-11-24</pubDate></item>"
                                  "<item><title>a</title><pubDate>2026-11-21</pubDate></item>"
                                  "<item><title>c</title><pubDate>2026-11-23</pubDate></item>"),
                              3);
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].title + rows[1].title + rows[2].title, "dcb");
}

TEST(Feed, FallsBackFromGuidToLinkToAHash) {
    const std::string xml =
        rss("<item><title>a</title><link> https://x/1 </link></item>"
            "<item><title>b</title></item><item><title>c</title></item>");
    const auto rows = rows_of(xml);
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].id, "https://x/1");
    EXPECT_TRUE(rows[1].id.starts_with("item-")) << rows[1].id;
    EXPECT_NE(rows[1].id, rows[2].id);
    EXPECT_EQ(rows_of(xml), rows) << "ids stay the same from load to load";
}

TEST(Feed, TakesTheFeedsDateElseNowForItemsWithoutOne) {
    const std::string items = "<item><title>a</title></item><item><title>b</title><pubDate>soon</pubDate></item>";
    EXPECT_EQ(rows_of(rss("<pubDate>Tue, 24 Nov 2026 06:00:00 GMT</pubDate>" + items))[1].published,
              "2026-11-24 06:00:00");
    EXPECT_EQ(rows_of(rss("<pubDate>Tue, 24 Nov 2099 06:00:00 GMT</pubDate>" + items))[1].published,
              "2026-11-24 12:00:00");
    const auto feed = parse_feed(rss(items), "");
    ASSERT_TRUE(feed);
    Repairs repairs;
    EXPECT_EQ(newest_news(*feed, 30, kNow, repairs)[0].published, "2026-11-24 12:00:00");
    EXPECT_EQ(repairs.undated, 2U);
    EXPECT_EQ(repairs.example, "\"a\" (date: \"\")");
}

TEST(Feed, KeepsEachIdOnceAndLeavesOutItemsThatSayNothing) {
    const auto rows =
        rows_of(rss("<item><guid>1</guid><title>first</title></item>"
                    "<item><guid>1</guid><title>again</title></item><item><guid>2</guid></item>"));
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].title, "first");
}

TEST(Feed, ReadsADeclaredEncoding) {
    const auto rows = rows_of(
        "<?xml version='1.0' encoding='windows-1252'?><rss><channel><item><title>"
        "\x80 5 \x96 caf\xE9</title></item></channel></rss>");
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].title, "€ 5 – café");
}

TEST(Feed, ReplacesImpossibleCharacterNumbersOfXml) {
    EXPECT_EQ(rows_of(rss("<item><guid>&#xDC00;</guid><title>a&#xD800;b</title></item>"))[0],
              (NewsRow{"\uFFFD\uFFFD\uFFFD", "2026-11-24 12:00:00", "a\uFFFD\uFFFD\uFFFDb", ""}));
}

TEST(Feed, SurvivesDeepNesting) {
    std::string deep;
    for (int i = 0; i < 200000; ++i) deep += "<b>";
    deep += "x";
    for (int i = 0; i < 200000; ++i) deep += "</b>";
    EXPECT_EQ(rows_of(rss("<item><title>" + deep + "</title></item>"))[0].title, "x");
}

}  // namespace
}  // namespace financial_news
