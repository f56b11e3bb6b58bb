#include "tsv/tsv.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace gale::zero_shot {
namespace {

using Row = std::vector<std::string>;

struct Table {
    std::vector<Row> rows;  // the header first
    std::string error;      // empty when all was read
};

Table read_all(const std::string& text) {
    Table table;
    auto reader = TsvReader::from_stream(std::make_unique<std::istringstream>(text), "f.csv");
    if (!reader) {
        table.error = reader.error().message;
        return table;
    }
    table.rows.push_back(reader->header());
    for (Row fields;;) {
        const auto more = reader->next(fields);
        if (!more) table.error = more.error().message;
        if (!more || !*more) return table;
        table.rows.push_back(fields);
    }
}

std::string row(std::vector<std::string_view> fields) {
    std::string out;
    append_tsv_row(out, fields);
    return out;
}

TEST(TsvWriter, QuotesOnlyWhatNeedsIt) {
    EXPECT_EQ(row({"a", "it's, fine", "", "x y "}), "a\tit's, fine\t\tx y \n");
    EXPECT_EQ(row({"a\tb", "c\nd", "e\rf"}), "\"a\tb\"\t\"c\nd\"\t\"e\rf\"\n");
    EXPECT_EQ(row({"say \"hi\""}), "\"say \"\"hi\"\"\"\n");
}

TEST(TsvWriter, KeepsARowOfOneEmptyFieldFromLookingBlank) {
    EXPECT_EQ(row({""}), "\"\"\n");
}

TEST(TsvReader, ReadsBackWhatTheWriterWrote) {
    const std::vector<Row> rows = {{"id", "t"}, {"1", "a\tb\n\"c\"\r\nd"}, {"", "\r"}, {"\"", "é€😀"}};
    std::string text;
    for (const Row& fields : rows) {
        append_tsv_row(text, std::vector<std::string_view>(fields.begin(), fields.end()));
    }
    const Table table = read_all(text);
    EXPECT_EQ(table.error, "");
    EXPECT_EQ(table.rows, rows);
}

TEST(TsvReader, AcceptsEveryLineEndBlankLinesAndAMissingLastOne) {
    const std::vector<Row> expected = {{"a", "b"}, {"1", "2"}, {"3", "4"}, {"5", ""}};
    EXPECT_EQ(read_all("\xEF\xBB\xBF"
                       "a\tb\r\n1\t2\r3\t4\n\n  \n5\t")
                  .rows,
              expected);
}

TEST(TsvReader, KeepsAFirstCharacterThatOnlyStartsLikeAByteOrderMark) {
    EXPECT_EQ(read_all("\uFE7F\tb\n").rows[0], (Row{"\uFE7F", "b"}));
}

TEST(TsvReader, TakesAQuoteInsideAnUnquotedFieldAsText) {
    EXPECT_EQ(read_all("a\tb\n5\" pipe\t\n").rows[1], (Row{"5\" pipe", ""}));
}

TEST(TsvReader, KeepsAQuotedEmptyRowOfOneColumn) {
    EXPECT_EQ(read_all("a\n\"\"\nx\n").rows, (std::vector<Row>{{"a"}, {""}, {"x"}}));
}

TEST(TsvReader, NamesTheLineOfAQuoteThatIsNeverClosed) {
    EXPECT_EQ(read_all("a\tb\n\"1\n2\"\t3\n4\t\"oops\n5\t6\n").error,
              "f.csv, line 4 opens a quote that is never closed; the file may be cut off, or a quote "
              "inside a text is not doubled");
}

TEST(TsvReader, NamesTheLineOfTextAfterAClosingQuote) {
    EXPECT_EQ(read_all("a\tb\n\"x\"y\tz\n").error,
              "f.csv, line 2 has text after a closing quote; a quote inside a text must be doubled");
}

TEST(TsvReader, NamesTheLineWithTheWrongNumberOfFields) {
    EXPECT_EQ(read_all("a\tb\r\n\"1\r\n1\"\t2\r\n3\r\n").error,
              "f.csv, line 4 has 1 fields where the header has 2; a tab inside a text needs quotes "
              "around the text");
    EXPECT_NE(read_all("a\tb\n1\t2\t3\n").error.find("line 2 has 3 fields"), std::string::npos);
}

TEST(TsvReader, RefusesBytesThatAreNoText) {
    EXPECT_NE(read_all(std::string("a\tb\n1\t\0\n", 8)).error.find("line 2 holds a NUL"), std::string::npos);
    EXPECT_NE(read_all("a\tb\n1\t\xFF\n").error.find("line 2 is not UTF-8"), std::string::npos);
    EXPECT_NE(read_all("\xEFxyz\n").error.find("line 1 is not UTF-8"), std::string::npos);
}

TEST(TsvReader, RefusesAnEmptyFileAndADoubledColumn) {
    EXPECT_EQ(read_all("").error, "f.csv is empty: it has no header row; write it again");
    EXPECT_EQ(read_all("\n\n").error, "f.csv is empty: it has no header row; write it again");
    EXPECT_EQ(read_all("a\tb\ta\n").error, "f.csv, line 1 has the column \"a\" twice");
}

TEST(TsvReader, BoundsTheMemoryOfARow) {
    const std::string text = "a\n\"" + std::string(TsvReader::kMaxRowBytes + 1, 'x');
    EXPECT_NE(read_all(text).error.find("line 2 starts a row of more than"), std::string::npos);
}

TEST(TsvReader, SaysWhichColumnsAreThereWhenOneIsMissing) {
    const auto reader = TsvReader::from_stream(std::make_unique<std::istringstream>("a,b\n"), "f.csv");
    ASSERT_TRUE(reader);
    const auto column = reader->column("b");
    ASSERT_FALSE(column);
    EXPECT_EQ(column.error().kind, ErrorKind::kInput);
    EXPECT_EQ(column.error().message,
              "f.csv has no column \"b\"; it has: a,b. Add the column, or write the file again with "
              "tabs between the columns");
}

TEST(TsvReader, SaysWhyAFileCannotBeRead) {
    const auto missing = TsvReader::open("/nowhere/data.csv");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind, ErrorKind::kDisk);
    EXPECT_NE(missing.error().message.find("/nowhere/data.csv: No such file"), std::string::npos);
    const auto folder = TsvReader::open("/");
    ASSERT_FALSE(folder);
    EXPECT_EQ(folder.error().kind, ErrorKind::kDisk) << folder.error().message;
}

}  // namespace
}  // namespace gale::zero_shot
