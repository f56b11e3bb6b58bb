// The requests of a running task, one function each; execution_service.cpp holds their table.
#pragma once

#include "service/execution_service.hpp"
#include "service/run_service.hpp"
#include "service/secrets.hpp"

namespace gale::detail {

struct ExecutionContext {
    Store& store;
    const Secrets& secrets;
    RunService& runs;
    const Clock& clock;
    int max_map_length;
    TaskInstance caller;
};

using Response = Result<std::optional<json::object>>;
using ExecutionHandler = Response (*)(ExecutionContext& context, const json::object& request);

json::object error_response(std::string_view error, json::object detail);
json::object ok_response();
// [] when the member is absent or null.
Result<std::vector<std::string>> string_list(const json::object& request, std::string_view key);

// execution_secrets.cpp
Response get_variable(ExecutionContext& context, const json::object& request);
Response put_variable(ExecutionContext& context, const json::object& request);
Response delete_variable(ExecutionContext& context, const json::object& request);
Response get_variable_keys(ExecutionContext& context, const json::object& request);
Response get_connection(ExecutionContext& context, const json::object& request);

// execution_xcoms.cpp
Response get_xcom(ExecutionContext& context, const json::object& request);
Response get_xcom_count(ExecutionContext& context, const json::object& request);
Response get_xcom_sequence_item(ExecutionContext& context, const json::object& request);
Response get_xcom_sequence_slice(ExecutionContext& context, const json::object& request);
Response set_xcom(ExecutionContext& context, const json::object& request);
Response delete_xcom(ExecutionContext& context, const json::object& request);
Response set_rendered_fields(ExecutionContext& context, const json::object& request);
Response set_rendered_map_index(ExecutionContext& context, const json::object& request);

// execution_runs.cpp
Response get_dag(ExecutionContext& context, const json::object& request);
Response get_dag_run(ExecutionContext& context, const json::object& request);
Response get_dag_run_state(ExecutionContext& context, const json::object& request);
Response get_dag_run_count(ExecutionContext& context, const json::object& request);
Response get_previous_dag_run(ExecutionContext& context, const json::object& request);
Response get_previous_successful_dag_run(ExecutionContext& context, const json::object& request);
Response trigger_dag_run(ExecutionContext& context, const json::object& request);

// execution_tasks.cpp
Response skip_downstream_tasks(ExecutionContext& context, const json::object& request);
Response get_task_instance_count(ExecutionContext& context, const json::object& request);
Response get_task_states(ExecutionContext& context, const json::object& request);
Response get_previous_task_instance(ExecutionContext& context, const json::object& request);
Response get_reschedule_start_date(ExecutionContext& context, const json::object& request);
Response validate_inlets_and_outlets(ExecutionContext& context, const json::object& request);

}  // namespace gale::detail
