// `-o table|json|yaml|plain`: the forms in which lists are printed, as Airflow prints them.
#pragma once

#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"

namespace gale {

enum class OutputFormat { table, json, yaml, plain };

// Rows have the same keys in the same order: they are the columns. Nothing prints "No data found" (table, plain) or an
// empty list.
void print_rows(std::ostream& out, OutputFormat format, const std::vector<json::object>& rows);

}  // namespace gale
