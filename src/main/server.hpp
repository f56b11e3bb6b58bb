// The server roles, wired: which parts run in this process, started and stopped in the right order.
#pragma once

#include <filesystem>

#include "config/settings.hpp"

namespace gale {

struct Roles {
    bool scheduler = false;  // with its executor
    bool api = false;
    bool dag_processor = false;
    bool migrate = false;  // bring the schema up to date first
};

// Runs until SIGTERM or SIGINT, then stops cleanly: requests in progress end, running tasks go on in their worker,
// whose reports the next start takes up. Returns the exit code: 0, or 1 after an error, which it has printed.
int run_server(const Settings& settings, Roles roles, const std::filesystem::path& executable);

}  // namespace gale
