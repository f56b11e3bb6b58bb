#include "loader/html_text.hpp"

#include <gtest/gtest.h>

namespace financial_news {
namespace {

TEST(Entities, DecodesNamedAndNumericReferences) {
    EXPECT_EQ(decode_entities("AT&amp;T &lt;b&gt; &quot;&apos;&nbsp;&euro;"), "AT&T <b> \"'\xC2\xA0€");
    EXPECT_EQ(decode_entities("&#8217;&#x2019;&#X2019;&#128512;"), "’’’😀");
    EXPECT_EQ(decode_entities("&hellip;&mdash;&CounterClockwiseContourIntegral;"), "…—∳");
    EXPECT_EQ(decode_entities("&NotEqualTilde;"), "≂̸");
}

TEST(Entities, FollowsHtmlWhereTheSemicolonIsMissing) {
    EXPECT_EQ(decode_entities("AT&ampT &copy2026 &notit; &notin; &#65B"), "AT&T ©2026 ¬it; ∉ AB");
}

TEST(Entities, LeavesWhatIsNoReference) {
    EXPECT_EQ(decode_entities("R&D & Q&A; &; &#; &#x; &unknown; &"), "R&D & Q&A; &; &#; &#x; &unknown; &");
}

TEST(Entities, ReadsC1NumbersAsWindows1252AndRefusesImpossibleOnes) {
    EXPECT_EQ(decode_entities("&#146;&#x80;&#150;"), "’€–");
    EXPECT_EQ(decode_entities("&#0;&#xD800;&#x110000;&#99999999999999999999;"), "\uFFFD\uFFFD\uFFFD\uFFFD");
}

TEST(StripTags, DropsMarkupAndKeepsTheText) {
    EXPECT_EQ(html_to_text("<p>One <b>two</b>,</p><p>three<br/>four</p>"), "One two, three four");
    EXPECT_EQ(html_to_text("<a href='x' title=\"a > b\">link</a>ed"), "linked");
    EXPECT_EQ(html_to_text("a<!-- hidden <b> -->b<!DOCTYPE x>c<?php y ?>d"), "abcd");
    EXPECT_EQ(html_to_text("x<script>if (a < b) alert('</b>')</SCRIPT >y<style>p {}</style>z"), "xyz");
}

TEST(StripTags, KeepsALessThanSignThatOpensNoTag) {
    EXPECT_EQ(html_to_text("P/E < 10 and 5 <6, x <- y, I <3 it, a<b"), "P/E < 10 and 5 <6, x <- y, I <3 it, a<b");
}

TEST(StripTags, DecodesAfterStrippingSoThatShownMarkupStays) {
    EXPECT_EQ(html_to_text("use &lt;b&gt; for bold"), "use <b> for bold");
}

TEST(StripTags, EndsWhereMarkupIsNeverClosed) {
    EXPECT_EQ(html_to_text("a<!-- b"), "a");
    EXPECT_EQ(html_to_text("a<script>b"), "a");
    EXPECT_EQ(html_to_text("it's <b>the \"best"), "it's the \"best");
    EXPECT_EQ(html_to_text("<"), "<");
}

TEST(CollapseSpace, MakesOneSpaceOfEveryRunAndTrims) {
    EXPECT_EQ(collapse_space(" \t a\r\n\n b\xC2\xA0\u2003\u3000 c "), "a b c");
    EXPECT_EQ(collapse_space("a\u200B b"), "a\u200B b");
}

TEST(CollapseSpace, DropsControlCharacters) {
    EXPECT_EQ(collapse_space("a\x01\x1F"
                             "b\x7F\uFEFF\u0080"
                             "c"),
              "abc");
    EXPECT_EQ(collapse_space("é \xE2"), "é \xE2");
}

}  // namespace
}  // namespace financial_news
