#include <fmt/format.h>

#include "stream/record_readers.hpp"
#include "tokenizer/try.hpp"
#include "tsv/tsv.hpp"

namespace gale::zero_shot {

namespace {

class DelimitedRecords final : public RecordReader {
public:
    DelimitedRecords(TsvReader reader, char delimiter, std::vector<std::size_t> text_columns,
                     std::vector<std::string> score_columns)
        : reader_(std::move(reader)),
          delimiter_(delimiter),
          text_columns_(std::move(text_columns)),
          score_columns_(std::move(score_columns)) {}

    Result<bool> next(Record& record) override {
        record.byte = reader_.position().byte;
        const auto more = reader_.next(record.fields);
        if (!more || !*more) return more;
        record.text.clear();
        for (const std::size_t column : text_columns_) add_text(record.text, record.fields[column]);
        return true;
    }

    RecordPosition position() const override { return {reader_.position().byte, reader_.position().line}; }

    Result<void> seek(RecordPosition position) override { return reader_.seek({position.byte, position.line}); }

    std::string output_header() const override {
        std::vector<std::string_view> columns(reader_.header().begin(), reader_.header().end());
        columns.push_back(kLabelColumn);
        columns.push_back(kScoreColumn);
        columns.insert(columns.end(), score_columns_.begin(), score_columns_.end());
        std::string header;
        append_tsv_row(header, columns, delimiter_);
        return header;
    }

    void append(std::string& out, const Record& record, std::string_view label, float score,
                std::span<const float> scores) const override {
        std::vector<std::string> numbers;
        const bool has_label = !label.empty();
        numbers.push_back(has_label ? format_score(score) : "");
        for (std::size_t i = 0; i < score_columns_.size(); ++i) {
            numbers.push_back(has_label ? format_score(scores[i]) : "");
        }
        std::vector<std::string_view> fields(record.fields.begin(), record.fields.end());
        fields.push_back(label);
        fields.insert(fields.end(), numbers.begin(), numbers.end());
        append_tsv_row(out, fields, delimiter_);
    }

private:
    TsvReader reader_;
    char delimiter_;
    std::vector<std::size_t> text_columns_;
    std::vector<std::string> score_columns_;
};

}  // namespace

Result<std::unique_ptr<RecordReader>> open_delimited_records(const std::string& path, char delimiter,
                                                             std::vector<std::string> text_columns,
                                                             std::vector<std::string> score_columns) {
    TsvReader reader = TRY(TsvReader::open(path, delimiter));
    std::vector<std::size_t> places;
    for (const std::string& column : text_columns) places.push_back(TRY(reader.column(column)));
    TRY_VOID(check_added_columns(path, reader.header(), score_columns));
    return std::make_unique<DelimitedRecords>(std::move(reader), delimiter, std::move(places),
                                              std::move(score_columns));
}

}  // namespace gale::zero_shot
