// The configuration as the API shows it.
#pragma once

#include <vector>

#include "api/api.hpp"
#include "config/settings.hpp"

namespace gale {

// Marks what holds a secret: what its name tells of, and the addresses of databases and brokers.
std::vector<ConfigOption> config_options(const Settings& settings);

}  // namespace gale
