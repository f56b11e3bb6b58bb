#include <arrow/array.h>
#include <arrow/io/file.h>
#include <arrow/json/from_string.h>
#include <arrow/scalar.h>
#include <arrow/table.h>
#include <arrow/util/key_value_metadata.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/writer.h>
#include <parquet/metadata.h>
#include <sys/stat.h>

#include "stream/label_stream_fixture.hpp"
#include "stream/parquet_output.hpp"
#include "stream/partial_file.hpp"
#include "stream/spark_schema.hpp"

namespace gale::zero_shot {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using Table = std::shared_ptr<arrow::Table>;

class Parquet : public LabelStream {
protected:
    Parquet() : LabelStream("parquet") { job_.format = RecordFormat::kParquet; }

    /// Rows as JSON arrays, in row groups of two.
    void write_rows(const arrow::FieldVector& fields, const std::string& rows,
                    const std::shared_ptr<arrow::KeyValueMetadata>& metadata = nullptr) {
        const auto array = arrow::json::ArrayFromJSONString(arrow::struct_(fields), rows);
        ASSERT_TRUE(array.ok()) << array.status().ToString();
        const auto batch = arrow::RecordBatch::FromStructArray(*array).ValueOrDie();
        const auto table = arrow::Table::FromRecordBatches({batch}).ValueOrDie()->ReplaceSchemaMetadata(metadata);
        const auto file = arrow::io::FileOutputStream::Open(job_.input).ValueOrDie();
        const auto stored = parquet::ArrowWriterProperties::Builder().store_schema()->build();
        const auto written = parquet::arrow::WriteTable(*table, arrow::default_memory_pool(), file, 2,
                                                        parquet::default_writer_properties(), stored);
        ASSERT_TRUE(written.ok()) << written.ToString();
        ASSERT_TRUE(file->Close().ok());
    }

    static Table read_table(const std::string& path) {
        const auto file = arrow::io::ReadableFile::Open(path).ValueOrDie();
        return parquet::arrow::OpenFile(file, arrow::default_memory_pool()).ValueOrDie()->ReadTable().ValueOrDie();
    }

    /// A column's values as text.
    static std::string column(const Table& table, const std::string& name) {
        const auto joined = table->CombineChunks().ValueOrDie()->GetColumnByName(name);
        if (joined == nullptr || joined->num_chunks() == 0) return "";
        std::string text;
        for (std::int64_t i = 0; i < joined->length(); ++i) {
            text += (i == 0 ? "" : " ") + joined->GetScalar(i).ValueOrDie()->ToString();
        }
        return text;
    }

    void expect_refused(const std::string& complaint) {
        const auto summary = label_stream(job_, scorer());
        ASSERT_FALSE(summary);
        EXPECT_EQ(summary.error().kind, ErrorKind::kInput);
        EXPECT_THAT(summary.error().message, HasSubstr(complaint));
        EXPECT_THAT(summary.error().message, HasSubstr(job_.input));
        EXPECT_EQ(calls_, 0);
        EXPECT_THAT(names(), ElementsAre("in.parquet"));
    }

    const std::shared_ptr<arrow::DataType> dictionary_ = arrow::dictionary(arrow::int8(), arrow::utf8());
    const arrow::FieldVector news_ = {arrow::field("id", arrow::int32(), false),
                                      arrow::field("title", arrow::large_utf8()), arrow::field("summary", dictionary_)};
    const std::string five_ = R"([[1,"a","bcd"],[2,"ab",null],[3,null,""],[4,"x\ty","z"],[5,"abc",""]])";
};

TEST_F(Parquet, KeepsTheColumnsAndAddsTheLabel) {
    const auto metadata = arrow::key_value_metadata({{"who", "me"}});
    write_rows(news_, five_, metadata);
    job_.all_scores = true;
    const auto summary = label_stream(job_, scorer());
    ASSERT_TRUE(summary) << summary.error().message;
    const Table before = read_table(job_.input);
    const Table after = read_table(job_.output);
    EXPECT_TRUE(after->SelectColumns({0, 1, 2}).ValueOrDie()->Equals(*before));
    EXPECT_TRUE(after->schema()->metadata()->Equals(*metadata));
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(after->schema()->field(i)->Equals(before->schema()->field(i), true));
    EXPECT_THAT(after->ColumnNames(), ElementsAre("id", "title", "summary", "label", "score", "long", "short"));
    EXPECT_EQ(column(after, "label"), "long short null long short");
    EXPECT_EQ(column(after, "score"), "0.75 0.75 null 0.75 0.75");
    EXPECT_EQ(column(after, "short"), "0.25 0.75 null 0.25 0.75");
    EXPECT_EQ(summary->without_text, 1U);
    EXPECT_THAT(labelled_, ElementsAre("a. bcd", "ab", "x\ty. z", "abc"));
    EXPECT_THAT(names(), ElementsAre("in.parquet", "out.parquet"));
}

TEST_F(Parquet, GoesOnWhereItStopped) {
    write_rows(news_, five_);
    for (int stop = 0; stop < 3; ++stop) {
        calls_ = 0;
        labelled_.clear();
        ASSERT_FALSE(label_stream(job_, scorer(stop)));
        EXPECT_FALSE(std::filesystem::exists(job_.output));
        const auto summary = label_stream(job_, scorer());
        ASSERT_TRUE(summary) << summary.error().message;
        EXPECT_EQ(summary->records_before, 2U * static_cast<unsigned>(stop));
        EXPECT_EQ(labelled_.size(), 4U) << "none twice, the one without text not at all";
        EXPECT_EQ(column(read_table(job_.output), "label"), "long short null long short");
        std::filesystem::remove(job_.output);
    }
}

TEST_F(Parquet, NothingIsLabelledTwiceWhenTheOutputCannotBeWritten) {
    write_rows(news_, five_);
    std::filesystem::create_directory(assembled_path(job_.output));
    const auto failed = label_stream(job_, scorer());
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().kind, ErrorKind::kDisk);
    EXPECT_FALSE(std::filesystem::exists(job_.output));
    std::filesystem::remove(assembled_path(job_.output));
    const auto summary = label_stream(job_, scorer(0));
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(summary->records_before, 5U);
    EXPECT_EQ(labelled_.size(), 4U);
    EXPECT_EQ(column(read_table(job_.output), "label"), "long short null long short");
    EXPECT_THAT(names(), ElementsAre("in.parquet", "out.parquet"));
}

TEST_F(Parquet, TextMayBeOfAnyTypeThatHoldsIt) {
    for (const auto& type : {arrow::utf8(), arrow::large_utf8(), arrow::utf8_view(), arrow::binary(),
                             arrow::large_binary(), dictionary_}) {
        labelled_.clear();
        write_rows({arrow::field("title", type), arrow::field("summary", arrow::null())},
                   R"([["é",null],[null,null],["",null]])");
        const auto summary = label_stream(job_, scorer());
        ASSERT_TRUE(summary) << type->ToString() << ": " << summary.error().message;
        EXPECT_THAT(labelled_, ElementsAre("é"));
        EXPECT_TRUE(read_table(job_.output)->schema()->field(0)->type()->Equals(*type)) << type->ToString();
    }
}

TEST_F(Parquet, WhatCannotBeLabelledIsRefusedFirst) {
    const auto text = arrow::field("title", arrow::utf8());
    write_rows({text}, R"([["a"]])");
    expect_refused(R"(has no column "summary"; it has: title)");
    write_rows({text, arrow::field("summary", arrow::int64())}, R"([["a", 1]])");
    expect_refused(R"(has a column "summary" of type int64, which is no text; name another with --text)");
    write_rows({text, arrow::field("summary", arrow::list(arrow::utf8()))}, R"([["a", ["b"]]])");
    expect_refused(R"(has a column "summary" of type list<)");
    write_rows({text, text, arrow::field("summary", arrow::utf8())}, R"([["a", "b", "c"]])");
    expect_refused(R"(has the column "title" twice)");
    write_rows({text, arrow::field("summary", arrow::utf8()), arrow::field("score", arrow::int8())},
               R"([["a","b",1]])");
    expect_refused(R"(has a column "score" already)");
    write_rows({text, arrow::field("summary", arrow::binary())}, R"([["a","b"],["c","d"],["e","f\u00ff"]])");
    std::string bytes = read(job_.input);
    for (std::size_t i = 0; (i = bytes.find("\xC3\xBF", i)) != std::string::npos;) bytes[i] = '\xFF';
    write_input(bytes);
    expect_refused(R"(row 3 has a "summary" that is not UTF-8 at byte 1)");
    const std::string huge(kMaxRecordBytes, 'x');
    write_rows({text, arrow::field("summary", arrow::utf8())}, R"([["a","b"],["c",")" + huge + R"("]])");
    expect_refused("row 2 has texts of more than");
}

TEST_F(Parquet, NoRowsAreAnEmptyTable) {
    write_rows(news_, "[]");
    for (const std::uint64_t count : {1, 2}) {
        job_.part = {count - 1, count};
        const auto summary = label_stream(job_, scorer());
        ASSERT_TRUE(summary) << summary.error().message;
        const Table table = read_table(job_.output);
        EXPECT_EQ(table->num_rows(), 0);
        EXPECT_THAT(table->ColumnNames(), ElementsAre("id", "title", "summary", "label", "score"));
    }
}

TEST_F(Parquet, DamageIsAnErrorOrIsNotSeen) {
    write_rows(news_, five_);
    const std::string whole = read(job_.input);
    for (std::size_t size = 0; size < whole.size(); size += 3) {
        write_input(whole.substr(0, size));
        expect_refused("");
    }
    job_.checkpoint_interval = std::chrono::hours(1);
    for (std::size_t i = 0; i < whole.size(); i += 7) {
        std::string damaged = whole;
        damaged[i] = static_cast<char>(~damaged[i]);
        write_input(damaged);
        const auto summary = label_stream(job_, scorer());
        if (!summary) EXPECT_EQ(summary.error().kind, ErrorKind::kInput) << summary.error().message;
    }
}

TEST_F(Parquet, PartsAreJoinedToTheWhole) {
    write_rows(news_, five_);
    ASSERT_TRUE(label_stream(job_, scorer()));
    const std::string whole = job_.output;
    for (const std::uint64_t count : {1, 2, 3, 9}) {
        std::vector<std::string> parts;
        for (std::uint64_t i = 0; i < count; ++i) {
            job_.part = {i, count};
            job_.output = parts.emplace_back(folder_ + "/part" + std::to_string(i) + ".parquet");
            ASSERT_TRUE(label_stream(job_, scorer()));
        }
        const std::string joined = folder_ + "/joined.parquet";
        const auto done = join_parquet(parts, joined);
        ASSERT_TRUE(done) << done.error().message;
        EXPECT_TRUE(read_table(joined)->Equals(*read_table(whole), true));
    }
}

TEST_F(Parquet, PartsOfOtherFilesAreNotJoined) {
    write_rows(news_, five_);
    ASSERT_TRUE(label_stream(job_, scorer()));
    const std::string before = read(job_.output);
    const auto joined = join_parquet({job_.output, job_.input}, job_.output);
    ASSERT_FALSE(joined);
    EXPECT_THAT(joined.error().message, HasSubstr("has other columns than"));
    EXPECT_EQ(read(job_.output), before);
    EXPECT_THAT(names(), ElementsAre("in.parquet", "out.parquet"));
}

TEST_F(Parquet, SparkSeesTheAddedColumns) {
    const std::string spark =
        R"({"type":"struct","fields":[{"name":"title","type":"string","nullable":true,"metadata":{}}]})";
    write_rows(news_, five_, arrow::key_value_metadata({{kSparkSchemaKey, spark}}));
    job_.all_scores = true;
    ASSERT_TRUE(label_stream(job_, scorer()));
    const auto changed = read_table(job_.output)->schema()->metadata()->Get(kSparkSchemaKey).ValueOrDie();
    EXPECT_THAT(changed, HasSubstr(R"({"name":"title","type":"string","nullable":true,"metadata":{}},{"name":"label",)"
                                   R"("type":"string",)"));
    EXPECT_THAT(changed, HasSubstr(R"({"name":"short","type":"double","nullable":true,"metadata":{}}]})"));
    for (const char* other : {"", "[]", R"({"fields":1})", "{"}) EXPECT_EQ(with_label_columns(other, {}), other);
}

TEST_F(Parquet, APipeIsRefused) {
    ASSERT_EQ(::mkfifo(job_.input.c_str(), 0600), 0);
    expect_refused("is no regular file");
}

}  // namespace
}  // namespace gale::zero_shot
