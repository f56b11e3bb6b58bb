#pragma once

#include <string>

#include "tsv/result.hpp"

namespace gale::zero_shot {

/// The folder for a program's --model: itself, or for a hub's name (OWNER/NAME) the cache's folder, fetched if need
/// be with its progress on standard error. For none the one of ZERO_SHOT_MODEL, else the one that was installed with
/// the program, ../share/gale/models/all-MiniLM-L6-v2.
Result<std::string> model_folder_of(const std::string& model);

}  // namespace gale::zero_shot
