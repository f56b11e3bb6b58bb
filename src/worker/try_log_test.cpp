#include "worker/try_log.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>

namespace gale {
namespace {

namespace fs = std::filesystem;

class TryLogTest : public ::testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "try_log_XXXXXX").native();
        folder_ = ::mkdtemp(pattern.data());
    }
    void TearDown() override { fs::remove_all(folder_); }

    std::vector<json::object> lines() const {
        std::vector<json::object> all;
        std::ifstream file(folder_ / "a/attempt=1.log");
        for (std::string line; std::getline(file, line);) all.push_back(json::parse_object(line).value());
        return all;
    }
    TryLog open() const { return TryLog::open((folder_ / "a/attempt=1.log").native(), system_clock()).value(); }

    fs::path folder_;
};

TEST_F(TryLogTest, WritesOneJsonObjectALineAtOnce) {
    TryLog log = open();
    log.line("info", "task.stdout", "with \"quotes\" and \x1b[0m");
    ASSERT_EQ(lines().size(), 1u);
    EXPECT_EQ(lines()[0].at("event").as_string(), "with \"quotes\" and \x1b[0m");
    EXPECT_EQ(lines()[0].at("level").as_string(), "info");
    EXPECT_TRUE(parse_iso8601(std::string(lines()[0].at("timestamp").as_string())));
}

TEST_F(TryLogTest, MasksSecretsTheLongerFirst) {
    TryLog log = open();
    log.masker().add("hunter2");
    log.masker().add("hunter2-and-more");
    log.masker().add("abc");  // too short: it would mask everything
    log.line("info", "task", "hunter2-and-more hunter2 abc");
    log.record({{"event", "x"}, {"extra", json::array{"hunter2"}}});
    EXPECT_EQ(lines()[0].at("event").as_string(), "*** *** abc");
    EXPECT_EQ(json::serialize(lines()[1]).find("hunter2"), std::string::npos);
}

TEST_F(TryLogTest, GarbageBecomesValidJson) {
    TryLog log = open();
    log.line("info", "task.stdout", "\xff\xfe\x80 ok");
    EXPECT_NE(lines()[0].at("event").as_string().find(" ok"), std::string::npos);
}

TEST(LineSplitter, CutsLinesWhereverTheBytesAreCut) {
    const std::string text = "one\ntwo\n\nthree";
    for (size_t cut = 0; cut <= text.size(); ++cut) {
        std::vector<std::string> seen;
        const auto take = [&](std::string_view line) { seen.emplace_back(line); };
        LineSplitter lines;
        lines.feed(text.substr(0, cut), take);
        lines.feed(text.substr(cut), take);
        lines.finish(take);
        EXPECT_EQ(seen, (std::vector<std::string>{"one", "two", "", "three"})) << cut;
    }
}

TEST(LineSplitter, ALineAsLongAsThePiecesAddsNoEmptyOne) {
    for (const std::string end : {"\n", "\r\n"}) {
        for (const size_t length : {kMaxLogLine - 1, kMaxLogLine, kMaxLogLine + 1, 2 * kMaxLogLine}) {
            std::string text(length, 'x');
            text += end + "\nnext\n";
            std::vector<size_t> seen;
            LineSplitter lines;
            lines.feed(text, [&](std::string_view line) { seen.push_back(line.size()); });
            std::vector<size_t> expected;
            for (size_t rest = length; rest > 0; rest -= std::min(rest, kMaxLogLine))
                expected.push_back(std::min(rest, kMaxLogLine));
            expected.insert(expected.end(), {0, 4});  // the empty line that was written, and "next"
            EXPECT_EQ(seen, expected) << length;
        }
    }
}

// A full disk, played by the limit of file sizes: the write that fails has left half a line behind.
TEST_F(TryLogTest, ALineThatWasCutByAFailedWriteDoesNotRunIntoTheNext) {
    TryLog log = open();
    log.line("info", "task", "first");
    const auto size = static_cast<rlim_t>(fs::file_size(folder_ / "a/attempt=1.log"));
    struct rlimit old{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &old), 0);
    const auto before = ::signal(SIGXFSZ, SIG_IGN);
    const struct rlimit tight{size + 20, old.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &tight), 0);
    log.line("info", "task", "lost");
    log.line("info", "task", "lost, too");
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &old), 0);
    ::signal(SIGXFSZ, before);
    log.line("info", "task", "after");
    std::vector<std::string> all;
    std::ifstream file(folder_ / "a/attempt=1.log");
    for (std::string line; std::getline(file, line);) all.push_back(line);
    ASSERT_EQ(all.size(), 3u);
    EXPECT_EQ(all[1].size(), 20u);
    EXPECT_EQ(json::parse_object(all[2]).value().at("event"), "after");
}

}  // namespace
}  // namespace gale
