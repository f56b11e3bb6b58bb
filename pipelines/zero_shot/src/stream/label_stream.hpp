#pragma once
// Labels a file of any size as a stream: reads records, labels them a chunk at a time, and appends them to an
// output that takes its place when it is whole.
//
// The input is read through once before, so that damage anywhere in it is known before an hour was spent on it,
// and the records are counted. After a kill the same call goes on behind the last checkpoint; no record is in the
// output twice. Input that cannot be read twice (a pipe) is neither counted nor gone on with.
// Parquet has its footer at its end: there labels alone are appended, and the output is written from them and the
// input when all are known.

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "stream/record_file.hpp"
#include "tsv/result.hpp"

namespace gale::zero_shot {

/// The scores of each text for each label.
using ScoreTexts = std::function<Result<std::vector<std::vector<float>>>(std::span<const std::string> texts)>;

/// The records that start in this share of the input's bytes (of Parquet's rows): parts 0 to count - 1, one after the
/// other, are the whole.
struct Part {
    std::uint64_t index = 0;
    std::uint64_t count = 1;
};

struct StreamJob {
    std::string input;
    std::string output;
    RecordFormat format = RecordFormat::kTsv;
    std::vector<std::string> text_columns;
    std::vector<std::string> labels;
    bool all_scores = false;
    std::string settings;  ///< what else decides about labels: a job with others starts anew
    Part part;
    std::size_t chunk_records = 1024;
    std::chrono::milliseconds checkpoint_interval{500};
    bool resume = true;
    bool quiet = false;  ///< no progress on standard error
};

struct StreamSummary {
    std::uint64_t records = 0;
    std::uint64_t records_before = 0;  ///< of these, labelled by an earlier process
    std::uint64_t without_text = 0;    ///< of these, without a text and so without a label
    double seconds = 0;                ///< spent on labelling, here
};

/// Makes the job's output. kInput for a damaged record or an unusable setting: nothing is left of the output then.
/// kDisk when the output cannot be written: what is done stays for the next call.
Result<StreamSummary> label_stream(const StreamJob& job, const ScoreTexts& score);

}  // namespace gale::zero_shot
