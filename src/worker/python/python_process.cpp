#include "worker/python/python_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <unistd.h>

#include <csignal>

#include "config/config.hpp"
#include "worker/python/control_channel.hpp"

namespace gale {
namespace {

std::vector<std::string> python_environment(const PythonOptions& options) {
    Environment variables = process_environment();
    std::string& path = variables["PYTHONPATH"];
    path = options.python_path.native() + (path.empty() ? "" : ":" + path);
    variables["AIRFLOW__CORE__DAGS_FOLDER"] = options.dags_folder.native();
    std::vector<std::string> list;
    for (const auto& [name, value] : variables) list.push_back(name + "=" + value);
    return list;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (auto& text : texts) out.push_back(text.data());
    out.push_back(nullptr);
    return out;
}

}  // namespace

Result<PythonProcess> start_python(const PythonOptions& options) {
    auto [ours, theirs] = TRY(make_seqpacket_pair());
    constexpr int kControlFd = 3;
    std::vector<std::string> arguments{options.interpreter.native(), "-m",
                                       "gale.fork_server",           "--control-fd",
                                       std::to_string(kControlFd),   "--dags-folder",
                                       options.dags_folder.native()};
    auto environment = python_environment(options);
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    ::posix_spawn_file_actions_init(&actions);
    // Moved out of the way first: a descriptor duplicated onto itself would keep its close-on-exec flag.
    Fd moved(::fcntl(theirs.get(), F_DUPFD_CLOEXEC, 10));
    ::posix_spawn_file_actions_adddup2(&actions, moved.get(), kControlFd);
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawnattr_init(&attributes);
    sigset_t none, defaults;
    ::sigemptyset(&none);
    ::sigemptyset(&defaults);
    for (const int signal : {SIGPIPE, SIGTERM, SIGINT, SIGHUP, SIGCHLD}) ::sigaddset(&defaults, signal);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &defaults);
    // A group of its own: Ctrl-C at a terminal is for the server, which ends it in order.
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    pid_t pid = 0;
    const int error = ::posix_spawnp(&pid, arguments[0].c_str(), &actions, &attributes, pointers(arguments).data(),
                                     pointers(environment).data());
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
    if (error != 0) {
        return std::unexpected(
            errno_error(error, fmt::format("cannot run Python as {} (set GALE_PYTHON to an interpreter that has "
                                           "Gale's requirements)",
                                           options.interpreter.native())));
    }
    return PythonProcess{pid, std::move(ours)};
}

}  // namespace gale
