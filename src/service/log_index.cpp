#include "service/log_index.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>

namespace gale {
namespace {

constexpr std::int64_t kChunkBytes = 1 << 20;
constexpr size_t kLevelWithin = 1 << 20;
constexpr size_t kMaxLevels = 32;
constexpr size_t kLastBytes = 64;
constexpr std::string_view kUnknown = "unknown";

size_t skip_blanks(std::string_view text, size_t at) {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
    return at;
}

// By how much the nesting changes over `json`, a piece that starts and ends outside a string.
int depth_after(std::string_view json) {
    int depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (in_string) {
            if (c == '\\') ++i;
            if (c == '"') in_string = false;
            continue;
        }
        if (c == '"') in_string = true;
        if (c == '{' || c == '[') ++depth;
        if (c == '}' || c == ']') --depth;
    }
    return depth;
}

std::string lower_word(std::string_view text) {
    if (text.empty() || text.size() > 16) return std::string(kUnknown);
    std::string word;
    for (const char c : text) {
        if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_') return std::string(kUnknown);
        word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return word;
}

}  // namespace

Result<std::string> read_log_bytes(int fd, std::int64_t offset, std::int64_t count) {
    std::string bytes(static_cast<size_t>(count), '\0');
    size_t filled = 0;
    while (filled < bytes.size()) {
        const ssize_t got =
            ::pread(fd, bytes.data() + filled, bytes.size() - filled, offset + static_cast<off_t>(filled));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return std::unexpected(errno_error(errno, "reading the log"));
        if (got == 0) break;
        filled += static_cast<size_t>(got);
    }
    bytes.resize(filled);
    return bytes;
}

std::string level_of_line(std::string_view line) {
    constexpr std::string_view kKey = "\"level\"";
    line = line.substr(0, kLevelWithin);
    if (!line.starts_with('{')) return std::string(kUnknown);
    // An unescaped quote cannot be within a string, so each hit is a key or a value; a key's depth tells whose.
    int depth = 0;
    size_t counted = 0;
    for (size_t at = line.find(kKey); at != std::string_view::npos; at = line.find(kKey, at + 1)) {
        if (line[at - 1] == '\\') continue;
        depth += depth_after(line.substr(counted, at - counted));
        counted = at;
        const size_t colon = skip_blanks(line, at + kKey.size());
        if (colon >= line.size() || line[colon] != ':' || depth != 1) continue;
        const size_t value = skip_blanks(line, colon + 1);
        if (value >= line.size() || line[value] != '"') break;
        const size_t end = line.find('"', value + 1);
        if (end == std::string_view::npos) break;
        return lower_word(line.substr(value + 1, end - value - 1));
    }
    return std::string(kUnknown);
}

bool is_error_level(std::string_view level) {
    return level == "error" || level == "critical" || level == "fatal";
}

void LogIndex::end_line(std::string level, std::int64_t next_line_offset) {
    if (is_error_level(level) && !first_error_) first_error_ = lines_;
    if (levels_.size() >= kMaxLevels && !levels_.contains(level)) level = kUnknown;
    ++levels_[std::move(level)];
    ++lines_;
    line_start_ = next_line_offset;
    const LogCheckpoint& last = checkpoints_.back();
    if (lines_ % kLinesPerCheckpoint == 0 || line_start_ - last.offset > kBytesPerCheckpoint)
        checkpoints_.push_back({lines_, line_start_});
}

// `chunk` begins at scan_.
void LogIndex::take_lines(std::string_view chunk) {
    const std::int64_t base = scan_;
    size_t at = 0;
    while (at < chunk.size()) {
        const void* found = std::memchr(chunk.data() + at, '\n', chunk.size() - at);
        if (found == nullptr) break;
        const auto end = static_cast<size_t>(static_cast<const char*>(found) - chunk.data());
        const bool continues = !long_line_level_.empty();
        end_line(continues ? std::move(long_line_level_) : level_of_line(chunk.substr(at, end - at)),
                 base + static_cast<std::int64_t>(end) + 1);
        long_line_level_.clear();
        at = end + 1;
    }
    if (at > 0) {
        scan_ = line_start_;
    } else if (static_cast<std::int64_t>(chunk.size()) >= kChunkBytes) {
        // A line longer than a chunk: its start tells its level, the rest is only looked through for its end.
        if (long_line_level_.empty()) long_line_level_ = level_of_line(chunk);
        scan_ += static_cast<std::int64_t>(chunk.size());
    }
}

void LogIndex::remember_end(std::string_view chunk) {
    last_bytes_ = chunk.substr(chunk.size() - std::min(chunk.size(), kLastBytes));
}

Result<void> LogIndex::extend(int fd, std::int64_t size, ScanBudget& budget) {
    while (scan_ < size && !budget.spent()) {
        const std::int64_t from = scan_;
        const std::string chunk = TRY(read_log_bytes(fd, from, std::min(kChunkBytes, size - from)));
        if (chunk.empty()) break;  // it was cut just now; the next request sees it
        budget.bytes -= static_cast<std::int64_t>(chunk.size());
        take_lines(chunk);
        seen_ = from + static_cast<std::int64_t>(chunk.size());
        if (scan_ == from) break;  // an unfinished line
        remember_end(std::string_view(chunk).substr(0, static_cast<size_t>(scan_ - from)));
    }
    return {};
}

size_t LogIndex::checkpoint_before(std::int64_t line) const {
    const auto after = std::ranges::upper_bound(checkpoints_, line, {}, &LogCheckpoint::line);
    return static_cast<size_t>(after - checkpoints_.begin()) - 1;
}

std::int64_t LogIndex::segment_end(size_t position) const {
    return position + 1 < checkpoints_.size() ? checkpoints_[position + 1].offset : line_start_;
}

Result<bool> LogIndex::still_describes(int fd, std::int64_t size) const {
    if (size < scan_) return false;
    const auto count = static_cast<std::int64_t>(last_bytes_.size());
    return TRY(read_log_bytes(fd, scan_ - count, count)) == last_bytes_;
}

}  // namespace gale
