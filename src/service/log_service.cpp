#include "service/log_service.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "base/file.hpp"

namespace gale {
namespace {

Result<void> check_component(std::string_view name, std::string_view value) {
    const bool leaves = value.empty() || value == "." || value.find("..") != std::string_view::npos ||
                        value.find('/') != std::string_view::npos || value.find('\0') != std::string_view::npos;
    if (!leaves) return {};
    return fail(ErrorCode::invalid_argument, fmt::format("the {} '{}' cannot be part of a log's path", name, value));
}

// How much of `bytes` is whole lines, or has to be taken because more does not fit.
size_t whole_part(std::string_view bytes, bool file_ends_here, bool try_is_over, std::int64_t max_bytes) {
    if (const size_t last = bytes.rfind('\n'); last != std::string_view::npos && !(file_ends_here && try_is_over))
        return last + 1;
    if (file_ends_here && try_is_over) return bytes.size();
    return static_cast<std::int64_t>(bytes.size()) >= max_bytes ? bytes.size() : 0;
}

std::vector<std::string> split_lines(std::string_view bytes) {
    std::vector<std::string> lines;
    while (!bytes.empty()) {
        const size_t end = std::min(bytes.find('\n'), bytes.size());
        if (end > 0) lines.emplace_back(bytes.substr(0, end));
        bytes.remove_prefix(std::min(end + 1, bytes.size()));
    }
    return lines;
}

constexpr size_t kMaxIndexes = 64;
// Every line of a segment but the last begins within kBytesPerCheckpoint; of that one this much more is looked at.
constexpr std::int64_t kSegmentBytes = LogIndex::kBytesPerCheckpoint + (2 << 20);
constexpr std::int64_t kMaxAnswerBytes = 2 << 20;

Result<std::string> read_segment(int fd, const LogIndex& index, size_t position) {
    const std::int64_t start = index.checkpoints()[position].offset;
    return read_log_bytes(fd, start, std::min(index.segment_end(position) - start, kSegmentBytes));
}

// Takes lines of `segment`, whose first has the number `number`, that are at or after `from`, until there are enough.
struct LineTaker {
    std::int64_t from, count, room = kMaxAnswerBytes;
    LogLines taken;

    bool is_full() const { return static_cast<std::int64_t>(taken.lines.size()) >= count || room <= 0; }
    void take(std::string_view segment, std::int64_t number) {
        while (!segment.empty() && !is_full()) {
            const size_t end = std::min(segment.find('\n'), segment.size());
            if (number++ >= from) {
                taken.lines.push_back({std::string(segment.substr(0, end)), end == segment.size()});
                room -= std::min<std::int64_t>(static_cast<std::int64_t>(end), LogService::kMaxLineBytes) + 64;
            }
            segment.remove_prefix(std::min(end + 1, segment.size()));
        }
    }
};

Result<LogLines> collect_lines(int fd, std::int64_t size, const LogIndex& index, std::int64_t from, std::int64_t count,
                               bool is_over) {
    LineTaker taker{from, count, kMaxAnswerBytes, {}};
    for (size_t at = index.checkpoint_before(from); from < index.lines() && at < index.checkpoints().size(); ++at) {
        if (taker.is_full()) break;
        taker.take(TRY(read_segment(fd, index, at)), index.checkpoints()[at].line);
    }
    const bool counted = index.has_read_to(size);
    std::int64_t total = index.lines();
    if (counted && is_over && size > index.end()) {
        ++total;
        const auto next = from + static_cast<std::int64_t>(taker.taken.lines.size());
        const std::int64_t bytes = std::min(size - index.end(), kSegmentBytes);
        if (next >= index.lines() && !taker.is_full()) {
            const auto before = taker.taken.lines.size();
            taker.take(TRY(read_log_bytes(fd, index.end(), bytes)), index.lines());
            // A file's last line is all there without an end, too.
            if (taker.taken.lines.size() > before) taker.taken.lines.back().cut = bytes >= kSegmentBytes;
        }
    }
    const auto got = static_cast<std::int64_t>(taker.taken.lines.size());
    taker.taken.complete = got >= count || (counted && from + got >= total);
    return std::move(taker.taken);
}

void add_tail(std::string_view tail, LogOverview& overview) {
    const std::string level = level_of_line(tail);
    if (is_error_level(level) && !overview.first_error) overview.first_error = overview.lines;
    ++overview.levels[level];
    ++overview.lines;
}

Result<void> search(int fd, const LogIndex& index, const LogMatcher& matcher, std::int64_t after_line,
                    LogOverview& overview, ScanBudget& budget) {
    auto& matches = overview.matches.emplace();
    overview.searched = std::min(after_line, index.lines());
    for (size_t at = index.checkpoint_before(after_line);
         at < index.checkpoints().size() && overview.searched < index.lines() && !budget.spent(); ++at) {
        if (matches.size() + static_cast<size_t>(LogIndex::kLinesPerCheckpoint) > LogService::kMaxMatches) {
            overview.truncated = true;
            break;
        }
        const std::string segment = TRY(read_segment(fd, index, at));
        budget.bytes -= static_cast<std::int64_t>(segment.size());
        matcher.find(segment, index.checkpoints()[at].line, matches, budget);
        overview.searched = at + 1 < index.checkpoints().size() ? index.checkpoints()[at + 1].line : index.lines();
    }
    std::erase_if(matches, [&](std::int64_t line) { return line < after_line; });
    return {};
}

}  // namespace

Result<std::filesystem::path> try_log_path(const TaskInstanceKey& key, int try_number) {
    TRY(check_component("dag id", key.dag_id.str()));
    TRY(check_component("run id", key.run_id.str()));
    TRY(check_component("task id", key.task_id.str()));
    std::filesystem::path path = "dag_id=" + key.dag_id.str();
    path /= "run_id=" + key.run_id.str();
    path /= "task_id=" + key.task_id.str();
    if (key.map_index >= 0) path /= fmt::format("map_index={}", key.map_index);
    return path / fmt::format("attempt={}.log", try_number);
}

struct LogService::OpenLog {
    Fd file;
    std::string path;
    std::int64_t size = 0;
    std::uint64_t device = 0, inode = 0;
};

Result<std::optional<LogService::OpenLog>> LogService::open(const TaskInstanceKey& key, int try_number) const {
    OpenLog log;
    log.path = (base_folder_ / TRY(try_log_path(key, try_number))).string();
    log.file = Fd(::open(log.path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!log.file && errno == ENOENT) return std::nullopt;
    if (!log.file) return std::unexpected(errno_error(errno, fmt::format("opening the log {}", log.path)));
    struct stat status{};
    if (::fstat(log.file.get(), &status) != 0)
        return std::unexpected(errno_error(errno, fmt::format("looking at the log {}", log.path)));
    if (!S_ISREG(status.st_mode))
        return fail(ErrorCode::invalid_argument, fmt::format("the log {} is not a file", log.path));
    log.size = status.st_size;
    log.device = status.st_dev;
    log.inode = status.st_ino;
    return log;
}

Result<std::optional<LogPage>> LogService::read(const TaskInstanceKey& key, int try_number, std::int64_t offset,
                                                TryIs state, std::int64_t max_bytes) const {
    const auto log = TRY(open(key, try_number));
    if (!log) return std::nullopt;
    if (offset < 0 || offset > log->size) {
        return fail(ErrorCode::invalid_argument,
                    fmt::format("the log {} has {} bytes, so it cannot be read from {}; read it from the start",
                                log->path, log->size, offset));
    }
    const std::int64_t wanted = std::min<std::int64_t>(max_bytes, log->size - offset);
    const std::string bytes = TRY(read_log_bytes(log->file.get(), offset, wanted));
    const bool file_ends_here = offset + static_cast<std::int64_t>(bytes.size()) >= log->size;
    const size_t taken = whole_part(bytes, file_ends_here, state == TryIs::over, max_bytes);
    return LogPage{split_lines(std::string_view(bytes).substr(0, taken)), offset + static_cast<std::int64_t>(taken),
                   file_ends_here};
}

std::shared_ptr<LogService::Indexed> LogService::indexed(const std::string& path) {
    std::scoped_lock lock(mutex_);
    const auto found = std::ranges::find(indexes_, path, [](const auto& one) { return one.first; });
    if (found != indexes_.end()) {
        indexes_.splice(indexes_.begin(), indexes_, found);
    } else {
        indexes_.emplace_front(path, std::make_shared<Indexed>());
        if (indexes_.size() > kMaxIndexes) indexes_.pop_back();
    }
    return indexes_.front().second;
}

Result<void> LogService::bring_up_to_date(const OpenLog& log, Indexed& indexed, ScanBudget& budget) {
    const bool same = indexed.device == log.device && indexed.inode == log.inode &&
                      TRY(indexed.index.still_describes(log.file.get(), log.size));
    if (!same) {
        indexed.index = LogIndex();
        indexed.device = log.device;
        indexed.inode = log.inode;
    }
    return indexed.index.extend(log.file.get(), log.size, budget);
}

Result<std::optional<LogLines>> LogService::lines(const TaskInstanceKey& key, int try_number, std::int64_t from,
                                                  std::int64_t count, TryIs state, std::int64_t scan_bytes) {
    const auto log = TRY(open(key, try_number));
    if (!log) return std::nullopt;
    const auto known = indexed(log->path);
    std::scoped_lock lock(known->mutex);
    // What is known already is served at once, however much of the file is still to be counted.
    ScanBudget budget{from + count <= known->index.lines() ? 0 : scan_bytes};
    TRY(bring_up_to_date(*log, *known, budget));
    return TRY(collect_lines(log->file.get(), log->size, known->index, from, std::min(count, kMaxLines),
                             state == TryIs::over));
}

Result<std::optional<LogOverview>> LogService::overview(const TaskInstanceKey& key, int try_number,
                                                        const LogQuery& query, TryIs state, std::int64_t scan_bytes) {
    const auto log = TRY(open(key, try_number));
    if (!log) return std::nullopt;
    const auto known = indexed(log->path);
    std::scoped_lock lock(known->mutex);
    ScanBudget budget{scan_bytes / 2};
    TRY(bring_up_to_date(*log, *known, budget));
    const LogIndex& index = known->index;
    LogOverview overview;
    overview.lines = overview.searched = index.lines();
    overview.bytes = log->size;
    overview.levels = index.levels();
    overview.first_error = index.first_error();
    const bool counted = index.has_read_to(log->size);
    for (const LogCheckpoint& one : index.checkpoints()) {
        if (one.line % LogIndex::kLinesPerCheckpoint == 0 && one.line >= query.after_line)
            overview.offsets.push_back(one.offset);
    }
    std::string tail;
    if (counted && state == TryIs::over && log->size > index.end()) {
        tail = TRY(read_log_bytes(log->file.get(), index.end(), std::min(log->size - index.end(), kSegmentBytes)));
        add_tail(tail, overview);
    }
    overview.complete = counted;
    const LogMatcher matcher(query.levels, query.text);
    if (matcher.is_empty()) return overview;
    ScanBudget rest{scan_bytes / 2 + std::max<std::int64_t>(budget.bytes, 0)};
    TRY(search(log->file.get(), index, matcher, query.after_line, overview, rest));
    if (overview.searched == index.lines() && !tail.empty() && !overview.truncated) {
        if (query.after_line <= index.lines()) matcher.find(tail, index.lines(), *overview.matches, rest);
        overview.searched = overview.lines;
    }
    overview.complete = counted && overview.searched >= overview.lines;
    return overview;
}

}  // namespace gale
