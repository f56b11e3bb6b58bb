#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tsv/result.hpp"

namespace gale::zero_shot {

/// The topics of the pipeline, when no file names others.
const std::vector<std::string>& default_labels();

/// One label a line, UTF-8; blanks around a label and blank lines do not count. kDisk when `path`
/// cannot be read; kInput when it has no label, one twice, or bytes that are no UTF-8.
Result<std::vector<std::string>> read_labels(const std::string& path);

/// The same from the file's text; `name` stands for the file in messages.
Result<std::vector<std::string>> parse_labels(std::string_view text, std::string_view name);

}  // namespace gale::zero_shot
