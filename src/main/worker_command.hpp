// The worker process: how the server calls it, and what `gale worker` does with that call.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "worker/python/python_options.hpp"

namespace gale {

PythonOptions python_options(const Settings& settings);

std::vector<std::string> worker_command(const Settings& settings, const std::filesystem::path& executable,
                                        const std::filesystem::path& socket);

// All but the socket the worker takes from its settings, which it shares with its server. No socket: a standing worker,
// which a supervisor such as systemd keeps running; it waits for servers at the run folder's own socket.
int run_worker_command(const Settings& settings, const std::string& socket);

}  // namespace gale
