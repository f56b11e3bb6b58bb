// The logs of task tries: where they are, and reading them while they grow.
//
// Thread-safe. A log may be of any size: each call reads a bounded part of it, and what was learnt of the rest
// (LogIndex) is kept for the next call, for the logs that were looked at last.
#pragma once

#include <cstdint>
#include <filesystem>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "service/log_index.hpp"
#include "service/log_search.hpp"
#include "service/log_watch.hpp"
#include "store/run_store.hpp"

namespace gale {

// Below the log folder, as Airflow lays it out: "dag_id=…/run_id=…/task_id=…/[map_index=…/]attempt=N.log".
// invalid_argument when an id could leave the folder ('/', "..", NUL).
Result<std::filesystem::path> try_log_path(const TaskInstanceKey& key, int try_number);

struct LogPage {
    std::vector<std::string> lines;  // as written: one JSON object each; without the line end
    std::int64_t next = 0;           // the offset in the file at which the next page begins
    bool at_end = false;             // nothing more was there when the page was read
};

struct LogLine {
    std::string text;  // as written, without its end
    bool cut = false;  // only its first part
};

struct LogLines {
    std::vector<LogLine> lines;
    // Nothing of what was asked for is missing: neither for want of room in this answer, nor because the index has not
    // come that far yet. Else: ask for the rest.
    bool complete = false;
};

struct LogQuery {
    std::int64_t after_line = 0;  // look at the lines of this number and above
    std::vector<std::string> levels;
    std::string text;
};

struct LogOverview {
    std::int64_t lines = 0, bytes = 0;  // so far known; of the file
    std::vector<std::int64_t> offsets;  // of the lines 0, 1000, 2000, …: those at or after after_line
    std::map<std::string, std::int64_t, std::less<>> levels;
    std::optional<std::int64_t> first_error;
    std::optional<std::vector<std::int64_t>> matches;  // nullopt: nothing was searched for
    std::int64_t searched = 0;                         // lines below it were searched: the next after_line
    bool complete = false;                             // all of the file is counted and searched; else ask again
    bool truncated = false;  // more matched than one answer holds: searched tells where to go on
};

class LogService {
public:
    explicit LogService(std::filesystem::path base_folder) : base_folder_(std::move(base_folder)) {}

    static constexpr std::int64_t kMaxPageBytes = 1 << 20;
    static constexpr std::int64_t kMaxScanBytes = 64 << 20;  // that one call reads
    static constexpr std::int64_t kMaxLines = 2000;          // that one call of lines() gives
    static constexpr std::int64_t kMaxLineBytes = 64 * 1024;
    static constexpr size_t kMaxMatches = 100'000;

    // Whole lines from byte `offset` on, at most `max_bytes` of them; a longer line comes cut into pieces. An
    // unfinished last line is left for later while the try is `running`. nullopt: there is no file (the try wrote
    // nothing yet, or it was removed). Errors: invalid_argument (ids, an offset that is not within the file),
    // permission_denied, internal.
    enum class TryIs { running, over };
    Result<std::optional<LogPage>> read(const TaskInstanceKey& key, int try_number, std::int64_t offset, TryIs state,
                                        std::int64_t max_bytes = kMaxPageBytes) const;

    // At most `count` (and kMaxLines) lines from number `from` on. A line may be given longer than kMaxLineBytes, but
    // counts as that many towards the size of an answer. nullopt and errors: as read().
    Result<std::optional<LogLines>> lines(const TaskInstanceKey& key, int try_number, std::int64_t from,
                                          std::int64_t count, TryIs state, std::int64_t scan_bytes = kMaxScanBytes);
    // Of a line longer than 2 MB only the beginning is searched. nullopt and errors: as read().
    Result<std::optional<LogOverview>> overview(const TaskInstanceKey& key, int try_number, const LogQuery& query,
                                                TryIs state, std::int64_t scan_bytes = kMaxScanBytes);

    const std::filesystem::path& base_folder() const { return base_folder_; }
    LogWatch& watch() { return watch_; }

private:
    struct Indexed {
        std::mutex mutex;
        std::uint64_t device = 0, inode = 0;
        LogIndex index;
    };
    struct OpenLog;

    Result<std::optional<OpenLog>> open(const TaskInstanceKey& key, int try_number) const;
    std::shared_ptr<Indexed> indexed(const std::string& path);
    static Result<void> bring_up_to_date(const OpenLog& log, Indexed& indexed, ScanBudget& budget);

    std::filesystem::path base_folder_;
    LogWatch watch_;
    std::mutex mutex_;
    std::list<std::pair<std::string, std::shared_ptr<Indexed>>> indexes_;  // the last used first
};

}  // namespace gale
