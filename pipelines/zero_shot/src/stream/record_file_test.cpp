#include "stream/record_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace gale::zero_shot {
namespace {

using testing::HasSubstr;

class RecordFile : public testing::Test {
protected:
    ~RecordFile() override { ::unlink(path_.c_str()); }

    std::unique_ptr<RecordReader> open(RecordFormat format, const std::string& bytes,
                                       std::vector<std::string> score_columns = {}) {
        std::ofstream(path_, std::ios::binary) << bytes;
        auto reader = open_records(path_, format, {"title", "summary"}, std::move(score_columns));
        if (!reader) error_ = reader.error().message;
        return reader ? std::move(*reader) : nullptr;
    }

    /// The texts, or the error that ends them.
    std::vector<std::string> texts(RecordReader& reader) {
        std::vector<std::string> found;
        Record record;
        for (;;) {
            const auto more = reader.next(record);
            if (!more) found.push_back(more.error().message);
            if (!more || !*more) return found;
            found.push_back(record.text);
        }
    }

    std::string path_ = testing::TempDir() + "/record_file_" + std::to_string(::getpid());
    std::string error_;
};

TEST_F(RecordFile, JsonLinesKeepTheirBytes) {
    const auto reader =
        open(RecordFormat::kJsonLines,
             "{\"n\": 1.00, \"title\": \"a\\u0000b\", \"summary\": null }\r\n\n{\"title\":\"\",\"summary\":\"c\"}",
             {"x", "y\""});
    ASSERT_NE(reader, nullptr);
    Record record;
    std::string out;
    const std::vector<float> scores = {0.5F, 0.1F};
    ASSERT_TRUE(*reader->next(record));
    EXPECT_EQ(record.text, std::string("a\0b", 3));
    reader->append(out, record, "y\"", 0.5F, scores);
    ASSERT_TRUE(*reader->next(record));
    reader->append(out, record, "", 0, {});
    EXPECT_FALSE(*reader->next(record));
    EXPECT_EQ(out,
              "{\"n\": 1.00, \"title\": \"a\\u0000b\", \"summary\": null,\"label\":\"y\\\"\",\"score\":0.5,\"scores\":"
              "{\"x\":0.5,\"y\\\"\":0.1}}\n"
              "{\"title\":\"\",\"summary\":\"c\",\"label\":null,\"score\":null,\"scores\":null}\n");
}

TEST_F(RecordFile, DamagedJsonLinesAreNamed) {
    const std::string good = "{\"title\": \"a\", \"summary\": \"b\"}\n";
    for (const auto& [line, complaint] : std::vector<std::pair<std::string, std::string>>{
             {"{\"title\": ", "line 2 is no JSON"},
             {"[1]", "line 2 is no JSON object"},
             {"{\"title\": \"\xFF\"}", "line 2 is no JSON"},
             {"{\"title\": \"a\"}", "line 2 has no member \"summary\""},
             {"{\"title\": 1, \"summary\": \"\"}", "line 2 has a \"title\" that is no text"},
             {"{\"title\": \"a\", \"summary\": \"\", \"label\": 1}", "line 2 has a member \"label\" already"},
             {std::string(40 << 20, ' '), "line 2 has more than"}}) {
        const auto reader = open(RecordFormat::kJsonLines, good + line + "\n");
        ASSERT_NE(reader, nullptr);
        const auto found = texts(*reader);
        ASSERT_EQ(found.size(), 2U);
        EXPECT_EQ(found[0], "a. b");
        EXPECT_THAT(found[1], HasSubstr(complaint));
    }
}

TEST_F(RecordFile, PositionsAreGoneBackTo) {
    const std::vector<std::pair<RecordFormat, std::string>> files = {
        {RecordFormat::kTsv, "title\tsummary\n1\t\n\n\"2\n\"\tx\r\n3\t\n"},
        {RecordFormat::kCsv, "title,summary\n1,\n\n\"2\n\",x\r\n3,\n"},
        {RecordFormat::kJsonLines,
         "{\"title\":\"1\",\"summary\":\"\"}\n\n{\"title\":\"2\\n\",\"summary\":\"x\"}\n{\"title\":\"3\",\"summary\":"
         "\"\"}\n"}};
    for (const auto& [format, bytes] : files) {
        const auto reader = open(format, bytes);
        ASSERT_NE(reader, nullptr);
        std::vector<RecordPosition> positions = {reader->position()};
        Record record;
        while (*reader->next(record)) positions.push_back(reader->position());
        ASSERT_EQ(positions.size(), 4U);
        ASSERT_TRUE(reader->seek(positions[1]));
        EXPECT_THAT(texts(*reader), testing::ElementsAre("2\n. x", "3"));
        ASSERT_TRUE(reader->seek(positions[2]));
        EXPECT_EQ(reader->position(), positions[2]);
        EXPECT_THAT(texts(*reader), testing::ElementsAre("3"));
    }
}

TEST_F(RecordFile, CsvQuotesItsOwnDelimiter) {
    const auto reader = open(RecordFormat::kCsv, "title,summary\n\"a,b\",c\td\n", {"x"});
    ASSERT_NE(reader, nullptr);
    Record record;
    ASSERT_TRUE(*reader->next(record));
    std::string out = reader->output_header();
    const std::vector<float> scores = {1e-7F};
    reader->append(out, record, "x, y", 1e-7F, scores);
    EXPECT_EQ(out, "title,summary,label,score,x\n\"a,b\",c\td,\"x, y\",1e-07,1e-07\n");
}

TEST_F(RecordFile, ALabelNamedAsAColumnIsRefused) {
    EXPECT_EQ(open(RecordFormat::kTsv, "title\tsummary\n", {"title"}), nullptr);
    EXPECT_THAT(error_, HasSubstr("has a column \"title\" already"));
    EXPECT_EQ(open(RecordFormat::kTsv, "title\tsummary\n", {"score"}), nullptr);
    EXPECT_THAT(error_, HasSubstr("rename the label"));
}

TEST_F(RecordFile, FormatsAreKnownByTheirNames) {
    EXPECT_EQ(format_of("a/b.tsv"), RecordFormat::kTsv);
    EXPECT_EQ(format_of("b.ndjson"), RecordFormat::kJsonLines);
    EXPECT_FALSE(format_of("b.xlsx"));
}

}  // namespace
}  // namespace gale::zero_shot
