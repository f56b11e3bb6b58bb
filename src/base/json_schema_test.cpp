#include "base/json_schema.hpp"

#include <gtest/gtest.h>

namespace gale {
namespace {

// value, schema, and a part of the message, empty when it fits
struct Case {
    const char* value;
    const char* schema;
    const char* message;
};

TEST(JsonSchema, ValuesFitOrAreToldWhyNot) {
    const Case cases[] = {
        {"1", R"({"type":"integer"})", ""},
        {"1.5", R"({"type":"integer"})", "not of type"},
        {"null", R"({"type":["null","string"]})", ""},
        {"3", R"({"type":["null","string"]})", "not of type"},
        {"\"b\"", R"({"enum":["a","b"]})", ""},
        {"\"c\"", R"({"enum":["a","b"]})", "is not one of"},
        {"1", R"({"minimum":2})", "less than the minimum of 2"},
        {"3", R"({"maximum":2})", "greater than the maximum of 2"},
        {"\"\xc3\xa4\"", R"({"maxLength":1})", ""},
        {"\"ab\"", R"({"maxLength":1})", "too long"},
        {"\"\"", R"({"minLength":1})", "too short"},
        {"\"abc\"", R"({"pattern":"^a.c$"})", ""},
        {"\"abd\"", R"({"pattern":"^a.c$"})", "does not match"},
        {"\"x\"", R"({"pattern":"("})", "cannot be matched"},
        {"{}", R"({"required":["a"]})", "lacks the member 'a'"},
        {R"({"a":{"b":"x"}})", R"({"properties":{"a":{"properties":{"b":{"type":"integer"}}}}})", "a.b"},
        {"[1,\"x\"]", R"({"items":{"type":"integer"}})", "[1]"},
        {"\"2026-02-30\"", R"({"format":"date"})", "is not a date"},
        {"\"2026-02-20\"", R"({"format":"date"})", ""},
        {"1", R"({"anyOf":[{"type":"string"},{"type":"null"}]})", "fits none of"},
    };
    for (const Case& one : cases) {
        const auto checked =
            check_against_schema(json::parse(one.value).value(), json::parse_object(one.schema).value());
        const std::string message = checked ? "" : checked.error().message();
        if (std::string(one.message).empty())
            EXPECT_EQ(message, "") << one.value << " " << one.schema;
        else
            EXPECT_NE(message.find(one.message), std::string::npos)
                << one.value << " " << one.schema << ": " << message;
    }
}

TEST(JsonSchema, APatternThatExplodesIsAnErrorAndNotAHang) {
    const std::string long_text = "\"" + std::string(40, 'a') + "!\"";
    const auto checked =
        check_against_schema(json::parse(long_text).value(), json::parse_object(R"({"pattern":"^(a+)+$"})").value());
    EXPECT_FALSE(checked);
}

TEST(JsonSchema, ReferencesAreFollowedAndOnesWithoutEndAreErrors) {
    const auto fits = [](const char* value, const char* schema) {
        return check_against_schema(json::parse(value).value(), json::parse_object(schema).value()).has_value();
    };
    const char* tree =
        R"({"$ref":"#/$defs/tree","$defs":{"tree":{"type":"object","additionalProperties":{"$ref":"#/$defs/tree"}}}})";
    EXPECT_TRUE(fits(R"({"a":{"b":{}}})", tree));
    EXPECT_FALSE(fits(R"({"a":{"b":1}})", tree));
    EXPECT_FALSE(fits("1", R"({"$ref":"#/nowhere"})"));
    EXPECT_FALSE(fits("1", R"({"$ref":"#"})"));
    EXPECT_FALSE(
        fits("1", R"({"$ref":"#/$defs/x","$defs":{"x":{"allOf":[{"$ref":"#/$defs/x"},{"$ref":"#/$defs/x"}]}}})"));
}

}  // namespace
}  // namespace gale
