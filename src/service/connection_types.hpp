// The types of connections that Airflow's common providers bring, and what a form shows for each.
#pragma once

#include <optional>
#include <string_view>

#include "base/json.hpp"

namespace gale {

// In the fields of Airflow's hook metadata: connection_type, hook_name, default_conn_name, standard_fields,
// extra_fields. Ordered by hook_name.
json::array connection_types();
std::optional<int> usual_port(std::string_view conn_type);

}  // namespace gale
