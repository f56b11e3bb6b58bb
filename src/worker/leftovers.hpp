// What a killed worker may have left running: grandchildren that did not die with it.
#pragma once

#include <filesystem>
#include <string>

namespace gale {

// Kills every process that carries this home in GALE_WORKER_HOME but another GALE_WORKER_ID than `own_worker_id`, and
// waits until they are gone (at most a few seconds). Returns how many there were.
int kill_leftovers(const std::filesystem::path& home, const std::string& own_worker_id);

}  // namespace gale
