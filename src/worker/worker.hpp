// The worker process: supervises all task tries of this machine.
//
// One thread, one event loop, so that forking is safe. It connects to the server's socket and comes back when the
// server was away: its tries go on meanwhile, their reports wait, on disk too (spool.hpp). It takes no decisions:
// whether a try may run is the server's. Guarantees: a try it took ends in exactly one report, delivered until
// acknowledged; its tries die with it.
#pragma once

#include <filesystem>
#include <optional>

#include "base/clock.hpp"
#include "worker/python/python_options.hpp"

namespace gale {

struct WorkerOptions {
    std::filesystem::path socket;      // the server's
    std::filesystem::path home;        // AIRFLOW_HOME
    std::filesystem::path run_folder;  // for worker.lock and spool/
    PythonOptions python;
    Duration lease = std::chrono::seconds{300};  // without a server for so long, it ends its tries and exits
    // Without a server and without tries for so long, it exits. None: never, a supervisor keeps it.
    std::optional<Duration> idle_limit = std::chrono::seconds{10};
    Duration kill_grace = std::chrono::seconds{5};     // between SIGTERM and SIGKILL
    Duration import_limit = std::chrono::seconds{30};  // for a DAG file's import
    int max_tasks_per_child = 1;                       // tries that one Python process runs, one after another
};

// Runs until it is drained, or alone for too long. The exit code: 0, or 1 when another worker has this home or the run
// folder cannot be used. SIGTERM drains: running tries end, no new ones begin; a second SIGTERM ends the tries.
int run_worker(const WorkerOptions& options);

}  // namespace gale
