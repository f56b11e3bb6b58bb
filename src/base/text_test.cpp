#include "base/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/utf8.hpp"

namespace gale {
namespace {

using testing::ElementsAre;

TEST(Text, CaseIsThatOfAscii) {
    EXPECT_EQ(lower_case("AbZ-1\xc3\x84"), "abz-1\xc3\x84");
    EXPECT_TRUE(equal_ignoring_case("Content-TYPE", "content-type"));
    EXPECT_FALSE(equal_ignoring_case("a", "ab"));
}

TEST(Text, ListsLoseBlanksAndEmptyItems) {
    EXPECT_EQ(trimmed(" \t a b\r\n"), "a b");
    EXPECT_EQ(trimmed(" \n"), "");
    EXPECT_THAT(split_list(" a, b c ,,\n"), ElementsAre("a", "b c"));
    EXPECT_THAT(split_list("a b,c\nd", ", \n"), ElementsAre("a", "b", "c", "d"));
    EXPECT_THAT(split_list(""), ElementsAre());
}

TEST(Text, PercentEncodingComesBack) {
    const std::string all("a-._~/ %+\0\xff", 11);
    EXPECT_EQ(percent_encode("a/ \xff"), "a%2F%20%FF");
    EXPECT_EQ(percent_decode(percent_encode(all)), all);
    EXPECT_EQ(percent_decode("a+b", true), "a b");
    EXPECT_EQ(percent_decode("a+b"), "a+b");
    for (const char* broken : {"%", "%4", "%zz", "a%2"}) EXPECT_EQ(percent_decode(broken), std::nullopt) << broken;
    EXPECT_EQ(percent_decode_what_fits("%41%zz%4"), "A%zz%4");
}

TEST(Utf8, StartsAreTold) {
    EXPECT_EQ(utf8_characters("\xc3\xa4x"), 2u);
    EXPECT_TRUE(is_utf8_start("\xc3\xa4x"));
    EXPECT_TRUE(is_utf8_start("x\xe2\x82"));  // cut within a character
    EXPECT_FALSE(is_utf8_start("\xe2\x28"));  // not continued
    EXPECT_FALSE(is_utf8_start("\x80"));      // begins none
    EXPECT_FALSE(is_utf8_start("\xff\xfe"));
    EXPECT_FALSE(is_utf8_start("\xe2\x82 x"));
}

}  // namespace
}  // namespace gale
