#include "stream/record_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "stream/record_readers.hpp"

namespace gale::zero_shot {

Result<RecordFormat> format_of(const std::string& path) {
    const auto ends = [&](std::string_view ending) { return path.ends_with(ending); };
    if (ends(".tsv")) return RecordFormat::kTsv;
    if (ends(".csv")) return RecordFormat::kCsv;
    if (ends(".jsonl") || ends(".ndjson")) return RecordFormat::kJsonLines;
    return fail(ErrorKind::kInput,
                fmt::format("cannot tell the format of {} by its name: it ends in none of .tsv, .csv, .jsonl and "
                            ".ndjson; rename it, or name the format with --format",
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
        case RecordFormat::kJsonLines: break;
    }
    return open_json_lines(path, std::move(text_columns), std::move(score_columns));
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
