#pragma once
// Files of records that are read and written as a stream: TSV, CSV, JSON Lines and Parquet. Memory holds one
// record at a time, of at most kMaxRecordBytes; of Parquet a few rows, and a page of each column.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tsv/result.hpp"

namespace gale::zero_shot {

inline constexpr std::size_t kMaxRecordBytes = std::size_t{16} << 20;

enum class RecordFormat { kTsv, kCsv, kJsonLines, kParquet };

/// By the name's ending: .tsv, .csv, .jsonl, .ndjson or .parquet; kInput for another.
Result<RecordFormat> format_of(const std::string& path);

/// A record as it stands in the file, and the text that is to be labelled.
struct Record {
    std::string text;                 ///< the text columns that are not empty, joined by ". "
    std::vector<std::string> fields;  ///< TSV, CSV: of all columns; JSON Lines: the line; Parquet: none
    std::uint64_t byte = 0;           ///< where it starts, as RecordPosition's
};

/// A place between two records.
struct RecordPosition {
    std::uint64_t byte = 0;  ///< from 0; Parquet: rows before it
    std::uint64_t line = 1;  ///< from 1

    bool operator==(const RecordPosition&) const = default;
};

/// The records that start at byte (Parquet: row) `first` or behind it, and before `end`.
struct RecordRange {
    std::uint64_t first = 0;
    std::uint64_t end = std::numeric_limits<std::uint64_t>::max();
};

class PartialFile;

class RecordReader {
public:
    virtual ~RecordReader() = default;

    /// What a file is divided by: its bytes, or Parquet's rows.
    virtual std::uint64_t extent(std::uint64_t file_bytes) const { return file_bytes; }

    /// Reads the input once, so that damage is known, and stands at the first record of `range`; how many are in it.
    virtual Result<std::uint64_t> check(RecordRange range);

    /// False at the end. kInput, naming the file and the line, for a damaged record.
    virtual Result<bool> next(Record& record) = 0;

    /// Of the next record.
    virtual RecordPosition position() const = 0;
    virtual Result<void> seek(RecordPosition position) = 0;

    /// What stands before the first record of an output: the header with the columns of labels, or nothing.
    virtual std::string output_header() const = 0;

    /// Appends `record` as it was, with its label and, when `names` is not empty, each label's score. An
    /// empty `label` stands for a record without a text.
    virtual void append(std::string& out, const Record& record, std::string_view label, float score,
                        std::span<const float> scores) const = 0;

    /// Moves the output to its place, where all of `range` was appended to it.
    virtual Result<void> finish(PartialFile& output, RecordRange range);
};

/// Opens `path`; `text_columns` are joined to what is labelled. `score_columns` get each label's score
/// (none: only the best label and its score are written). kDisk when it cannot be read, kInput when a
/// column is missing, or is there already under a name that is for the output.
Result<std::unique_ptr<RecordReader>> open_records(const std::string& path, RecordFormat format,
                                                   std::vector<std::string> text_columns,
                                                   std::vector<std::string> score_columns);

/// `score` in the fewest digits that give the same float.
std::string format_score(float score);

}  // namespace gale::zero_shot
