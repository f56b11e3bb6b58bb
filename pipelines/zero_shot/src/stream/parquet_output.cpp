#include "stream/parquet_output.hpp"

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/io/file.h>
#include <arrow/util/byte_size.h>
#include <arrow/util/compression.h>
#include <arrow/util/io_util.h>
#include <arrow/util/key_value_metadata.h>
#include <fmt/format.h>
#include <parquet/arrow/writer.h>
#include <parquet/metadata.h>
#include <parquet/properties.h>
#include <unistd.h>

#include <charconv>
#include <cstring>

#include "stream/label_log.hpp"
#include "stream/parquet_file.hpp"
#include "stream/partial_file.hpp"
#include "stream/record_readers.hpp"
#include "stream/spark_schema.hpp"
#include "tokenizer/try.hpp"

namespace gale::zero_shot {

namespace {

// A row group is in memory until it is whole.
constexpr std::int64_t kRowGroupBytes = std::int64_t{64} << 20;

using Batch = std::shared_ptr<arrow::RecordBatch>;

/// The error of a failed status leaves the function.
#define TRY_WRITE(expression)                                                       \
    do {                                                                            \
        if (const arrow::Status status_ = (expression); !status_.ok()) [[unlikely]] \
            return unwritable(status_);                                             \
    } while (false)

template <typename Is>
bool has_column(const parquet::FileMetaData& file, const Is& is) {
    for (int leaf = 0; leaf < file.num_columns(); ++leaf) {
        if (is(*file.schema()->Column(leaf))) return true;
    }
    return false;
}

bool is_integer(const parquet::ColumnDescriptor& column) {
    return column.physical_type() == parquet::Type::INT32 || column.physical_type() == parquet::Type::INT64;
}

std::shared_ptr<parquet::WriterProperties> writer_properties(const parquet::FileMetaData& input) {
    parquet::WriterProperties::Builder builder;
    builder.compression(arrow::Compression::ZSTD);
    const bool has_integer_decimals = has_column(input, [](const parquet::ColumnDescriptor& column) {
        return column.logical_type()->is_decimal() && is_integer(column);
    });
    if (has_integer_decimals) builder.enable_store_decimal_as_integer();
    if (input.num_row_groups() == 0) return builder.build();
    const auto group = input.RowGroup(0);
    if (group->num_columns() > 0) {
        const auto codec = group->ColumnChunk(0)->compression();
        if (parquet::IsCodecSupported(codec) && arrow::util::Codec::IsAvailable(codec)) builder.compression(codec);
    }
    const auto sorting = group->sorting_columns();
    bool are_all_sorted = true;
    for (int i = 1; i < input.num_row_groups(); ++i) {
        are_all_sorted = are_all_sorted && input.RowGroup(i)->sorting_columns() == sorting;
    }
    if (are_all_sorted) builder.set_sorting_columns(sorting);
    return builder.build();
}

/// With Arrow's own description of the types where the input has it: without it some types are read as others.
std::shared_ptr<parquet::ArrowWriterProperties> arrow_properties(const parquet::FileMetaData& input) {
    parquet::ArrowWriterProperties::Builder builder;
    if (has_arrow_schema(input)) builder.store_schema();
    const auto is_int96 = [](const parquet::ColumnDescriptor& column) {
        return column.physical_type() == parquet::Type::INT96;
    };
    const auto is_timestamp = [](const parquet::ColumnDescriptor& column) {
        return column.logical_type()->is_timestamp();
    };
    // All of them or none: where both kinds stand in a file, those of today are kept.
    if (has_column(input, is_int96) && !has_column(input, is_timestamp)) builder.enable_deprecated_int96_timestamps();
    return builder.build();
}

class ParquetWriter {
public:
    ParquetWriter(std::string path, std::shared_ptr<arrow::Schema> schema)
        : path_(std::move(path)), schema_(std::move(schema)) {}
    ParquetWriter(const ParquetWriter&) = delete;
    ParquetWriter& operator=(const ParquetWriter&) = delete;
    ~ParquetWriter() {
        writer_.reset();
        if (!is_whole_) ::unlink(path_.c_str());
    }

    const std::shared_ptr<arrow::Schema>& schema() const { return schema_; }

    /// Compressed as `like`.
    Result<void> open(const parquet::FileMetaData& like) {
        return without_exceptions([&]() -> Result<void> {
            auto file = arrow::io::FileOutputStream::Open(path_);
            TRY_WRITE(file.status());
            file_ = *file;
            auto writer = parquet::arrow::FileWriter::Open(*schema_, arrow::default_memory_pool(), file_,
                                                           writer_properties(like), arrow_properties(like));
            TRY_WRITE(writer.status());
            writer_ = std::move(*writer);
            return {};
        });
    }

    enum class Place { kInSameGroup, kFirstOfGroup };

    Result<void> write(const arrow::RecordBatch& batch, Place place) {
        return without_exceptions([&]() -> Result<void> {
            const auto bytes = arrow::util::ReferencedBufferSize(batch);
            TRY_WRITE(bytes.status());
            if (place == Place::kFirstOfGroup || group_bytes_ + *bytes > kRowGroupBytes) {
                TRY_WRITE(writer_->NewBufferedRowGroup());
                group_bytes_ = 0;
            }
            group_bytes_ += *bytes;
            TRY_WRITE(writer_->WriteRecordBatch(batch));
            return {};
        });
    }

    Result<void> close() {
        return without_exceptions([&]() -> Result<void> {
            TRY_WRITE(writer_->Close());
            TRY_WRITE(file_->Close());
            is_whole_ = true;
            return {};
        });
    }

private:
    template <typename Call>
    Result<void> without_exceptions(const Call& call) const {
        try {
            return call();
        } catch (const std::exception& exception) {
            return unwritable(arrow::Status::UnknownError(exception.what()));
        }
    }

    std::unexpected<Error> unwritable(const arrow::Status& status) const {
        const int error = arrow::internal::ErrnoFromStatus(status);
        const std::string& message = status.message();
        return fail(ErrorKind::kDisk,
                    fmt::format("cannot write {}: {}; free space there or choose another output, then run the same "
                                "again: it goes on where it stopped",
                                path_, error != 0 ? std::strerror(error) : message.substr(0, message.find('\n'))));
    }

    std::string path_;
    std::shared_ptr<arrow::Schema> schema_;
    std::shared_ptr<arrow::io::FileOutputStream> file_;
    std::unique_ptr<parquet::arrow::FileWriter> writer_;
    std::int64_t group_bytes_ = 0;
    bool is_whole_ = false;
};

/// Writes `range` of `input` in row groups as it has them.
template <typename Complete>
Result<void> copy_rows(ParquetFile& input, RecordRange range, ParquetWriter& writer, const Complete& complete) {
    ParquetRows rows(input, input.all_leaves(), range);
    int group = -1;
    for (;;) {
        const std::uint64_t row = rows.row();
        const auto batch = TRY(rows.next());
        if (batch == nullptr) return {};
        const int before = std::exchange(group, input.group_of(row));
        const auto completed = TRY(complete(batch));
        TRY_VOID(writer.write(
            *completed, before == group ? ParquetWriter::Place::kInSameGroup : ParquetWriter::Place::kFirstOfGroup));
    }
}

/// The number that the same score is in TSV.
double as_written(float score) {
    const std::string digits = format_score(score);
    double number = score;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
}

/// The columns that the output gets.
class LabelColumns {
public:
    explicit LabelColumns(std::size_t scores) : scores_(scores + 1) {}

    static std::vector<std::shared_ptr<arrow::Field>> fields(const std::vector<std::string>& score_columns) {
        std::vector<std::shared_ptr<arrow::Field>> found = {
            arrow::field(std::string(kLabelColumn), arrow::utf8()),
            arrow::field(std::string(kScoreColumn), arrow::float64()),
        };
        for (const std::string& column : score_columns) found.push_back(arrow::field(column, arrow::float64()));
        return found;
    }

    arrow::Status append(const LoggedLabel& label) {
        const bool has_label = !label.label.empty();
        ARROW_RETURN_NOT_OK(has_label ? label_.Append(label.label) : label_.AppendNull());
        for (std::size_t i = 0; i < scores_.size(); ++i) {
            const float score = i == 0 ? label.score : label.scores[i - 1];
            ARROW_RETURN_NOT_OK(has_label ? scores_[i].Append(as_written(score)) : scores_[i].AppendNull());
        }
        return arrow::Status::OK();
    }

    /// What was appended, behind the columns of `columns`.
    arrow::Status finish(std::vector<std::shared_ptr<arrow::Array>>& columns) {
        ARROW_RETURN_NOT_OK(label_.Finish(&columns.emplace_back()));
        for (auto& scores : scores_) ARROW_RETURN_NOT_OK(scores.Finish(&columns.emplace_back()));
        return arrow::Status::OK();
    }

private:
    arrow::StringBuilder label_;
    std::vector<arrow::DoubleBuilder> scores_;
};

/// The metadata of `schema`, in which Spark's list of columns has the added ones too.
std::shared_ptr<const arrow::KeyValueMetadata> labelled_metadata(const arrow::Schema& schema,
                                                                 const std::vector<std::string>& score_columns) {
    const auto& metadata = schema.metadata();
    if (metadata == nullptr || !metadata->Contains(kSparkSchemaKey)) return metadata;
    auto changed = metadata->Copy();
    const std::string spark_schema = metadata->Get(kSparkSchemaKey).ValueOr("");
    const auto status = changed->Set(kSparkSchemaKey, with_label_columns(spark_schema, score_columns));
    return status.ok() ? changed : metadata;
}

Result<void> write_joined(const std::vector<std::string>& inputs, const std::string& path) {
    std::unique_ptr<ParquetWriter> writer;
    for (const std::string& name : inputs) {
        const auto input = TRY(ParquetFile::open(name));
        if (writer == nullptr) {
            writer = std::make_unique<ParquetWriter>(path, input->schema());
            TRY_VOID(writer->open(input->metadata()));
        }
        if (!input->schema()->Equals(*writer->schema())) {
            return fail(ErrorKind::kInput,
                        fmt::format("{} has other columns than {}; only parts of one file can be joined", name,
                                    inputs.front()));
        }
        const auto as_it_is = [](const Batch& batch) -> Result<Batch> { return batch; };
        TRY_VOID(copy_rows(*input, {}, *writer, as_it_is));
    }
    return writer->close();
}

}  // namespace

Result<void> write_labelled_parquet(ParquetFile& input, RecordRange range, LabelLog& labels,
                                    const std::vector<std::string>& score_columns, const std::string& path) {
    auto fields = input.schema()->fields();
    for (const auto& field : LabelColumns::fields(score_columns)) fields.push_back(field);
    ParquetWriter writer(path, arrow::schema(std::move(fields), labelled_metadata(*input.schema(), score_columns)));
    TRY_VOID(writer.open(input.metadata()));
    LabelColumns label_columns(score_columns.size());
    LoggedLabel label;
    const auto add_labels = [&](const Batch& batch) -> Result<Batch> {
        auto columns = batch->columns();
        arrow::Status status;
        for (std::int64_t row = 0; row < batch->num_rows() && status.ok(); ++row) {
            TRY_VOID(labels.next(label));
            status = label_columns.append(label);
        }
        if (status.ok()) status = label_columns.finish(columns);
        if (!status.ok()) return fail(ErrorKind::kDisk, fmt::format("cannot make {}: {}", path, status.message()));
        return arrow::RecordBatch::Make(writer.schema(), batch->num_rows(), std::move(columns));
    };
    TRY_VOID(copy_rows(input, range, writer, add_labels));
    return writer.close();
}

Result<void> join_parquet(const std::vector<std::string>& inputs, const std::string& output) {
    auto place = TRY(PartialFile::open(output));
    const auto joined = write_joined(inputs, assembled_path(output));
    if (joined) return place.finish_assembled();
    place.discard();
    return joined;
}

}  // namespace gale::zero_shot
