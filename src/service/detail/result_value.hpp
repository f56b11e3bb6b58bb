// What of an XCom's value is a result: pure, no file is looked at.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.hpp"

namespace gale::detail {

struct ValueContent {
    std::string media_type;
    std::string text;
    bool operator==(const ValueContent&) const = default;
};
// A value as something to look at: an image's data: URI decoded, a long or structured text as it is, an object or
// list of some size as JSON. nullopt: a number, a word, a pair: it reads well where the XCom stands.
std::optional<ValueContent> content_of(const json::value& value);

struct ValueWalk {
    int max_depth = 8;
    int max_nodes = 10'000;
};
// Calls `visit` with each string within the value and its JSON pointer, in the value's own order, until it says false.
// False: visit, or a limit, left something out.
bool walk_strings(const json::value& value, const ValueWalk& limits,
                  const std::function<bool(const std::string& pointer, std::string_view text)>& visit);

// The value at a JSON pointer (RFC 6901); nullptr: there is none.
const json::value* at_pointer(const json::value& value, std::string_view pointer);

}  // namespace gale::detail
