#include "classifier/arguments.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace gale::zero_shot {
namespace {

using testing::HasSubstr;

auto parse(std::vector<const char*> words) {
    words.insert(words.begin(), "model_predict");
    return parse_arguments(static_cast<int>(words.size()), words.data());
}

TEST(Arguments, TakesThePipelinesCommand) {
    const auto arguments = parse({"--data_path", "in.csv", "--pred_path=out.json"});
    ASSERT_TRUE(arguments);
    EXPECT_EQ(arguments->data_path, "in.csv");
    EXPECT_EQ(arguments->pred_path, "out.json");
    EXPECT_EQ(arguments->hypothesis_template, "This example is {}.");
    EXPECT_EQ(arguments->threads, 0U);
}

TEST(Arguments, TakesEveryOption) {
    const auto arguments = parse({"--data_path", "a", "--pred_path", "b", "--model", "m", "--labels", "l",
                                  "--hypothesis_template", "About {}", "--threads", "3", "--cache_dir", "c"});
    ASSERT_TRUE(arguments);
    EXPECT_EQ(arguments->model, "m");
    EXPECT_EQ(arguments->labels, "l");
    EXPECT_EQ(arguments->hypothesis_template, "About {}");
    EXPECT_EQ(arguments->threads, 3U);
    EXPECT_EQ(arguments->cache_dir, "c");
}

TEST(Arguments, NamesWhatIsMissingOrUnknown) {
    const auto missing = parse({"--data_path", "a"});
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().exit_code, 2);
    EXPECT_THAT(missing.error().text, HasSubstr("--pred_path"));
    const auto unknown = parse({"--data_path", "a", "--pred_path", "b", "--speed"});
    ASSERT_FALSE(unknown);
    EXPECT_THAT(unknown.error().text, HasSubstr("--speed"));
    const auto none = parse({"--data_path", "a", "--pred_path", "b", "--threads", "0"});
    ASSERT_FALSE(none);
    EXPECT_THAT(none.error().text, HasSubstr("--threads"));
}

TEST(Arguments, HelpNamesEveryOption) {
    const auto help = parse({"--help"});
    ASSERT_FALSE(help);
    EXPECT_EQ(help.error().exit_code, 0);
    for (const char* option :
         {"--data_path", "--pred_path", "--model", "--labels", "--hypothesis_template", "--threads", "--cache_dir"}) {
        EXPECT_THAT(help.error().text, HasSubstr(option));
    }
}

}  // namespace
}  // namespace gale::zero_shot
