#include "service/execution_service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "service/detail/execution_handlers.hpp"

namespace gale {
namespace detail {

json::object error_response(std::string_view error, json::object detail) {
    return {{"type", "ErrorResponse"}, {"error", error}, {"detail", std::move(detail)}};
}

json::object ok_response() {
    return {{"type", "OKResponse"}, {"ok", true}};
}

Result<std::vector<std::string>> string_list(const json::object& request, std::string_view key) {
    std::vector<std::string> texts;
    const auto* list = json::find_array(request, key);
    if (list == nullptr) return texts;
    for (const auto& one : *list) {
        if (!one.is_string()) {
            return fail(ErrorCode::invalid_argument,
                        fmt::format("'{}' must be a list of strings, but holds {}", key, json::serialize(one)));
        }
        texts.emplace_back(one.get_string());
    }
    return texts;
}

namespace {

// What the worker has dealt with itself by the time it is passed on here: an empty response is what the task waits for.
Response nothing_to_do(ExecutionContext&, const json::object&) {
    return std::nullopt;
}

struct Entry {
    std::string_view type;
    ExecutionHandler handler;
};

constexpr std::array kHandlers = {
    Entry{"GetVariable", get_variable},
    Entry{"PutVariable", put_variable},
    Entry{"DeleteVariable", delete_variable},
    Entry{"GetVariableKeys", get_variable_keys},
    Entry{"GetConnection", get_connection},
    Entry{"GetXCom", get_xcom},
    Entry{"GetXComCount", get_xcom_count},
    Entry{"GetXComSequenceItem", get_xcom_sequence_item},
    Entry{"GetXComSequenceSlice", get_xcom_sequence_slice},
    Entry{"SetXCom", set_xcom},
    Entry{"DeleteXCom", delete_xcom},
    Entry{"SetRenderedFields", set_rendered_fields},
    Entry{"SetRenderedMapIndex", set_rendered_map_index},
    Entry{"SkipDownstreamTasks", skip_downstream_tasks},
    Entry{"GetDag", get_dag},
    Entry{"GetDagRun", get_dag_run},
    Entry{"GetDagRunState", get_dag_run_state},
    Entry{"GetDRCount", get_dag_run_count},
    Entry{"GetPreviousDagRun", get_previous_dag_run},
    Entry{"GetPrevSuccessfulDagRun", get_previous_successful_dag_run},
    Entry{"GetTICount", get_task_instance_count},
    Entry{"GetTaskStates", get_task_states},
    Entry{"GetPreviousTI", get_previous_task_instance},
    Entry{"GetTaskRescheduleStartDate", get_reschedule_start_date},
    Entry{"TriggerDagRun", trigger_dag_run},
    Entry{"ValidateInletsAndOutlets", validate_inlets_and_outlets},
    Entry{"MaskSecret", nothing_to_do},
    Entry{"SucceedTask", nothing_to_do},
    Entry{"TaskState", nothing_to_do},
    Entry{"RetryTask", nothing_to_do},
    Entry{"RescheduleTask", nothing_to_do},
};

}  // namespace
}  // namespace detail

ExecutionService::ExecutionService(Store& store, const Secrets& secrets, RunService& runs, const Clock& clock,
                                   int max_map_length)
    : store_(store), secrets_(secrets), runs_(runs), clock_(clock), max_map_length_(max_map_length) {}

Result<std::optional<json::object>> ExecutionService::handle(const TaskInstanceId& id, const json::object& request) {
    const std::string type = TRY(json::get_string(request, "type"));
    auto caller = store_.get_task_instance(id);
    if (!caller && caller.error().code() != ErrorCode::not_found) return std::unexpected(std::move(caller).error());
    // Its start may not be written down yet, so a queued one may ask, too.
    if (!caller || is_finished(caller->state)) {
        return fail(ErrorCode::conflict,
                    fmt::format("the try {} is no longer the current one of its task ({}); it must stop", id.str(),
                                caller ? to_string(caller->state) : "cleared, retried or deleted"));
    }
    const auto entry = std::ranges::find(detail::kHandlers, type, &detail::Entry::type);
    if (entry == detail::kHandlers.end()) {
        return detail::error_response("GENERIC_ERROR",
                                      {{"message", fmt::format("Gale does not serve the request {} yet", type)}});
    }
    detail::ExecutionContext context{store_, secrets_, runs_, clock_, max_map_length_, std::move(*caller)};
    auto response = entry->handler(context, request);
    if (response) return response;
    return std::unexpected(
        Error(response.error().code(),
              fmt::format("request {} of task '{}' (run '{}' of DAG '{}') failed", type, context.caller.task_id.str(),
                          context.caller.run_id.str(), context.caller.dag_id.str()))
            .caused_by(std::move(response).error()));
}

json::object error_response(const Error& error) {
    return detail::error_response(
        "API_SERVER_ERROR", {{"status_code", error_traits(error.code()).http_status}, {"message", error.to_string()}});
}

}  // namespace gale
