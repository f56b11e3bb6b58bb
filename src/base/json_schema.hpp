// JSON Schema (draft 2020-12), the part that Airflow's params and OpenAPI's components use.
#pragma once

#include "base/error.hpp"
#include "base/json.hpp"

namespace gale {

// One value against one schema: type, enum, const, numbers' and strings' limits, pattern, format (date, date-time,
// time), items, properties, required, additionalProperties, allOf, anyOf, oneOf, not, $ref ("#/…", into the schema
// itself or `root`). Other keywords are annotations. The error says where in the value, and which rule; a check that
// nests or costs too much is one, too.
Result<void> check_against_schema(const json::value& value, const json::object& schema);
Result<void> check_against_schema(const json::value& value, const json::object& schema, const json::object& root);

}  // namespace gale
