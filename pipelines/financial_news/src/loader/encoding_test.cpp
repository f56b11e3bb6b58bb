#include "loader/encoding.hpp"

#include <gtest/gtest.h>

namespace financial_news {
namespace {

using namespace std::string_view_literals;

std::string utf8(std::string_view bytes, std::string_view charset = "") {
    const auto text = xml_to_utf8(bytes, charset);
    return text ? *text : "error: " + text.error().message;
}

TEST(Encoding, TakesUtf8WithOrWithoutItsMark) {
    EXPECT_EQ(utf8("<a>é</a>"), "<a>é</a>");
    EXPECT_EQ(utf8("\xEF\xBB\xBF<a>é</a>", "iso-8859-1"), "<a>é</a>");
}

TEST(Encoding, ReadsLatin1AsWindows1252) {
    EXPECT_EQ(utf8("<?xml version='1.0' encoding='ISO-8859-1'?>caf\xE9 \x93hi\x94 \x80"),
              "<?xml version='1.0' encoding='ISO-8859-1'?>café “hi” €");
    EXPECT_EQ(utf8("<a>\x92</a>", "Windows-1252"), "<a>’</a>");
}

TEST(Encoding, PrefersTheContentTypeToTheDeclaration) {
    EXPECT_EQ(utf8("<?xml version=\"1.0\" encoding=\"latin1\"?>é", "UTF-8"),
              "<?xml version=\"1.0\" encoding=\"latin1\"?>é");
}

TEST(Encoding, ReadsUtf16AndUtf32WithAndWithoutMark) {
    EXPECT_EQ(utf8("\xFF\xFE<\0a\0>\0\xAC\x20\x3D\xD8\x00\xDE"sv), "<a>€😀");
    EXPECT_EQ(utf8("\0<\0a\0>\x20\xAC"sv), "<a>€");
    EXPECT_EQ(utf8("<\0\0\0a\0\0\0>\0\0\0\x00\xF6\x01\0"sv), "<a>😀");
    EXPECT_EQ(utf8("\xFE\xFF\0<\xD8\x00\0x\0"sv), "<\uFFFDx\uFFFD");
}

TEST(Encoding, RepairsSingleBytesThatAreNoUtf8) {
    EXPECT_EQ(utf8("é \x93ok\x94"), "é “ok”");
}

TEST(Encoding, LetsTheFirstBytesOverruleAWrongWideClaim) {
    EXPECT_EQ(utf8("<?xml version='1.0' encoding='utf-16'?>é"), "<?xml version='1.0' encoding='utf-16'?>é");
}

TEST(Encoding, NamesAnUnknownOne) {
    EXPECT_EQ(utf8("<a/>", "klingon"),
              "error: its encoding \"klingon\" is not known on this machine; use a feed in UTF-8");
}

}  // namespace
}  // namespace financial_news
