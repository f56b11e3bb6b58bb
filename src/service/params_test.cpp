#include "service/params.hpp"

#include <gtest/gtest.h>

namespace gale {
namespace {

TEST(Params, ConfReplacesADefaultAndTheMessageNamesTheParam) {
    const auto params =
        json::parse_object(
            R"({"n":{"value":1,"schema":{"type":"integer","maximum":5}},"need":{"schema":{"type":"string"}}})")
            .value();
    EXPECT_TRUE(check_params(params, json::parse_object(R"({"n":5,"need":"x","free":[]})").value()));
    const auto too_big = check_params(params, json::parse_object(R"({"n":6,"need":"x"})").value());
    ASSERT_FALSE(too_big);
    EXPECT_NE(too_big.error().message().find("param n: 6"), std::string::npos) << too_big.error().message();
    const auto missing = check_params(params, json::object());
    ASSERT_FALSE(missing);
    EXPECT_NE(missing.error().message().find("param need"), std::string::npos);
}

}  // namespace
}  // namespace gale
