#include <arrow/array.h>
#include <arrow/extension_type.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>

#include "stream/label_log.hpp"
#include "stream/parquet_file.hpp"
#include "stream/parquet_output.hpp"
#include "stream/partial_file.hpp"
#include "stream/record_readers.hpp"
#include "tokenizer/try.hpp"
#include "tsv/utf8.hpp"

namespace gale::zero_shot {

namespace {

/// Text as it is, or as it is stored; a column of nulls alone has a type of its own.
bool is_text(const arrow::DataType& type) {
    switch (type.id()) {
        case arrow::Type::STRING:
        case arrow::Type::LARGE_STRING:
        case arrow::Type::STRING_VIEW:
        case arrow::Type::BINARY:
        case arrow::Type::LARGE_BINARY:
        case arrow::Type::BINARY_VIEW:
        case arrow::Type::NA: return true;
        case arrow::Type::DICTIONARY: return is_text(*static_cast<const arrow::DictionaryType&>(type).value_type());
        case arrow::Type::EXTENSION: return is_text(*static_cast<const arrow::ExtensionType&>(type).storage_type());
        default: return false;
    }
}

/// Nothing for null, and for an index that a damaged file has beyond its dictionary's end.
std::optional<std::string_view> text_at(const arrow::Array& array, std::int64_t row) {
    if (array.IsNull(row)) return std::nullopt;
    switch (array.type_id()) {
        case arrow::Type::STRING:
        case arrow::Type::BINARY: return static_cast<const arrow::BinaryArray&>(array).GetView(row);
        case arrow::Type::LARGE_STRING:
        case arrow::Type::LARGE_BINARY: return static_cast<const arrow::LargeBinaryArray&>(array).GetView(row);
        case arrow::Type::STRING_VIEW:
        case arrow::Type::BINARY_VIEW: return static_cast<const arrow::BinaryViewArray&>(array).GetView(row);
        case arrow::Type::EXTENSION: return text_at(*static_cast<const arrow::ExtensionArray&>(array).storage(), row);
        case arrow::Type::DICTIONARY: break;
        default: return std::nullopt;
    }
    const auto& indices = static_cast<const arrow::DictionaryArray&>(array);
    const std::int64_t index = indices.GetValueIndex(row);
    if (index < 0 || index >= indices.dictionary()->length()) return std::nullopt;
    return text_at(*indices.dictionary(), index);
}

class ParquetRecords final : public RecordReader {
public:
    ParquetRecords(std::unique_ptr<ParquetFile> file, std::vector<std::string> text_columns, std::vector<int> fields,
                   std::vector<std::string> score_columns)
        : file_(std::move(file)),
          text_columns_(std::move(text_columns)),
          leaves_(file_->leaves(fields)),
          score_columns_(std::move(score_columns)) {}

    std::uint64_t extent(std::uint64_t /*file_bytes*/) const override { return file_->rows(); }

    /// All columns, as all are read again for the output; of other parts' rows nothing.
    Result<std::uint64_t> check(RecordRange range) override {
        range.end = std::min(range.end, file_->rows());
        ParquetRows rows(*file_, file_->all_leaves(), range);
        while (const auto batch = TRY(rows.next())) TRY_VOID(check_dictionaries(*batch));
        TRY_VOID(seek({.byte = range.first}));
        Record record;
        while (row_ < range.end) TRY(next(record));
        TRY_VOID(seek({.byte = range.first}));
        return range.end - std::min(range.first, range.end);
    }

    Result<bool> next(Record& record) override {
        record.byte = row_;
        record.fields.clear();
        record.text.clear();
        if (batch_ == nullptr || row_ == batch_end_) {
            if (!rows_) rows_.emplace(*file_, leaves_, RecordRange{.first = row_});
            batch_ = TRY(rows_->next());
            if (batch_ == nullptr) return false;
            batch_begin_ = row_;
            batch_end_ = rows_->row();
            find_columns();
        }
        const auto row = static_cast<std::int64_t>(row_ - batch_begin_);
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            const auto text = text_at(*columns_[i], row);
            if (!text) continue;
            TRY_VOID(check_text(record, *text, text_columns_[i]));
            add_text(record.text, *text);
        }
        ++row_;
        return true;
    }

    RecordPosition position() const override { return {.byte = row_, .line = row_ + 1}; }

    Result<void> seek(RecordPosition position) override {
        row_ = position.byte;
        rows_.reset();
        batch_.reset();
        return {};
    }

    std::string output_header() const override { return ""; }

    void append(std::string& out, const Record& /*record*/, std::string_view label, float score,
                std::span<const float> scores) const override {
        append_logged_label(out, label, score, scores, score_columns_.size());
    }

    Result<void> finish(PartialFile& output, RecordRange range) override {
        LabelLog labels = TRY(LabelLog::open(partial_path(output.path()), score_columns_.size()));
        TRY_VOID(write_labelled_parquet(*file_, range, labels, score_columns_, assembled_path(output.path())));
        return output.finish_assembled();
    }

private:
    /// Readers of dictionaries do not look whether each index is in it.
    Result<void> check_dictionaries(const arrow::RecordBatch& batch) const {
        for (const auto& column : batch.columns()) {
            if (column->type_id() != arrow::Type::DICTIONARY) continue;
            const auto& values = static_cast<const arrow::DictionaryArray&>(*column);
            for (std::int64_t row = 0; row < values.length(); ++row) {
                if (values.indices()->IsNull(row)) continue;
                const std::int64_t index = values.GetValueIndex(row);
                if (index >= 0 && index < values.dictionary()->length()) continue;
                return unreadable(file_->path(), arrow::Status::Invalid("a value is not in its column's dictionary"));
            }
        }
        return {};
    }

    /// In the order of `text_columns_`, which is not the file's, and may name one twice.
    void find_columns() {
        columns_.clear();
        for (const std::string& name : text_columns_) columns_.push_back(batch_->GetColumnByName(name));
    }

    Result<void> check_text(const Record& record, std::string_view text, const std::string& column) const {
        if (record.text.size() + text.size() > kMaxRecordBytes) {
            return broken(fmt::format("has texts of more than {} bytes; shorten them", kMaxRecordBytes));
        }
        const std::size_t invalid = find_invalid_utf8(text);
        if (invalid == std::string_view::npos) return {};
        return broken(
            fmt::format("has a \"{}\" that is not UTF-8 at byte {}; write it again as text in UTF-8", column, invalid));
    }

    std::unexpected<Error> broken(std::string_view what) const {
        return fail(ErrorKind::kInput, fmt::format("{}, row {} {}", file_->path(), row_ + 1, what));
    }

    std::unique_ptr<ParquetFile> file_;
    std::vector<std::string> text_columns_;
    std::vector<int> leaves_;
    std::vector<std::string> score_columns_;
    std::optional<ParquetRows> rows_;
    std::shared_ptr<arrow::RecordBatch> batch_;  ///< with the next row
    std::vector<std::shared_ptr<arrow::Array>> columns_;
    std::uint64_t batch_begin_ = 0;
    std::uint64_t batch_end_ = 0;
    std::uint64_t row_ = 0;
};

/// The place of a column of texts.
Result<int> text_field(const ParquetFile& file, const std::string& name) {
    const std::vector<int> found = file.schema()->GetAllFieldIndices(name);
    if (found.empty()) {
        return fail(ErrorKind::kInput, fmt::format("{} has no column \"{}\"; it has: {}. Name its columns with --text",
                                                   file.path(), name, fmt::join(file.schema()->field_names(), ", ")));
    }
    if (found.size() > 1) {
        return fail(ErrorKind::kInput,
                    fmt::format("{} has the column \"{}\" twice; rename one of them", file.path(), name));
    }
    const arrow::DataType& type = *file.schema()->field(found[0])->type();
    if (is_text(type)) return found[0];
    return fail(ErrorKind::kInput, fmt::format("{} has a column \"{}\" of type {}, which is no text; name another with "
                                               "--text, or write it again as string",
                                               file.path(), name, type.ToString()));
}

}  // namespace

Result<std::unique_ptr<RecordReader>> open_parquet_records(const std::string& path,
                                                           std::vector<std::string> text_columns,
                                                           std::vector<std::string> score_columns) {
    auto file = TRY(ParquetFile::open(path));
    std::vector<int> fields;
    for (const std::string& column : text_columns) {
        const int field = TRY(text_field(*file, column));
        if (std::ranges::find(fields, field) == fields.end()) fields.push_back(field);
    }
    TRY_VOID(check_added_columns(path, file->schema()->field_names(), score_columns));
    return std::make_unique<ParquetRecords>(std::move(file), std::move(text_columns), std::move(fields),
                                            std::move(score_columns));
}

}  // namespace gale::zero_shot
