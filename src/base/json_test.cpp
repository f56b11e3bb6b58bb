#include "base/json.hpp"

#include <gtest/gtest.h>

namespace gale::json {
namespace {

TEST(Canonical, SortsKeysAtEveryDepth) {
    EXPECT_EQ(canonical(parse(R"({"b":[{"z":1,"a":null}],"a":"\u00e9\n"})").value()),
              "{\"a\":\"\u00e9\\n\",\"b\":[{\"a\":null,\"z\":1}]}");
}

TEST(Parse, NamesTheOffsetOfTheError) {
    const auto parsed = parse(R"({"a":1,})");
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().code(), ErrorCode::invalid_argument);
    EXPECT_NE(parsed.error().message().find("byte 7"), std::string::npos) << parsed.error().message();
}

TEST(Parse, RefusesNestingThatWouldExhaustTheStack) {
    EXPECT_FALSE(parse(std::string(100'000, '[')));
}

TEST(Get, NamesKeyTypeAndValue) {
    const auto from = parse_object(R"({"retries":"three","pool":null})").value();
    const auto retries = get_int_or(from, "retries", 0);
    ASSERT_FALSE(retries);
    EXPECT_EQ(retries.error().message(), "'retries' must be a whole number, but is \"three\"");
    EXPECT_EQ(get_string_or(from, "pool", "default_pool").value(), "default_pool");
    EXPECT_FALSE(get_string(from, "pool"));
}

}  // namespace
}  // namespace gale::json
