// Secrets in what people are shown: a value whose name tells of one (is_sensitive_name) is hidden behind ***, and a ***
// that comes back from a form stands for the value that is kept.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/json.hpp"

namespace gale {

inline constexpr std::string_view kMask = "***";

// `text` is the value of `name`: hidden whole when the name is sensitive; when it is a JSON object or list, the
// sensitive members within are. What holds no secret comes back byte by byte.
std::string masked_text(const std::string& text, std::string_view name);
// A connection's extra: as masked_text, but hidden whole when it is no JSON object, since nobody can say what it holds.
std::optional<std::string> masked_extra(const std::optional<std::string>& extra);

// `sent` with each *** that masked_text would have put there replaced by what `kept` has in its place.
// invalid_argument, when nothing is kept there: the mask would else be stored as if it were the secret.
Result<std::string> unmasked_text(const std::string& sent, const std::optional<std::string>& kept,
                                  std::string_view name);

}  // namespace gale
