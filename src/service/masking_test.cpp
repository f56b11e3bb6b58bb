#include "service/masking.hpp"

#include <gtest/gtest.h>

namespace gale {
namespace {

TEST(Masking, HidesWhatSensitiveNamesHoldAndNothingElse) {
    EXPECT_EQ(masked_text("oil", "topic"), "oil");
    EXPECT_EQ(masked_text("s3cret", "api_key"), "***");
    EXPECT_EQ(masked_text("", "api_key"), "");
    EXPECT_EQ(masked_text(R"({ "a" : 1 })", "topic"), R"({ "a" : 1 })");
    EXPECT_EQ(masked_text(R"({"a":{"token":"x","n":[1]},"password":7})", "topic"),
              R"({"a":{"token":"***","n":[1]},"password":"***"})");
    EXPECT_EQ(masked_text(R"({"a":["x",null,true,""]})", "secret"), R"({"a":["***",null,true,""]})");
    EXPECT_EQ(masked_extra(std::nullopt), std::nullopt);
    EXPECT_EQ(masked_extra("not json"), "***");
    EXPECT_EQ(masked_extra("[1]"), "***");
    EXPECT_EQ(masked_extra(R"({"token":"x","y":1})"), R"({"token":"***","y":1})");
}

TEST(Masking, AMaskThatComesBackIsTheKeptValue) {
    EXPECT_EQ(unmasked_text("***", "s3cret", "api_key").value(), "s3cret");
    EXPECT_EQ(unmasked_text("new", "s3cret", "api_key").value(), "new");
    EXPECT_EQ(unmasked_text("***", "plain", "topic").value(), "***");
    EXPECT_EQ(unmasked_text(R"({"token":"***","y":2,"z":"***"})", R"({"token":"t","y":1})", "extra").value(),
              R"({"token":"t","y":2,"z":"***"})");
    EXPECT_EQ(unmasked_text(R"({"a":[{"password":"***"},{"password":"q"}]})", R"({"a":[{"password":7}]})", "x").value(),
              R"({"a":[{"password":7},{"password":"q"}]})");
}

TEST(Masking, AMaskWithNothingBehindItIsRefused) {
    EXPECT_FALSE(unmasked_text("***", std::nullopt, "password"));
    const auto moved = unmasked_text(R"({"new_token":"***"})", R"({"token":"t"})", "extra");
    ASSERT_FALSE(moved);
    EXPECT_NE(moved.error().message().find("new_token"), std::string::npos);
}

// What is shown, sent back unchanged, changes nothing.
TEST(Masking, ThereAndBackIsTheSame) {
    for (const std::string kept : {R"({"token":"t","deep":{"secret":{"a":"b","c":[1,"d"]}},"n":null})", "[]", "text"}) {
        for (const char* name : {"extra", "topic", "password"}) {
            const auto back = unmasked_text(masked_text(kept, name), kept, name);
            ASSERT_TRUE(back) << name << back.error().to_string();
            EXPECT_EQ(*back, kept);
        }
    }
}

}  // namespace
}  // namespace gale
