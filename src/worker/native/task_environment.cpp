#include "worker/native/task_environment.hpp"

namespace gale {

std::map<std::string, std::string> context_variables(const TryRequest& request) {
    std::map<std::string, std::string> variables{
        {"AIRFLOW_CTX_DAG_OWNER", request.owner},
        {"AIRFLOW_CTX_DAG_ID", request.dag_id.str()},
        {"AIRFLOW_CTX_TASK_ID", request.task_id.str()},
        {"AIRFLOW_CTX_TRY_NUMBER", std::to_string(request.try_number)},
        {"AIRFLOW_CTX_DAG_RUN_ID", request.run_id.str()},
    };
    if (request.run.logical_date) {
        variables["AIRFLOW_CTX_LOGICAL_DATE"] = to_python_iso(*request.run.logical_date);
        // Airflow 2's name for the same.
        variables["AIRFLOW_CTX_EXECUTION_DATE"] = variables["AIRFLOW_CTX_LOGICAL_DATE"];
    }
    return variables;
}

}  // namespace gale
