#pragma once
// Parquet through Apache Arrow, for the files parquet_*.cpp alone: Arrow's headers are heavy, and its exceptions and
// statuses stop here.
//
// Nothing is held but a page of each column and one batch of rows, so that a row group may be larger than memory.

#include <arrow/record_batch.h>
#include <arrow/status.h>
#include <arrow/type.h>
#include <parquet/arrow/reader.h>

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "stream/record_file.hpp"
#include "tsv/result.hpp"

namespace gale::zero_shot {

/// kDisk where the operating system failed, else kInput.
std::unexpected<Error> unreadable(const std::string& path, const arrow::Status& status);

/// Whether it has Arrow's own description of its types, beside Parquet's.
bool has_arrow_schema(const parquet::FileMetaData& metadata);

class ParquetFile {
public:
    /// kDisk when it cannot be read; kInput when it is encrypted, damaged, no Parquet, or no regular file.
    static Result<std::unique_ptr<ParquetFile>> open(const std::string& path);

    const std::string& path() const { return path_; }
    const std::shared_ptr<arrow::Schema>& schema() const { return schema_; }
    const parquet::FileMetaData& metadata() const { return *reader_->parquet_reader()->metadata(); }
    std::uint64_t rows() const { return starts_.back(); }

    /// The row group that holds `row`, and the row after its last.
    int group_of(std::uint64_t row) const;
    std::uint64_t group_begin(int group) const { return starts_[static_cast<std::size_t>(group)]; }
    std::uint64_t group_end(int group) const { return starts_[static_cast<std::size_t>(group) + 1]; }

    /// The columns of Parquet below these of the schema.
    std::vector<int> leaves(std::span<const int> fields) const;
    std::vector<int> all_leaves() const;

    /// The batches of one row group.
    Result<std::unique_ptr<arrow::RecordBatchReader>> read_group(int group, const std::vector<int>& leaves);

private:
    explicit ParquetFile(std::string path) : path_(std::move(path)) {}

    Result<void> look_at_footer();

    std::string path_;
    std::unique_ptr<parquet::arrow::FileReader> reader_;
    std::shared_ptr<arrow::Schema> schema_;
    std::vector<std::uint64_t> starts_{0};  ///< of each row group, and the end
};

/// The rows of a range, a batch at a time; no batch goes over the border of a row group.
class ParquetRows {
public:
    ParquetRows(ParquetFile& file, std::vector<int> leaves, RecordRange rows)
        : file_(file), leaves_(std::move(leaves)), row_(rows.first), end_(std::min(rows.end, file.rows())) {}

    /// Null at the end.
    Result<std::shared_ptr<arrow::RecordBatch>> next();

    /// Of the batch that comes next.
    std::uint64_t row() const { return row_; }

private:
    Result<std::shared_ptr<arrow::RecordBatch>> read_batch();

    ParquetFile& file_;
    std::vector<int> leaves_;
    std::uint64_t row_;
    std::uint64_t end_;
    int group_ = -1;
    std::uint64_t read_to_ = 0;  ///< in the row group that is read
    std::unique_ptr<arrow::RecordBatchReader> batches_;
};

}  // namespace gale::zero_shot
