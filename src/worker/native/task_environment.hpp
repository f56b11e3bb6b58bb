// The variables that tell a task what it is part of, as Airflow sets them: AIRFLOW_CTX_DAG_ID and so on.
#pragma once

#include <map>
#include <string>

#include "executor/executor.hpp"

namespace gale {

std::map<std::string, std::string> context_variables(const TryRequest& request);

}  // namespace gale
