// Where the lines of one log file are, found by reading it once in bounded steps, and continued as the file grows.
//
// Lines are what '\n' ends, numbered from 0; an unfinished last line is not one until its end is written. A checkpoint
// is kept every kLinesPerCheckpoint lines and after at most kBytesPerCheckpoint and a line, so that any line is reached
// by reading little, however long the others are. Memory: 16 bytes a checkpoint, so 350 KB for 2 GB of short lines.
// Not thread-safe. Nothing here trusts the file: lines may be of any length and hold any bytes.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace gale {

// Bytes that a request may still read; what costs more than reading is charged for more. Counted rather than timed, so
// that a test sees what a slow disk would.
struct ScanBudget {
    std::int64_t bytes;
    bool spent() const { return bytes <= 0; }
};

struct LogCheckpoint {
    std::int64_t line = 0;
    std::int64_t offset = 0;  // at which that line begins
};

class LogIndex {
public:
    static constexpr std::int64_t kLinesPerCheckpoint = 1000;
    static constexpr std::int64_t kBytesPerCheckpoint = 1 << 20;

    // Reads on, up to `size` or until the budget is spent. Errors: internal, when the file cannot be read.
    Result<void> extend(int fd, std::int64_t size, ScanBudget& budget);

    std::int64_t lines() const { return lines_; }
    std::int64_t end() const { return line_start_; }  // the byte after the last whole line
    // All lines that end before byte `size` are known.
    bool has_read_to(std::int64_t size) const { return seen_ >= size; }
    std::optional<std::int64_t> first_error() const { return first_error_; }
    // Lines by level; "unknown" for those that name none. At most kMaxLevels.
    const std::map<std::string, std::int64_t, std::less<>>& levels() const { return levels_; }
    // Sorted; the first is line 0 at byte 0.
    const std::vector<LogCheckpoint>& checkpoints() const { return checkpoints_; }
    // The last checkpoint at or before `line`, as a position in checkpoints().
    size_t checkpoint_before(std::int64_t line) const;
    // The byte at which the checkpoint after the one at `position` begins, or end().
    std::int64_t segment_end(size_t position) const;

    // Whether the file still begins with what was read: it was neither cut nor written anew.
    Result<bool> still_describes(int fd, std::int64_t size) const;

private:
    void take_lines(std::string_view chunk);
    void end_line(std::string level, std::int64_t next_line_offset);
    void remember_end(std::string_view chunk);

    std::vector<LogCheckpoint> checkpoints_{LogCheckpoint{}};
    std::map<std::string, std::int64_t, std::less<>> levels_;
    std::optional<std::int64_t> first_error_;
    std::int64_t lines_ = 0;
    std::int64_t line_start_ = 0;  // of the line that is being read
    std::int64_t scan_ = 0;        // up to where it was read; beyond line_start_ only within a line longer than a chunk
    std::int64_t seen_ = 0;        // beyond scan_ within an unfinished line
    std::string long_line_level_;  // of that line
    std::string last_bytes_;       // before scan_, to know the file again
};

// The level that a line names at its top, in lower case; "unknown" where there is none. Looks at the first 1 MB.
std::string level_of_line(std::string_view line);
bool is_error_level(std::string_view level);

// Whole reads at an offset; less only at the file's end.
Result<std::string> read_log_bytes(int fd, std::int64_t offset, std::int64_t count);

}  // namespace gale
