#pragma once

#include <optional>
#include <string>

#include "tsv/result.hpp"

namespace gale::zero_shot {

/// The bytes of `path`; nothing when there is no such file, kDisk when it cannot be read.
Result<std::optional<std::string>> read_file_if_there(const std::string& path);

}  // namespace gale::zero_shot
