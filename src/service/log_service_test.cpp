#include "service/log_service.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/hash.hpp"

namespace gale {
namespace {

namespace fs = std::filesystem;
using enum LogService::TryIs;

const TaskInstanceKey kKey{DagId("d"), RunId("r"), TaskId("t"), kNotMapped};

class LogServiceTest : public testing::Test {
protected:
    void SetUp() override { fs::create_directories(path().parent_path()); }
    void TearDown() override { fs::remove_all(folder_); }

    fs::path path() const { return folder_ / try_log_path(kKey, 1).value(); }
    void write(std::string_view text, std::ios::openmode mode = std::ios::app) {
        std::ofstream(path(), mode | std::ios::binary) << text;
    }
    void write_lines(int count, int from = 0) {
        std::string text;
        for (int i = from; i < from + count; ++i)
            text += fmt::format(R"({{"timestamp":"2026-01-01T00:00:00Z","level":"info","event":"line {}"}})"
                                "\n",
                                i);
        write(text);
    }
    LogOverview overview(const LogQuery& query = {}, LogService::TryIs state = over) {
        const auto found = logs_.overview(kKey, 1, query, state);
        EXPECT_TRUE(found && *found) << (found ? "no file" : found.error().to_string());
        return found.value().value();
    }
    // Asks again until all is searched; `steps` counts.
    std::vector<std::int64_t> search(LogQuery query, std::int64_t scan_bytes = LogService::kMaxScanBytes,
                                     int* steps = nullptr) {
        std::vector<std::int64_t> all;
        for (int step = 1; step < 10'000; ++step) {
            const auto part = logs_.overview(kKey, 1, query, over, scan_bytes).value().value();
            all.insert(all.end(), part.matches->begin(), part.matches->end());
            if (steps != nullptr) *steps = step;
            if (part.complete) return all;
            query.after_line = part.searched;
        }
        ADD_FAILURE() << "the search does not come to its end";
        return all;
    }
    LogLines lines(std::int64_t from, std::int64_t count, LogService::TryIs state = over) {
        return logs_.lines(kKey, 1, from, count, state).value().value();
    }

    fs::path folder_ = fs::temp_directory_path() / ("gale_log_service_" + uuid7());
    LogService logs_{folder_};
};

TEST_F(LogServiceTest, NoFileIsToldApartFromAnEmptyOne) {
    EXPECT_FALSE(logs_.overview(kKey, 1, {}, over).value());
    EXPECT_FALSE(logs_.lines(kKey, 1, 0, 10, over).value());
    write("");
    EXPECT_EQ(overview().lines, 0);
    EXPECT_TRUE(overview().complete);
    EXPECT_TRUE(lines(0, 10).complete);
    EXPECT_EQ(logs_.overview({DagId(".."), RunId("r"), TaskId("t")}, 1, {}, over).error().code(),
              ErrorCode::invalid_argument);
}

TEST_F(LogServiceTest, LinesAreFoundByNumberWherever) {
    write_lines(5500);
    const auto seen = overview();
    EXPECT_EQ(seen.lines, 5500);
    EXPECT_EQ(seen.offsets.size(), 6u);
    EXPECT_EQ(seen.levels.at("info"), 5500);
    for (const int from : {0, 1, 999, 1000, 1001, 3333, 5499}) {
        const auto got = lines(from, 3);
        ASSERT_FALSE(got.lines.empty()) << from;
        EXPECT_EQ(got.lines.size(), std::min<size_t>(3, static_cast<size_t>(5500 - from)));
        EXPECT_NE(got.lines[0].text.find(fmt::format("\"line {}\"", from)), std::string::npos) << got.lines[0].text;
        EXPECT_TRUE(got.complete);
        EXPECT_FALSE(got.lines[0].cut);
    }
    EXPECT_TRUE(lines(5500, 3).lines.empty());
    EXPECT_TRUE(lines(1'000'000'000, 3).complete);
    EXPECT_EQ(lines(0, 100'000).lines.size(), 2000u);
}

TEST_F(LogServiceTest, AGrowingLogIsContinuedAndItsUnfinishedLineComesWithItsEnd) {
    write_lines(2);
    write(R"({"level":"error","event":"ha)");
    EXPECT_EQ(overview({}, running).lines, 2);
    EXPECT_TRUE(overview({}, running).complete);
    EXPECT_EQ(lines(0, 10, running).lines.size(), 2u);
    EXPECT_EQ(overview({}, over).lines, 3);
    EXPECT_EQ(overview({}, over).first_error, 2);
    EXPECT_EQ(lines(0, 10, over).lines.back().text, R"({"level":"error","event":"ha)");
    EXPECT_FALSE(lines(0, 10, over).lines.back().cut);
    EXPECT_EQ(lines(2, 10, over).lines.size(), 1u);
    write("lf\"}\n");
    EXPECT_EQ(overview({}, running).lines, 3);
    EXPECT_EQ(lines(2, 1, running).lines[0].text, R"({"level":"error","event":"half"})");
    write_lines(3, 3);
    EXPECT_EQ(overview({}, running).lines, 6);
}

TEST_F(LogServiceTest, ACutOrRewrittenLogIsReadAnew) {
    write_lines(3000);
    EXPECT_EQ(overview().lines, 3000);
    fs::resize_file(path(), 0);
    EXPECT_EQ(overview().lines, 0);
    write_lines(10);
    EXPECT_EQ(overview().lines, 10);
    const std::string other(fs::file_size(path()) + 100, 'x');
    write(other + "\n", std::ios::trunc);
    EXPECT_EQ(overview().lines, 1);
    EXPECT_EQ(lines(0, 1).lines[0].text, other);
    fs::remove(path());  // rotated: another file of the same name
    write_lines(1500);
    EXPECT_EQ(overview().lines, 1500);
}

TEST_F(LogServiceTest, LevelsAreReadFromTheTopOfALineOnly) {
    EXPECT_EQ(level_of_line(R"({"level":"info","event":"x"})"), "info");
    EXPECT_EQ(level_of_line(R"({ "timestamp": "1", "level" : "ERROR" })"), "error");
    EXPECT_EQ(level_of_line(R"({"event":"say \"level\":\"error\"","level":"debug"})"), "debug");
    EXPECT_EQ(level_of_line(R"({"extra":{"level":"critical"},"level":"warning"})"), "warning");
    EXPECT_EQ(level_of_line(R"({"event":"level","x":"level","level":"info"})"), "info");
    for (const char* other : {"", "plain \"level\":\"error\"", "{\"level\":3}", "{\"level\":\"", "{", "{\"level\"",
                              R"({"level":"<script>"})", R"({"event":"x"})"})
        EXPECT_EQ(level_of_line(other), "unknown") << other;
}

TEST_F(LogServiceTest, ForeignLinesAndGarbageAreLinesToo) {
    std::string garbage = "plain text\n\n";
    for (int i = 0; i < 256; ++i) garbage += static_cast<char>(i);  // one of them is a line's end
    write(garbage + "\n" + R"({"level":"critical","event":"x"})" + "\n");
    const auto seen = overview();
    EXPECT_EQ(seen.lines, 5);
    EXPECT_EQ(seen.levels.at("unknown"), 4);
    EXPECT_EQ(seen.first_error, 4);
    EXPECT_EQ(lines(1, 1).lines[0].text, "");
    std::string many;
    for (int i = 0; i < 100; ++i) many += fmt::format("{{\"level\":\"l{}\"}}\n", i);
    write(many);
    EXPECT_LE(overview().levels.size(), 33u);
}

TEST_F(LogServiceTest, ALineOf100MegabytesIsPassedInSteps) {
    write_lines(3);
    write(R"({"level":"error","event":")");
    for (int i = 0; i < 100; ++i) write(std::string(1 << 20, 'y'));
    write("\"}\n");
    write_lines(3, 4);
    const auto first = logs_.overview(kKey, 1, {}, over, 2 << 20).value().value();
    EXPECT_FALSE(first.complete);
    int asked = 0;
    while (!logs_.overview(kKey, 1, {}, over, 16 << 20).value()->complete) ASSERT_LT(++asked, 50);
    EXPECT_GT(asked, 5);
    EXPECT_EQ(overview().lines, 7);
    EXPECT_EQ(overview().first_error, 3);
    const auto got = lines(2, 3);
    ASSERT_EQ(got.lines.size(), 3u);
    EXPECT_TRUE(got.lines[1].cut);
    EXPECT_LT(got.lines[1].text.size(), size_t{4} << 20);
    EXPECT_NE(got.lines[2].text.find("line 4"), std::string::npos);
    EXPECT_FALSE(got.lines[2].cut);
    EXPECT_EQ(search({0, {}, "line 5"}), (std::vector<std::int64_t>{5}));
}

TEST_F(LogServiceTest, AnAnswerOfLongLinesIsShorterAndSaysSo) {
    for (int i = 0; i < 100; ++i) write(std::string(300'000, static_cast<char>('a' + i % 26)) + "\n");
    std::int64_t from = 0;
    for (int asked = 0; from < 100; ++asked) {
        ASSERT_LT(asked, 20);
        const auto got = lines(from, 100 - from);
        ASSERT_FALSE(got.lines.empty());
        EXPECT_EQ(got.lines[0].text.front(), static_cast<char>('a' + from % 26));
        from += static_cast<std::int64_t>(got.lines.size());
        EXPECT_EQ(got.complete, from == 100);
    }
}

TEST_F(LogServiceTest, SearchIsOfWhatIsShownWhateverTheCase) {
    write(R"({"timestamp":"t","level":"info","event":"Could not OPEN \"the file\"","logger":"root"})"
          "\n"
          R"({"level":"error","event":"x","exception":"Traceback\nValueError: Ёлка НЕ найдена"})"
          "\n"
          R"({"level":"warning","event":"rows","count":42,"source":"a/b"})"
          "\n"
          "plain: could not open\n"
          R"({"level":"info","event":["a list",{"deep":"Größe"}]})");
    EXPECT_EQ(search({0, {}, "could not open"}), (std::vector<std::int64_t>{0, 3}));
    EXPECT_EQ(search({0, {}, "OPEN \"THE"}), (std::vector<std::int64_t>{0}));
    EXPECT_EQ(search({0, {}, "\""}), (std::vector<std::int64_t>{0}));
    EXPECT_EQ(search({0, {}, "ёлка не"}), (std::vector<std::int64_t>{1}));
    EXPECT_EQ(search({0, {}, "GRÖSSE"}), (std::vector<std::int64_t>{}));
    EXPECT_EQ(search({0, {}, "gRÖß"}), (std::vector<std::int64_t>{4}));
    EXPECT_EQ(search({0, {}, "count=42"}), (std::vector<std::int64_t>{}));  // JSON writes it otherwise: not found raw
    EXPECT_EQ(search({0, {}, "42"}), (std::vector<std::int64_t>{2}));
    EXPECT_EQ(search({0, {}, "a/b"}), (std::vector<std::int64_t>{2}));
    EXPECT_EQ(search({0, {}, "info"}), (std::vector<std::int64_t>{})) << "a level is no text";
    EXPECT_EQ(search({0, {"error", "warning"}, ""}), (std::vector<std::int64_t>{1, 2}));
    EXPECT_EQ(search({0, {"info"}, "could"}), (std::vector<std::int64_t>{0}));
    EXPECT_EQ(search({1, {}, "could not open"}), (std::vector<std::int64_t>{3}));
    EXPECT_FALSE(overview().matches);
}

TEST_F(LogServiceTest, ASearchInStepsFindsEachLineOnce) {
    write_lines(50'000);
    write(R"({"level":"error","event":"line the last"})");
    int steps = 0;
    const auto found = search({0, {}, "line 4999"}, 256 * 1024, &steps);
    EXPECT_GT(steps, 10);
    EXPECT_EQ(found,
              (std::vector<std::int64_t>{4999, 49990, 49991, 49992, 49993, 49994, 49995, 49996, 49997, 49998, 49999}));
    EXPECT_EQ(search({0, {"error"}, "LAST"}), (std::vector<std::int64_t>{50'000}));
    const auto all = search({0, {}, "line"}, 1 << 20);
    ASSERT_EQ(all.size(), 50'001u);
    EXPECT_EQ(all[777], 777);
}

TEST_F(LogServiceTest, MatchesAreCutToAnAnswersSizeAndGoOnFromThere) {
    std::string text;
    for (int i = 0; i < 150'000; ++i) text += "x\n";
    write(text);
    const auto first = overview({0, {}, "x"});
    EXPECT_TRUE(first.truncated);
    EXPECT_FALSE(first.complete);
    EXPECT_LE(first.matches->size(), LogService::kMaxMatches);
    EXPECT_EQ(search({0, {}, "x"}).size(), 150'000u);
}

}  // namespace
}  // namespace gale
