#pragma once

#include <string>
#include <string_view>

#include "tsv/result.hpp"

namespace gale::zero_shot {

/// Writes `bytes` to `path` so that a reader sees the old file or the whole new one: a temporary
/// file beside it, fsync, rename, fsync of the folder. Missing parent folders are made. On failure
/// (kDisk: read-only, full, not a folder) nothing is left behind and an old file stays as it was.
Result<void> write_file_atomically(const std::string& path, std::string_view bytes);

}  // namespace gale::zero_shot
