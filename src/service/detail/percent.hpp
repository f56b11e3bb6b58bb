// Percent-encoding (RFC 3986) of URIs that tasks wrote.
#pragma once

#include <string>
#include <string_view>

namespace gale::detail {

// A '%' without two hex digits stays as it is.
std::string percent_decoded(std::string_view text);

}  // namespace gale::detail
