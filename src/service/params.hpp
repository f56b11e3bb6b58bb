// A run's conf against its DAG's params: the part of JSON Schema (draft 2020-12) that Airflow's params use.
#pragma once

#include <string_view>

#include "base/error.hpp"
#include "base/json.hpp"

namespace gale {

// `params` is a DAG definition's: name -> {"value", "schema"}. Each param's value, or conf's member of the same name,
// is checked against its schema. Members of conf that are no params are free. Errors are invalid_argument and name the
// param, the value and the rule.
Result<void> check_params(const json::object& params, const json::object& conf);

// One value against one schema: type, enum, const, numbers' and strings' limits, pattern, format (date, date-time,
// time), items, properties, required, additionalProperties: false, allOf, anyOf, oneOf, not, $ref ("#/…", into the
// schema itself or `root`). Other keywords are annotations. The error says where in the value, and which rule.
Result<void> check_against_schema(const json::value& value, const json::object& schema);
Result<void> check_against_schema(const json::value& value, const json::object& schema, const json::object& root);

}  // namespace gale
