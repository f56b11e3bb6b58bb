// A request's query and body against the schemas of its operation, with the errors that FastAPI gives.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/router.hpp"
#include "base/error.hpp"
#include "base/json.hpp"

namespace gale {

using Components = std::map<std::string, json::object, std::less<>>;

// `body` in the schema's form: what JSON leaves open ("5" or 5.0 for an integer) is settled as pydantic settles it.
// The error lists everything that is wrong, and is answered as a 422.
Result<json::value> checked_body(json::value body, const json::object& schema, const Components& components);

// Every parameter that the operation declares; others are ignored, as FastAPI does.
Result<void> check_query(const std::vector<std::pair<std::string, std::string>>& query, const Operation& operation,
                         const Components& components);

// As pydantic reads them: true, 1, yes, on, t, y and their opposites, in any case.
std::optional<bool> parse_bool(std::string_view text);
std::optional<std::int64_t> parse_int(std::string_view text);
// ISO 8601; a '+' that arrived as a blank, because it was not encoded, is put back.
Result<TimePoint> parse_query_time(const std::string& text);

}  // namespace gale
