#include "stream/record_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "stream/partial_file.hpp"
#include "stream/record_readers.hpp"
#include "tokenizer/try.hpp"

namespace gale::zero_shot {

Result<RecordFormat> format_of(const std::string& path) {
    const auto ends = [&](std::string_view ending) { return path.ends_with(ending); };
    if (ends(".tsv")) return RecordFormat::kTsv;
    if (ends(".csv")) return RecordFormat::kCsv;
    if (ends(".jsonl") || ends(".ndjson")) return RecordFormat::kJsonLines;
    if (ends(".parquet")) return RecordFormat::kParquet;
    return fail(ErrorKind::kInput,
                fmt::format("cannot tell the format of {} by its name: it ends in none of .tsv, .csv, .jsonl, .ndjson "
                            "and .parquet; rename it, or name the format with --format",
                            path));
}

Result<std::unique_ptr<RecordReader>> open_records(const std::string& path, RecordFormat format,
                                                   std::vector<std::string> text_columns,
                                                   std::vector<std::string> score_columns) {
    switch (format) {
        case RecordFormat::kTsv:
            return open_delimited_records(path, '\t', std::move(text_columns), std::move(score_columns));
        case RecordFormat::kCsv:
            return open_delimited_records(path, ',', std::move(text_columns), std::move(score_columns));
        case RecordFormat::kParquet:
            return open_parquet_records(path, std::move(text_columns), std::move(score_columns));
        case RecordFormat::kJsonLines: break;
    }
    return open_json_lines(path, std::move(text_columns), std::move(score_columns));
}

Result<std::uint64_t> RecordReader::check(RecordRange range) {
    RecordPosition begin = position();
    std::uint64_t count = 0;
    Record record;
    while (TRY(next(record))) {
        if (record.byte < range.first) begin = position();
        if (record.byte >= range.first && record.byte < range.end) ++count;
    }
    TRY_VOID(seek(begin));
    return count;
}

Result<void> RecordReader::finish(PartialFile& output, RecordRange /*range*/) {
    return output.finish();
}

Result<void> check_added_columns(const std::string& path, std::span<const std::string> header,
                                 std::vector<std::string> added) {
    added.emplace_back(kLabelColumn);
    added.emplace_back(kScoreColumn);
    for (const std::string& column : added) {
        if (std::ranges::count(added, column) > 1) {
            return fail(ErrorKind::kInput,
                        fmt::format("a label \"{}\" would have its scores in a column of that name, which the output "
                                    "has for something else; rename the label",
                                    column));
        }
        if (std::ranges::find(header, column) == header.end()) continue;
        return fail(ErrorKind::kInput,
                    fmt::format("{} has a column \"{}\" already, which the output is to get; rename it", path, column));
    }
    return {};
}

std::string format_score(float score) {
    return fmt::format("{}", score);
}

void add_text(std::string& text, std::string_view part) {
    if (part.empty()) return;
    if (!text.empty()) text += ". ";
    text += part;
}

}  // namespace gale::zero_shot
