// A run's conf against its DAG's params.
#pragma once

#include "base/error.hpp"
#include "base/json.hpp"

namespace gale {

// `params` is a DAG definition's: name -> {"value", "schema"}. Each param's value, or conf's member of the same name,
// is checked against its schema. Members of conf that are no params are free. Errors are invalid_argument and name the
// param, the value and the rule.
Result<void> check_params(const json::object& params, const json::object& conf);

}  // namespace gale
