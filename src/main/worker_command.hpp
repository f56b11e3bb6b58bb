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

// All but the socket the worker takes from its settings, which it shares with its server.
int run_worker_command(const Settings& settings, const std::string& socket);

}  // namespace gale
