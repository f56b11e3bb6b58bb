#include "model/dag_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gale {
namespace {

using testing::HasSubstr;

TEST(RunIds, AreAirflows) {
    const auto at = parse_iso8601("2026-01-02T03:04:05Z").value();
    EXPECT_EQ(make_run_id(RunType::manual, at, true, "x").str(), "manual__2026-01-02T03:04:05+00:00");
    EXPECT_EQ(make_run_id(RunType::scheduled, at + Duration{123456}, true, "x").str(),
              "scheduled__2026-01-02T03:04:05.123456+00:00");
    EXPECT_EQ(make_run_id(RunType::asset_triggered, at, false, "aB3dEf7h").str(),
              "asset_triggered__2026-01-02T03:04:05+00:00_aB3dEf7h");
}

TEST(RunIds, TheOnesWeMakeAreValid) {
    const auto at = parse_iso8601("2026-01-02T03:04:05.5Z").value();
    EXPECT_TRUE(validate_run_id(make_run_id(RunType::manual, at, false, "abcd1234").str()));
    EXPECT_TRUE(validate_run_id("my-run_1.2~x"));
    EXPECT_TRUE(validate_run_id(std::string(250, 'a')));
}

TEST(RunIds, BadOnesAreNamed) {
    for (const std::string& bad :
         {std::string{}, std::string("a/b"), std::string("a..b"), std::string("a b"), std::string("ü"),
          std::string(251, 'a'), std::string("a\0b", 3), std::string("a\n")}) {
        EXPECT_FALSE(validate_run_id(bad)) << bad;
    }
    EXPECT_THAT(validate_run_id("a/b").error().message(), HasSubstr("'a/b' has a wrong character at position 1"));
    EXPECT_THAT(validate_run_id("a..b").error().message(), HasSubstr("'..'"));
}

}  // namespace
}  // namespace gale
