// Python's pickles of plain data, read without executing anything: None, truths, numbers, texts, lists, tuples, sets
// and dicts with text keys. Whatever would import or call something (every object of a class) is refused.
#pragma once

#include <string_view>

#include "base/error.hpp"
#include "base/json.hpp"

namespace gale::detail {

// As json.dumps would write it: tuples and sets are lists. Errors: unsupported (more than plain data), data_corrupt
// (not a pickle, or cut off).
Result<json::value> read_plain_pickle(std::string_view bytes);

}  // namespace gale::detail
