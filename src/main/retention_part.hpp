// What keeps a scheduler's machine from filling up, as a part of its process: retention, and the rotation of the
// worker's log.
#pragma once

#include <stop_token>
#include <string>

#include "config/settings.hpp"
#include "service/retention.hpp"

namespace gale {

RetentionSettings retention_settings(const Settings& settings, const std::string& holder);

// A round now and one each `retention_check_interval`, until told to stop. A round that fails is logged; the next one
// tries again.
void run_retention(Store& store, const Clock& clock, const Settings& settings, const std::string& hostname,
                   std::stop_token stop);

}  // namespace gale
