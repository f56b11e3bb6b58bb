#include "catalog/ignore_rules.hpp"

#include <gtest/gtest.h>

namespace gale {
namespace {

using Verdict = IgnoreRules::Verdict;

Verdict glob(std::string_view rules, const char* path, bool is_folder = false) {
    return IgnoreRules::parse(rules, IgnoreSyntax::glob).verdict(path, is_folder);
}

TEST(IgnoreRules, NameMatchesAtAnyDepth) {
    EXPECT_EQ(glob("*.tmp.py\n", "a/b/x.tmp.py"), Verdict::ignored);
    EXPECT_EQ(glob("helpers", "a/helpers", true), Verdict::ignored);
    EXPECT_EQ(glob("helpers\n", "a/helpers2.py"), Verdict::undecided);
}

TEST(IgnoreRules, SlashAnchors) {
    EXPECT_EQ(glob("/top.py", "top.py"), Verdict::ignored);
    EXPECT_EQ(glob("/top.py", "a/top.py"), Verdict::undecided);
    EXPECT_EQ(glob("a/*.py", "a/x.py"), Verdict::ignored);
    EXPECT_EQ(glob("a/*.py", "a/b/x.py"), Verdict::undecided);
}

TEST(IgnoreRules, DoubleStarSpansFolders) {
    EXPECT_EQ(glob("a/**/x.py", "a/x.py"), Verdict::ignored);
    EXPECT_EQ(glob("a/**/x.py", "a/b/c/x.py"), Verdict::ignored);
    EXPECT_EQ(glob("**/tests/**", "a/tests/x.py"), Verdict::ignored);
}

TEST(IgnoreRules, LastMatchWinsAndTrailingSlashMeansFolders) {
    EXPECT_EQ(glob("*.py\n!keep.py\n", "keep.py"), Verdict::kept);
    EXPECT_EQ(glob("drafts/\n", "drafts", true), Verdict::ignored);
    EXPECT_EQ(glob("drafts/\n", "drafts", false), Verdict::undecided);
    EXPECT_EQ(glob("# all\n\n", "x.py"), Verdict::undecided);
}

TEST(IgnoreRules, RegexpFindsAnywhereAndReportsWhatIsNone) {
    std::vector<std::string> invalid;
    const auto rules = IgnoreRules::parse("proj.*/skip  # why\n(\n", IgnoreSyntax::regexp, &invalid);
    EXPECT_EQ(rules.verdict("project_a/skip_me.py", false), Verdict::ignored);
    EXPECT_EQ(rules.verdict("other/x.py", false), Verdict::undecided);
    EXPECT_EQ(invalid, std::vector<std::string>{"("});
}

}  // namespace
}  // namespace gale
