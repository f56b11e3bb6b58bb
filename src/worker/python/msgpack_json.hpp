// msgpack, the task protocol's encoding, to and from JSON.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/json.hpp"

namespace gale {

std::string to_msgpack(const json::value& value);
// Timestamp extensions become ISO 8601 strings, binary data strings. Errors are data_corrupt: truncated, trailing
// bytes, a map key that is no string, another extension, nesting deeper than 64.
Result<json::value> from_msgpack(std::string_view bytes);

}  // namespace gale
