// A copy of a database file while others use it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/error.hpp"

namespace gale {

// Copies one snapshot of the database (writers go on meanwhile), checks the copy, flushes it to disk and only then
// gives it its name: `target` is the old or the new file, whole. Returns its size in bytes. Errors name the file:
// not_found, already_exists (`target` is there, unless `replace`), invalid_argument (a folder, or the database itself),
// resource_exhausted (no room), data_corrupt (the database is damaged), permission_denied, unavailable.
Result<std::uintmax_t> back_up_sqlite(const std::string& path, const std::filesystem::path& target, bool replace);

}  // namespace gale
