#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "stream/record_file.hpp"
#include "tsv/result.hpp"

namespace gale::zero_shot {

/// How far a file is labelled. It is written after the output's bytes are on the disk, so that what it
/// counts is there.
struct Checkpoint {
    std::string job;                 ///< what is done with what: another job does not go on from here
    RecordPosition input;            ///< of the first record that is not labelled
    std::uint64_t total = 0;         ///< records of the input; 0 when they were not counted
    std::uint64_t records = 0;       ///< of these, labelled so far
    std::uint64_t without_text = 0;  ///< of these, without a label
    std::uint64_t output_bytes = 0;

    bool operator==(const Checkpoint&) const = default;
};

/// Replaces `path` as a whole. kDisk when it cannot be written.
Result<void> write_checkpoint(const std::string& path, const Checkpoint& checkpoint);

/// Nothing when there is none, and when it is damaged: the work then starts anew.
Result<std::optional<Checkpoint>> read_checkpoint(const std::string& path);

}  // namespace gale::zero_shot
