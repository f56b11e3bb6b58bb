#include "worker/leftovers.hpp"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <optional>
#include <vector>

#include "base/file.hpp"
#include "base/log.hpp"
#include "worker/process.hpp"

namespace gale {
namespace {

namespace fs = std::filesystem;

std::optional<std::string> variable_in(std::string_view environment, std::string_view name) {
    while (!environment.empty()) {
        const auto end = environment.find('\0');
        const auto entry = environment.substr(0, end);
        if (entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=') {
            return std::string(entry.substr(name.size() + 1));
        }
        if (end == std::string_view::npos) break;
        environment.remove_prefix(end + 1);
    }
    return std::nullopt;
}

}  // namespace

int kill_leftovers(const fs::path& home, const std::string& own_worker_id) {
    std::vector<Fd> dying;
    std::error_code error;
    for (fs::directory_iterator entry("/proc", error); !error && entry != fs::directory_iterator();
         entry.increment(error)) {
        const std::string name = entry->path().filename();
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        const auto pid = static_cast<pid_t>(std::stol(name));
        if (pid == ::getpid()) continue;
        // Opened before it is looked at: the number cannot come to mean another process in between.
        auto process = open_pidfd(pid);
        const auto environment = read_file(entry->path() / "environ");
        if (!process || !environment) continue;
        const auto worker = variable_in(*environment, "GALE_WORKER_ID");
        if (!worker || *worker == own_worker_id || variable_in(*environment, "GALE_WORKER_HOME") != home.native())
            continue;
        log::warning("worker", "process {} is left of a dead worker: killing it", pid);
        if (::syscall(SYS_pidfd_send_signal, process->get(), SIGKILL, nullptr, 0) != 0 && errno != ESRCH) {
            log::error("worker", "{}", errno_error(errno, "cannot kill it").to_string());
            continue;
        }
        dying.push_back(std::move(*process));
    }
    for (const Fd& process : dying) {
        pollfd waiting{process.get(), POLLIN, 0};
        ::poll(&waiting, 1, 3000);
    }
    return static_cast<int>(dying.size());
}

}  // namespace gale
