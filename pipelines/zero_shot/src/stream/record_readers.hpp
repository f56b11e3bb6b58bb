#pragma once
// The readers behind open_records.

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stream/record_file.hpp"
#include "tsv/result.hpp"

namespace gale::zero_shot {

/// Names of the columns that an output gets.
inline constexpr std::string_view kLabelColumn = "label";
inline constexpr std::string_view kScoreColumn = "score";

Result<std::unique_ptr<RecordReader>> open_delimited_records(const std::string& path, char delimiter,
                                                             std::vector<std::string> text_columns,
                                                             std::vector<std::string> score_columns);

Result<std::unique_ptr<RecordReader>> open_json_lines(const std::string& path, std::vector<std::string> text_columns,
                                                      std::vector<std::string> score_columns);

Result<std::unique_ptr<RecordReader>> open_parquet_records(const std::string& path,
                                                           std::vector<std::string> text_columns,
                                                           std::vector<std::string> score_columns);

/// kInput when a column that the output gets is in `header` already, or would be there twice.
Result<void> check_added_columns(const std::string& path, std::span<const std::string> header,
                                 std::vector<std::string> score_columns);

/// Appends a column's part of a text.
void add_text(std::string& text, std::string_view part);

}  // namespace gale::zero_shot
