#include "classifier/pandas_json.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace gale::zero_shot {
namespace {

std::string text(std::string_view value) {
    std::string out;
    append_json_string(out, value);
    return out;
}

std::string number(double value) {
    std::string out;
    append_json_number(out, value);
    return out;
}

// What pandas writes for each was taken from pandas; test_model_predict.py compares whole files.
TEST(PandasJson, EscapesAsPandasDoes) {
    EXPECT_EQ(text("plain"), R"("plain")");
    EXPECT_EQ(text("a/b \"c\" \\ "), R"("a\/b \"c\" \\ ")");
    EXPECT_EQ(text("\b\f\n\r\t"), R"("\b\f\n\r\t")");
    EXPECT_EQ(text(std::string_view("\0\x1f\x7f", 3)), "\"\\u0000\\u001f\x7f\"");
    EXPECT_EQ(text("é€😀"), R"("\u00e9\u20ac\ud83d\ude00")");
    EXPECT_EQ(text("<&>"), R"("<&>")");
}

TEST(PandasJson, ReplacesBytesThatAreNoUtf8) {
    EXPECT_EQ(text("a\xFFz"), R"("a\ufffdz")");
    EXPECT_EQ(text("\xC3"), R"("\ufffd")");
}

TEST(PandasJson, WritesFloatsWithTenDigits) {
    EXPECT_EQ(number(0), "0.0");
    EXPECT_EQ(number(1), "1.0");
    EXPECT_EQ(number(-1), "-1.0");
    EXPECT_EQ(number(0.5), "0.5");
    EXPECT_EQ(number(0.1234567890123), "0.123456789");
    EXPECT_EQ(number(0.40089216828346252), "0.4008921683");
    EXPECT_EQ(number(-0.00012345678), "-0.0001234568");
    EXPECT_EQ(number(0.99999999999), "1.0");
    EXPECT_EQ(number(std::numeric_limits<double>::quiet_NaN()), "null");
    EXPECT_EQ(number(std::numeric_limits<double>::infinity()), "null");
}

}  // namespace
}  // namespace gale::zero_shot
