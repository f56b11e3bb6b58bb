// Child processes of the worker.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"

namespace gale {

struct SpawnRequest {
    std::vector<std::string> argv;         // argv[0] is a path
    std::vector<std::string> environment;  // KEY=value
    std::string cwd;                       // empty: the worker's
    int stdin_fd = -1;                     // -1: /dev/null
    int stdout_fd = -1, stderr_fd = -1;    // -1: the worker's
    int keep_fd = -1;                      // one more that stays open under its number
};

// The child leads a session of its own and dies with the worker. Signals have their defaults. Only for the worker's one
// thread: it borrows the parent's memory until exec (vfork), which makes it as cheap for a big worker as for a small
// one.
Result<pid_t> spawn(const SpawnRequest& request);

// Forks without exec, for work that needs no other program. `body` runs in the child with only `keep` (and 0, 1, 2)
// open, in a session of its own; its result is the exit code.
Result<pid_t> fork_child(const std::vector<int>& keep, const std::function<int()>& body);

struct Pipe {
    Fd read, write;  // read is non-blocking, both close on exec
};
Result<Pipe> make_pipe();

Result<Fd> open_pidfd(pid_t pid);

// "exit code 2", "killed by signal 9 (SIGKILL)".
std::string describe_exit(int wait_status);

}  // namespace gale
