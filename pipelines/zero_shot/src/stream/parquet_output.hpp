#pragma once
// Parquet that is written as a stream: the columns of an input as they were, with those of labels behind them.

#include <string>
#include <vector>

#include "stream/record_file.hpp"
#include "tsv/result.hpp"

namespace gale::zero_shot {

class LabelLog;
class ParquetFile;

/// Writes the rows `range` of `input` to `path` with the labels of `labels`, the first of which is the range's first
/// row's, and for each of `score_columns` a column of scores. kDisk when it cannot be written; then nothing is left.
Result<void> write_labelled_parquet(ParquetFile& input, RecordRange range, LabelLog& labels,
                                    const std::vector<std::string>& score_columns, const std::string& path);

/// Writes the rows of `inputs` (one at least), which have the same columns, one file after the other to `output`.
/// kInput when one of them cannot be used; an older output stays then.
Result<void> join_parquet(const std::vector<std::string>& inputs, const std::string& output);

}  // namespace gale::zero_shot
