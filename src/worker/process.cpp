#include "worker/process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

namespace gale {
namespace {

std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> out;
    out.reserve(texts.size() + 1);
    for (const auto& text : texts) out.push_back(const_cast<char*>(text.c_str()));
    out.push_back(nullptr);
    return out;
}

void reset_signals() {
    for (const int signal : {SIGPIPE, SIGTERM, SIGINT, SIGHUP, SIGCHLD, SIGQUIT}) ::signal(signal, SIG_DFL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// False when the worker died before this could be asked for.
bool die_with(pid_t parent) {
    ::setsid();
    return ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && ::getppid() == parent;
}

// In a vfork child: only system calls, no allocation, and an `_exit`.
[[gnu::noinline]] pid_t spawn_raw(const SpawnRequest& request, char* const* argv, char* const* environment, int null_fd,
                                  pid_t parent, volatile int* error, volatile const char** step) {
    const pid_t pid = ::vfork();
    if (pid != 0) return pid;
    *step = "start";
    if (!die_with(parent)) ::_exit(127);
    const int in = request.stdin_fd >= 0 ? request.stdin_fd : null_fd;
    ::dup2(in, 0);
    if (request.stdout_fd >= 0) ::dup2(request.stdout_fd, 1);
    if (request.stderr_fd >= 0) ::dup2(request.stderr_fd, 2);
    if (request.keep_fd >= 0) ::fcntl(request.keep_fd, F_SETFD, 0);
    if (!request.cwd.empty() && ::chdir(request.cwd.c_str()) != 0) {
        *step = "enter the folder";
        *error = errno;
        ::_exit(127);
    }
    reset_signals();
    ::execve(argv[0], argv, environment);
    *step = "run";
    *error = errno;
    ::_exit(127);
}

}  // namespace

Result<pid_t> spawn(const SpawnRequest& request) {
    const auto argv = pointers(request.argv);
    const auto environment = pointers(request.environment);
    const Fd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    volatile int error = 0;
    volatile const char* step = "start";
    // Signals that arrive in the child must not run handlers on the parent's memory.
    sigset_t all, before;
    ::sigfillset(&all);
    ::sigprocmask(SIG_BLOCK, &all, &before);
    const pid_t pid = spawn_raw(request, argv.data(), environment.data(), null.get(), ::getpid(), &error, &step);
    const int fork_error = errno;
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
    if (pid < 0) return std::unexpected(errno_error(fork_error, "cannot start a process"));
    if (error == 0) return pid;
    ::waitpid(pid, nullptr, 0);
    const std::string what = const_cast<const char*>(step);
    return std::unexpected(
        errno_error(error, fmt::format("cannot {} {}", what, what == "run" ? request.argv[0] : request.cwd)));
}

Result<pid_t> fork_child(const std::vector<int>& keep, const std::function<int()>& body) {
    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    if (pid < 0) return std::unexpected(errno_error(errno, "cannot start a process"));
    if (pid > 0) return pid;
    if (!die_with(parent)) ::_exit(127);
    std::vector<int> sorted = keep;
    std::sort(sorted.begin(), sorted.end());
    unsigned from = 3;
    for (const int fd : sorted) {
        if (static_cast<unsigned>(fd) > from) ::syscall(SYS_close_range, from, static_cast<unsigned>(fd) - 1, 0);
        from = static_cast<unsigned>(fd) + 1;
    }
    ::syscall(SYS_close_range, from, ~0U, 0);
    reset_signals();
    ::_exit(body());
}

Result<Pipe> make_pipe() {
    int fds[2];
    if (::pipe2(fds, O_CLOEXEC) != 0) return std::unexpected(errno_error(errno, "cannot make a pipe"));
    Pipe pipe{Fd(fds[0]), Fd(fds[1])};
    ::fcntl(pipe.read.get(), F_SETFL, O_NONBLOCK);
    return pipe;
}

Result<Fd> open_pidfd(pid_t pid) {
    Fd fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (!fd) return std::unexpected(errno_error(errno, fmt::format("cannot watch process {}", pid)));
    return fd;
}

std::string describe_exit(int status) {
    if (WIFEXITED(status)) return fmt::format("exit code {}", WEXITSTATUS(status));
    if (WIFSIGNALED(status)) {
        const int signal = WTERMSIG(status);
        const char* name = ::sigabbrev_np(signal);
        return fmt::format("killed by signal {} (SIG{}){}", signal, name == nullptr ? "?" : name,
                           signal == SIGKILL ? ": out of memory?" : "");
    }
    return fmt::format("wait status {}", status);
}

}  // namespace gale
