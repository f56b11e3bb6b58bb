// What the operator's fields mean to the engine: the body of a create request.
#pragma once

#include <map>
#include <string>

#include "base/error.hpp"
#include "base/json.hpp"

namespace gale {

// "512m", "2g", "1024", or a number: bytes. Errors name the field.
Result<std::int64_t> parse_bytes(const json::value& value, std::string_view field);

// `variables` are added to the environment, `labels` to the labels; `tmp_folder` is mounted at tmp_dir unless empty.
Result<json::object> container_config(const json::object& fields, const std::map<std::string, std::string>& variables,
                                      const std::map<std::string, std::string>& labels, const std::string& tmp_folder);

}  // namespace gale
