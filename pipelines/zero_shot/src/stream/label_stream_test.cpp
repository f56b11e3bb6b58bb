#include "stream/label_stream.hpp"

#include <sys/stat.h>

#include <functional>
#include <thread>

#include "stream/label_stream_fixture.hpp"
#include "stream/partial_file.hpp"

namespace gale::zero_shot {
namespace {

using testing::HasSubstr;

constexpr char kFive[] = "id\ttitle\tsummary\n1\ta\tbcd\n2\tab\t\n3\t\t\n4\t\"x\ty\"\tz\n5\tabc\t\n";

TEST_F(LabelStream, KeepsTheColumnsAndAddsTheLabel) {
    write_input(kFive);
    const auto summary = label_stream(job_, scorer());
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(read(job_.output),
              "id\ttitle\tsummary\tlabel\tscore\n1\ta\tbcd\tlong\t0.75\n2\tab\t\tshort\t0.75\n3\t\t\t\t\n"
              "4\t\"x\ty\"\tz\tlong\t0.75\n5\tabc\t\tshort\t0.75\n");
    EXPECT_EQ(summary->records, 5U);
    EXPECT_EQ(summary->without_text, 1U);
    EXPECT_THAT(names(), testing::ElementsAre("in.tsv", "out.tsv"));
    EXPECT_THAT(labelled_, testing::ElementsAre("a. bcd", "ab", "x\ty. z", "abc"));
}

TEST_F(LabelStream, GoesOnWhereItStopped) {
    write_input(kFive);
    const auto whole = label_stream(job_, scorer());
    ASSERT_TRUE(whole);
    const std::string expected = read(job_.output);
    std::filesystem::remove(job_.output);
    for (int stop = 0; stop < 3; ++stop) {
        calls_ = 0;
        labelled_.clear();
        ASSERT_FALSE(label_stream(job_, scorer(stop)));
        EXPECT_FALSE(std::filesystem::exists(job_.output));
        const auto summary = label_stream(job_, scorer());
        ASSERT_TRUE(summary) << summary.error().message;
        EXPECT_EQ(summary->records_before, 2U * static_cast<unsigned>(stop));
        EXPECT_EQ(read(job_.output), expected);
        EXPECT_EQ(labelled_.size(), 4U) << "none twice, the one without text not at all";
        std::filesystem::remove(job_.output);
    }
}

TEST_F(LabelStream, DropsWhatIsBehindTheCheckpoint) {
    write_input(kFive);
    ASSERT_FALSE(label_stream(job_, scorer(1)));
    std::ofstream(partial_path(job_.output), std::ios::app) << "4\thalf a ro";
    ASSERT_TRUE(label_stream(job_, scorer()));
    EXPECT_THAT(read(job_.output), testing::Not(HasSubstr("half")));
    EXPECT_EQ(labelled_.size(), 4U);
}

TEST_F(LabelStream, AnotherJobStartsAnew) {
    write_input(kFive);
    for (const auto& change : std::vector<std::function<void()>>{
             [&] { job_.labels = {"wide", "narrow"}; }, [&] { job_.settings = "other model"; },
             [&] { job_.text_columns = {"title"}; }, [&] { job_.resume = false; },
             [&] { write_input(std::string(kFive) + "6\tq\tr\n"); }}) {
        calls_ = 0;
        ASSERT_FALSE(label_stream(job_, scorer(2)));
        change();
        const auto summary = label_stream(job_, scorer());
        ASSERT_TRUE(summary);
        EXPECT_EQ(summary->records_before, 0U);
    }
}

TEST_F(LabelStream, ADamagedCheckpointStartsAnew) {
    write_input(kFive);
    for (const char* text : {"", "{", "[]", "{\"job\":1}", "{\"job\":\"\",\"input_byte\":-1}"}) {
        calls_ = 0;
        ASSERT_FALSE(label_stream(job_, scorer(2)));
        std::ofstream(checkpoint_path(job_.output)) << text;
        const auto summary = label_stream(job_, scorer());
        ASSERT_TRUE(summary);
        EXPECT_EQ(summary->records_before, 0U);
    }
}

TEST_F(LabelStream, DamageAnywhereIsKnownBeforeAnythingIsLabelled) {
    for (const auto& [bytes, complaint] : std::vector<std::pair<std::string, std::string>>{
             {std::string(kFive) + "6\tonly two\n", "line 7 has 2 fields"},
             {std::string(kFive) + "6\tx\ty\xFF\n", "line 7 is not UTF-8"},
             {std::string(kFive) + std::string("6\tx\ty\0z\n", 8), "line 7 holds a NUL byte"},
             {std::string(kFive) + "6\tx\t\"y", "line 7 opens a quote that is never closed"},
             {std::string(kFive) + "6\tx\t" + std::string(40 << 20, 'y') + "\n", "line 7 starts a row of more than"},
             {"", "is empty"},
             {"id\ttitle\n1\ta\n", "has no column \"summary\""},
             {"title\tsummary\tlabel\na\tb\tc\n", "has a column \"label\" already"}}) {
        write_input(bytes);
        const auto summary = label_stream(job_, scorer());
        ASSERT_FALSE(summary);
        EXPECT_EQ(summary.error().kind, ErrorKind::kInput);
        EXPECT_THAT(summary.error().message, HasSubstr(complaint));
        EXPECT_THAT(names(), testing::ElementsAre("in.tsv"));
    }
    EXPECT_EQ(calls_, 0);
}

TEST_F(LabelStream, AnErrorOfTheModelLeavesNothing) {
    write_input(kFive);
    std::ofstream(job_.output) << "old";
    ASSERT_FALSE(label_stream(job_, scorer(1, ErrorKind::kInput)));
    EXPECT_THAT(names(), testing::ElementsAre("in.tsv", "out.tsv"));
    EXPECT_EQ(read(job_.output), "old");
}

TEST_F(LabelStream, PartsAreTheWhole) {
    job_.checkpoint_interval = std::chrono::hours(1);
    std::string bytes = "title\tsummary\n";
    for (int i = 0; i < 30; ++i)
        bytes += std::string(static_cast<std::size_t>(i % 7), 'x') + "\t\"y\n" + std::to_string(i) + "\"\n\n";
    write_input(bytes);
    ASSERT_TRUE(label_stream(job_, scorer()));
    const std::string whole = read(job_.output);
    const std::string header = whole.substr(0, whole.find('\n') + 1);
    for (const std::uint64_t count : {2, 3, 17, 101}) {
        std::string joined = header;
        for (std::uint64_t i = 0; i < count; ++i) {
            job_.part = {i, count};
            ASSERT_TRUE(label_stream(job_, scorer()));
            joined += read(job_.output).substr(header.size());
        }
        EXPECT_EQ(joined, whole);
    }
}

TEST_F(LabelStream, TwoProcessesDoNotWriteOneOutput) {
    write_input(kFive);
    const auto held = PartialFile::open(job_.output);
    ASSERT_TRUE(held);
    const auto summary = label_stream(job_, scorer());
    ASSERT_FALSE(summary);
    EXPECT_THAT(summary.error().message, HasSubstr("another process is writing"));
}

TEST_F(LabelStream, APipeIsLabelledAsItComes) {
    job_.input = folder_ + "/pipe.tsv";
    ASSERT_EQ(::mkfifo(job_.input.c_str(), 0600), 0);
    std::jthread writer([this] { write_input(kFive); });
    const auto summary = label_stream(job_, scorer());
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(summary->records, 5U);
}

}  // namespace
}  // namespace gale::zero_shot
