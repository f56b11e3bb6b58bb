#include "stream/parquet_file.hpp"

#include <arrow/io/file.h>
#include <arrow/util/io_util.h>
#include <arrow/util/key_value_metadata.h>
#include <fmt/format.h>
#include <parquet/arrow/schema.h>
#include <parquet/exception.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/properties.h>
#include <parquet/size_statistics.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <numeric>

#include "tokenizer/try.hpp"

namespace gale::zero_shot {

namespace {

constexpr std::int64_t kBatchBytes = std::int64_t{8} << 20;
constexpr std::int64_t kBatchRows = 1024;
constexpr std::int64_t kBatchRowsOfUnknownSize = 64;

/// Parquet's lower levels, and the accessors of its footer, throw.
template <typename Call>
auto without_exceptions(const std::string& path, const Call& call) -> decltype(call()) {
    try {
        return call();
    } catch (const std::exception& exception) {
        return unreadable(path, arrow::Status::Invalid(exception.what()));
    }
}

void add_leaves(const parquet::arrow::SchemaField& field, std::vector<int>& leaves) {
    if (field.column_index >= 0) leaves.push_back(field.column_index);
    for (const auto& child : field.children) add_leaves(child, leaves);
}

/// How many rows of a row group make a batch, by the mean size of its rows.
std::int64_t rows_of_batch(const parquet::RowGroupMetaData& group, const std::vector<int>& leaves) {
    std::int64_t bytes = 0;
    std::int64_t most = kBatchRows;
    for (const int leaf : leaves) {
        const auto chunk = group.ColumnChunk(leaf);
        bytes += std::max<std::int64_t>(chunk->total_uncompressed_size(), 0);
        if (group.schema()->Column(leaf)->physical_type() != parquet::Type::BYTE_ARRAY) continue;
        // A few large values in a dictionary may make every row large.
        const auto sizes = chunk->size_statistics();
        const auto unencoded = sizes ? sizes->unencoded_byte_array_data_bytes : std::nullopt;
        if (unencoded) bytes += *unencoded;
        if (!unencoded && chunk->has_dictionary_page()) most = kBatchRowsOfUnknownSize;
    }
    const std::int64_t bytes_of_row = bytes / std::max<std::int64_t>(group.num_rows(), 1) + 1;
    return std::clamp<std::int64_t>(kBatchBytes / bytes_of_row, 1, most);
}

bool has_encrypted_footer(arrow::io::ReadableFile& file) {
    constexpr std::int64_t kMagicBytes = 4;
    const auto size = file.GetSize();
    if (!size.ok() || *size < kMagicBytes) return false;
    char magic[kMagicBytes] = {};
    const auto read = file.ReadAt(*size - kMagicBytes, kMagicBytes, magic);
    return read.ok() && std::memcmp(magic, "PARE", kMagicBytes) == 0;
}

parquet::ArrowReaderProperties arrow_properties(const parquet::FileMetaData& metadata) {
    parquet::ArrowReaderProperties properties;
    properties.set_pre_buffer(false);
    // Else JSON and UUID would be written as text and bytes.
    properties.set_arrow_extensions_enabled(true);
    // Spark's timestamps in INT96 are of microseconds, and in nanoseconds its year 9999 would be another.
    if (!has_arrow_schema(metadata)) properties.set_coerce_int96_timestamp_unit(arrow::TimeUnit::MICRO);
    return properties;
}

std::unexpected<Error> encrypted(const std::string& path) {
    return fail(ErrorKind::kInput,
                fmt::format("{} is encrypted, which is not supported; write it again without encryption", path));
}

}  // namespace

std::unexpected<Error> unreadable(const std::string& path, const arrow::Status& status) {
    if (const int error = arrow::internal::ErrnoFromStatus(status); error != 0) {
        return fail(ErrorKind::kDisk,
                    fmt::format("cannot read {}: {}; check the path and the disk", path, std::strerror(error)));
    }
    const std::string& message = status.message();
    return fail(ErrorKind::kInput,
                fmt::format("{} is damaged, or is no Parquet file that can be read here: {}; write or copy it again",
                            path, message.substr(0, message.find('\n'))));
}

bool has_arrow_schema(const parquet::FileMetaData& metadata) {
    const auto& entries = metadata.key_value_metadata();
    return entries != nullptr && entries->Contains("ARROW:schema");
}

Result<std::unique_ptr<ParquetFile>> ParquetFile::open(const std::string& path) {
    std::error_code code;
    const auto kind = std::filesystem::status(path, code).type();
    if (kind != std::filesystem::file_type::regular && kind != std::filesystem::file_type::not_found) {
        return fail(
            ErrorKind::kInput,
            fmt::format("{} is no regular file, and Parquet's table of contents is at a file's end; name a file "
                        "(of a folder each by itself)",
                        path));
    }
    auto file = arrow::io::ReadableFile::Open(path);
    if (!file.ok()) return unreadable(path, file.status());
    if (has_encrypted_footer(**file)) return encrypted(path);
    // With this, and without Arrow's own buffers, no whole row group is read ahead.
    parquet::ReaderProperties properties;
    properties.enable_buffered_stream();
    properties.set_page_checksum_verification(true);

    std::unique_ptr<ParquetFile> opened(new ParquetFile(path));
    const auto open_reader = [&]() -> Result<void> {
        parquet::arrow::FileReaderBuilder builder;
        auto status = builder.Open(*file, properties);
        if (status.ok()) {
            const auto metadata = builder.raw_reader()->metadata();
            status = builder.properties(arrow_properties(*metadata))->Build(&opened->reader_);
        }
        if (!status.ok()) return unreadable(path, status);
        return opened->look_at_footer();
    };
    TRY_VOID(without_exceptions(path, open_reader));
    return opened;
}

Result<void> ParquetFile::look_at_footer() {
    if (metadata().is_encryption_algorithm_set()) return encrypted(path_);
    if (const auto status = reader_->GetSchema(&schema_); !status.ok()) return unreadable(path_, status);
    for (int group = 0; group < metadata().num_row_groups(); ++group) {
        const std::int64_t rows = metadata().RowGroup(group)->num_rows();
        if (rows < 0) return unreadable(path_, arrow::Status::Invalid("a row group has a negative number of rows"));
        starts_.push_back(starts_.back() + static_cast<std::uint64_t>(rows));
    }
    return {};
}

int ParquetFile::group_of(std::uint64_t row) const {
    return static_cast<int>(std::ranges::upper_bound(starts_, row) - starts_.begin()) - 1;
}

std::vector<int> ParquetFile::leaves(std::span<const int> fields) const {
    std::vector<int> found;
    for (const int field : fields)
        add_leaves(reader_->manifest().schema_fields[static_cast<std::size_t>(field)], found);
    return found;
}

std::vector<int> ParquetFile::all_leaves() const {
    std::vector<int> found(static_cast<std::size_t>(metadata().num_columns()));
    std::iota(found.begin(), found.end(), 0);
    return found;
}

Result<std::unique_ptr<arrow::RecordBatchReader>> ParquetFile::read_group(int group, const std::vector<int>& leaves) {
    return without_exceptions(path_, [&]() -> Result<std::unique_ptr<arrow::RecordBatchReader>> {
        reader_->set_batch_size(rows_of_batch(*metadata().RowGroup(group), leaves));
        auto batches = reader_->GetRecordBatchReader({group}, leaves);
        if (!batches.ok()) return unreadable(path_, batches.status());
        return std::move(*batches);
    });
}

Result<std::shared_ptr<arrow::RecordBatch>> ParquetRows::read_batch() {
    return without_exceptions(file_.path(), [&]() -> Result<std::shared_ptr<arrow::RecordBatch>> {
        std::shared_ptr<arrow::RecordBatch> batch;
        auto status = batches_->ReadNext(&batch);
        if (status.ok() && batch != nullptr) status = batch->Validate();
        const std::uint64_t left = file_.group_end(group_) - read_to_;
        if (status.ok() && (batch == nullptr || static_cast<std::uint64_t>(batch->num_rows()) > left)) {
            status = arrow::Status::Invalid("a row group holds another number of rows than its footer says");
        }
        if (!status.ok()) return unreadable(file_.path(), status);
        return batch;
    });
}

Result<std::shared_ptr<arrow::RecordBatch>> ParquetRows::next() {
    while (row_ < end_) {
        if (batches_ == nullptr || read_to_ == file_.group_end(group_)) {
            group_ = file_.group_of(row_);
            read_to_ = file_.group_begin(group_);
            batches_ = TRY(file_.read_group(group_, leaves_));
        }
        auto batch = TRY(read_batch());
        const std::uint64_t begin = read_to_;
        read_to_ += static_cast<std::uint64_t>(batch->num_rows());
        if (read_to_ <= row_) continue;
        const std::uint64_t first = row_;
        row_ = std::min(read_to_, end_);
        return batch->Slice(static_cast<std::int64_t>(first - begin), static_cast<std::int64_t>(row_ - first));
    }
    return nullptr;
}

}  // namespace gale::zero_shot
