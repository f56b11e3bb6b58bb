// Which kind of content a result is. A closed list: what is not on it is text or bytes, so that nothing that a task
// wrote is ever served as a script.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gale::detail {

inline constexpr std::string_view kBytesMediaType = "application/octet-stream";

// By the name's extension, in any case; nullopt: not on the list.
std::optional<std::string_view> media_type_of_name(std::string_view name);
// By the first bytes of the content.
std::string_view sniff_media_type(std::string_view start);
// The extension that fits, with its dot.
std::string_view extension_of(std::string_view media_type);
bool is_image(std::string_view media_type);

}  // namespace gale::detail
