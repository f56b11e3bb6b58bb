// The store on SQLite: the embedded default. One file, beside it `-wal` and `-shm` (SQLite's) and `.wake-…` (see
// wake_up.hpp).
//
// Threads: writes share one writing thread and its commits (group_commit.hpp); reads run on the caller's thread, on a
// few connections, each on a snapshot, and never wait for writes. Processes: any number may open the same file on a
// local disk; one writes at a time, the others wait up to busy_timeout. Durability: write-ahead log, flushed at each
// commit (synchronous=FULL). A process or machine that dies loses nothing that had returned. Rows that cannot be read
// back are data_corrupt errors when asked for by id; lists and load_… leave them out and log it.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "store/store.hpp"

namespace gale {

struct SqliteOptions {
    std::string path;  // ":memory:": this object's own, gone with it
    std::chrono::milliseconds busy_timeout{10'000};
    int max_readers = 4;  // connections for reads; more callers wait
    // For tests: a limit of the file's size in pages of 4 KiB (0: none), and a look at each statement's text as it is
    // prepared.
    int max_pages = 0;
    std::function<void(std::string_view sql)> on_prepare;
    std::function<TimePoint()> now;  // for tests: the database's clock
};

// Does not touch the schema: call migrate() before the rest. Errors: invalid_argument (a folder), not_found (no such
// folder), permission_denied, data_corrupt (not a database), unavailable; each names the file.
Result<std::unique_ptr<Store>> open_sqlite_store(const SqliteOptions& options);

}  // namespace gale
