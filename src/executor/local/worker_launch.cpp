#include "executor/local/worker_launch.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <csignal>
#include <cstring>

#include "base/hash.hpp"

namespace gale {
namespace fs = std::filesystem;
namespace {

constexpr size_t kMaxSocketPath = sizeof(sockaddr_un::sun_path) - 1;
constexpr off_t kMaxWorkerLog = off_t{10} << 20;

std::unexpected<Error> failed(std::string what) {
    return std::unexpected(errno_error(errno, what));
}

Result<void> private_folder(const fs::path& folder) {
    TRY(make_directories(folder));
    struct stat info{};
    if (::lstat(folder.c_str(), &info) != 0) return failed(fmt::format("cannot look at {}", folder.native()));
    if (!S_ISDIR(info.st_mode) || info.st_uid != ::geteuid()) {
        return fail(
            ErrorCode::permission_denied,
            fmt::format("{} belongs to another user; remove it, or choose a shorter AIRFLOW_HOME", folder.native()));
    }
    if (::chmod(folder.c_str(), 0700) != 0) return failed(fmt::format("cannot protect {}", folder.native()));
    return {};
}

std::vector<std::string> worker_environment(const fs::path& home) {
    std::vector<std::string> environment;
    for (char** one = environ; *one != nullptr; ++one) {
        const std::string_view entry = *one;
        if (!entry.starts_with("GALE_WORKER_ID=") && !entry.starts_with("GALE_WORKER_HOME="))
            environment.emplace_back(entry);
    }
    environment.push_back("GALE_WORKER_ID=" + uuid7());
    environment.push_back("GALE_WORKER_HOME=" + home.native());
    return environment;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (auto& text : texts) out.push_back(text.data());
    out.push_back(nullptr);
    return out;
}

Result<Fd> open_worker_log(const fs::path& run_folder) {
    const auto path = run_folder / "worker.log";
    // A full disk is no reason not to start.
    if (!rotate_worker_log(run_folder)) [[maybe_unused]]
        const int ignored = ::truncate(path.c_str(), 0);
    Fd log(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    if (!log) return failed(fmt::format("cannot open {}", path.native()));
    return log;
}

}  // namespace

// The worker keeps the file open, so it is emptied in place; it appends, so it goes on at the beginning. What it writes
// between the copy and that is lost.
Result<bool> rotate_worker_log(const fs::path& run_folder) {
    const auto path = run_folder / "worker.log";
    struct stat info{};
    if (::stat(path.c_str(), &info) != 0 || info.st_size <= kMaxWorkerLog) return false;
    const Fd log(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    if (!log) return failed(fmt::format("cannot open {}", path.native()));
    // Its end tells the most.
    if (::lseek(log.get(), -kMaxWorkerLog, SEEK_END) < 0) return failed(fmt::format("cannot read {}", path.native()));
    const std::string kept = TRY(read_some(log, kMaxWorkerLog, path.native()));
    TRY(write_file_atomically(run_folder / "worker.log.1", kept, 0600));
    if (::ftruncate(log.get(), 0) != 0) return failed(fmt::format("cannot empty {}", path.native()));
    return true;
}

Result<fs::path> executor_socket_path(const fs::path& run_folder) {
    auto folder = run_folder;
    if ((folder / "executor.sock").native().size() > kMaxSocketPath)
        folder = fmt::format("/tmp/gale-{}-{}", ::geteuid(), sha256_hex(run_folder.native()).substr(0, 12));
    TRY(private_folder(folder));
    return folder / "executor.sock";
}

Result<Fd> listen_on(const fs::path& socket_path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (socket_path.native().size() > kMaxSocketPath)
        return fail(ErrorCode::invalid_argument,
                    fmt::format("the socket path {} is longer than {} bytes", socket_path.native(), kMaxSocketPath));
    std::memcpy(address.sun_path, socket_path.c_str(), socket_path.native().size() + 1);
    Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket) return failed("cannot make a socket");
    ::unlink(socket_path.c_str());
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::chmod(socket_path.c_str(), 0600) != 0 || ::listen(socket.get(), 16) != 0)
        return failed(fmt::format("cannot listen on {}", socket_path.native()));
    return socket;
}

Result<Fd> lock_file(const fs::path& path) {
    Fd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!file) return failed(fmt::format("cannot open {}", path.native()));
    if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) {
        // For kill_worker; a full disk is no reason not to start.
        const std::string holder = fmt::format("{}\n", ::getpid());
        [[maybe_unused]] const bool noted =
            ::ftruncate(file.get(), 0) == 0 && ::pwrite(file.get(), holder.data(), holder.size(), 0) > 0;
        return file;
    }
    if (errno == EWOULDBLOCK) return fail(ErrorCode::conflict, fmt::format("another process holds {}", path.native()));
    return failed(fmt::format("cannot lock {}", path.native()));
}

bool worker_is_running(const fs::path& run_folder) {
    const auto lock = lock_file(run_folder / "worker.lock");
    return !lock && lock.error().code() == ErrorCode::conflict;
}

bool kill_worker(const fs::path& run_folder, const fs::path& home) {
    const auto holder = read_file(run_folder / "worker.lock");
    if (!holder) return false;
    pid_t pid = 0;
    const auto parsed = std::from_chars(holder->data(), holder->data() + holder->size(), pid);
    if (parsed.ec != std::errc() || pid <= 1) return false;
    // Opened before it is looked at: the number cannot come to mean another process in between.
    const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    const auto environment = read_file(fmt::format("/proc/{}/environ", pid));
    const std::string ours = "GALE_WORKER_HOME=" + home.native() + '\0';
    if (!process || !environment || environment->find(ours) == std::string::npos) return false;
    return ::syscall(SYS_pidfd_send_signal, process.get(), SIGKILL, nullptr, 0) == 0;
}

Result<pid_t> launch_worker(const std::vector<std::string>& command, const fs::path& home, const fs::path& run_folder) {
    const auto log = TRY(open_worker_log(run_folder));
    auto arguments = command;
    auto environment = worker_environment(home);
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, log.get(), 1);
    ::posix_spawn_file_actions_adddup2(&actions, log.get(), 2);
    ::posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    sigset_t none, all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    pid_t pid = 0;
    const int error = ::posix_spawn(&pid, arguments.at(0).c_str(), &actions, &attributes, pointers(arguments).data(),
                                    pointers(environment).data());
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
    if (error != 0)
        return std::unexpected(errno_error(error, fmt::format("cannot start the worker process {}", command[0])));
    return pid;
}

}  // namespace gale
