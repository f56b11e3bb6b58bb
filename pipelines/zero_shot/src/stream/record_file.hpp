#pragma once
// Files of records that are read and written as a stream: TSV, CSV and JSON Lines. Memory holds one
// record at a time, of at most kMaxRecordBytes.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tsv/result.hpp"

namespace gale::zero_shot {

inline constexpr std::size_t kMaxRecordBytes = std::size_t{16} << 20;

enum class RecordFormat { kTsv, kCsv, kJsonLines };

/// By the name's ending: .tsv, .csv, .jsonl or .ndjson; kInput for another.
Result<RecordFormat> format_of(const std::string& path);

/// A record as it stands in the file, and the text that is to be labelled.
struct Record {
    std::string text;                 ///< the text columns that are not empty, joined by ". "
    std::vector<std::string> fields;  ///< TSV, CSV: of all columns; JSON Lines: the line
    std::uint64_t byte = 0;           ///< where it starts
};

/// A place between two records.
struct RecordPosition {
    std::uint64_t byte = 0;  ///< from 0
    std::uint64_t line = 1;  ///< from 1

    bool operator==(const RecordPosition&) const = default;
};

class RecordReader {
public:
    virtual ~RecordReader() = default;

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
