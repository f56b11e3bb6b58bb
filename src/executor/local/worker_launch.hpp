// Starting a worker process, and the files by which server and worker find each other.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"

namespace gale {

// run/executor.sock, or, where that is longer than a socket's path may be, one in a folder of this user's in /tmp.
// Makes the folder, readable by this user only. Fails when the /tmp folder belongs to someone else.
Result<std::filesystem::path> executor_socket_path(const std::filesystem::path& run_folder);

// Binds and listens; replaces the socket file of a dead server.
Result<Fd> listen_on(const std::filesystem::path& socket_path);

// An exclusive lock on a file, held as long as the descriptor; conflict when another process has it. The holder's
// process id is written into it.
Result<Fd> lock_file(const std::filesystem::path& path);
// run/worker.lock is held by the worker of this home.
bool worker_is_running(const std::filesystem::path& run_folder);
// SIGKILL for the process that holds run/worker.lock, if it is a worker of this home; false: it was not killed.
bool kill_worker(const std::filesystem::path& run_folder, const std::filesystem::path& home);

// Moves the last 10 MB of run/worker.log to worker.log.1 when it has become larger than that; false: it has not.
Result<bool> rotate_worker_log(const std::filesystem::path& run_folder);

// Starts `command` in a session of its own, so that it outlives this process; its output goes to run/worker.log,
// GALE_WORKER_ID and GALE_WORKER_HOME into its environment.
Result<pid_t> launch_worker(const std::vector<std::string>& command, const std::filesystem::path& home,
                            const std::filesystem::path& run_folder);

}  // namespace gale
