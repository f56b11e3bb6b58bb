#include "main/worker_command.hpp"

#include <cstdlib>
#include <iostream>

#include "base/hash.hpp"
#include "executor/local/worker_launch.hpp"
#include "worker/worker.hpp"

namespace gale {

PythonOptions python_options(const Settings& settings) {
    return {settings.python, settings.python_path, settings.dags_folder};
}

std::vector<std::string> worker_command(const Settings&, const std::filesystem::path& executable,
                                        const std::filesystem::path& socket) {
    return {executable.native(), "worker", "--socket", socket.native()};
}

int run_worker_command(const Settings& settings, const std::string& socket) {
    WorkerOptions options;
    options.socket = socket;
    if (socket.empty()) {
        const auto own = executor_socket_path(settings.run_folder());
        if (!own) {
            std::cerr << "gale: " << own.error().to_string() << '\n';
            return error_traits(own.error().code()).exit_code;
        }
        options.socket = *own;
        options.idle_limit = std::nullopt;
        // By these a later worker knows what this one leaves behind, as launch_worker does it.
        ::setenv("GALE_WORKER_ID", uuid7().c_str(), 1);
        ::setenv("GALE_WORKER_HOME", settings.home.c_str(), 1);
    }
    options.home = settings.home;
    options.run_folder = settings.run_folder();
    options.python = python_options(settings);
    options.lease = from_seconds(settings.worker_lease);
    options.kill_grace = from_seconds(settings.killed_task_cleanup_time);
    options.import_limit = from_seconds(settings.dagbag_import_timeout);
    options.max_tasks_per_child = settings.max_tasks_per_child;
    return run_worker(options);
}

}  // namespace gale
