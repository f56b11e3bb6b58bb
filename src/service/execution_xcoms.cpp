// XComs and rendered fields.
#include <algorithm>

#include "service/detail/execution_handlers.hpp"

namespace gale::detail {
namespace {

Result<TaskInstanceKey> key_of(const json::object& request) {
    return TaskInstanceKey{DagId(TRY(json::get_string(request, "dag_id"))),
                           RunId(TRY(json::get_string(request, "run_id"))),
                           TaskId(TRY(json::get_string(request, "task_id"))),
                           static_cast<int>(TRY(json::get_int_or(request, "map_index", kNotMapped)))};
}

// The values of one key that a task's instances left, in the order of their map index.
Result<json::array> sequence_of(ExecutionContext& context, const json::object& request) {
    const auto task = TRY(key_of(request));
    const auto key = TRY(json::get_string(request, "key"));
    const bool prior = TRY(json::get_bool_or(request, "include_prior_dates", false));
    TaskInstanceFilter filter;
    filter.dag_id = task.dag_id;
    filter.run_id = task.run_id;
    filter.task_id = task.task_id;
    auto instances =
        TRY(context.store.list_task_instances(filter, Page{.limit = -1, .offset = 0, .order_by = {}})).items;
    std::ranges::sort(instances, {}, &TaskInstance::map_index);
    json::array values;
    for (const TaskInstance& instance : instances) {
        auto xcom = context.store.get_xcom({task.dag_id, task.run_id, task.task_id, instance.map_index}, key, prior);
        if (xcom)
            values.push_back(std::move(xcom->value));
        else if (xcom.error().code() != ErrorCode::not_found)
            return std::unexpected(std::move(xcom).error());
    }
    return values;
}

// Python's slice.indices(): which positions start:stop:step takes of `size`.
std::vector<std::int64_t> slice_positions(std::int64_t size, std::optional<std::int64_t> start,
                                          std::optional<std::int64_t> stop, std::int64_t step) {
    const std::int64_t lowest = step > 0 ? 0 : -1;
    const std::int64_t highest = step > 0 ? size : size - 1;
    const auto place = [&](std::int64_t at) { return std::clamp(at < 0 ? at + size : at, lowest, highest); };
    std::int64_t at = start ? place(*start) : step > 0 ? lowest : highest;
    const std::int64_t end = stop ? place(*stop) : step > 0 ? highest : lowest;
    std::vector<std::int64_t> positions;
    for (; step > 0 ? at < end : at > end; at += step) positions.push_back(at);
    return positions;
}

}  // namespace

Response get_xcom(ExecutionContext& context, const json::object& request) {
    const auto task = TRY(key_of(request));
    const auto key = TRY(json::get_string(request, "key"));
    auto xcom = context.store.get_xcom(task, key, TRY(json::get_bool_or(request, "include_prior_dates", false)));
    if (!xcom && xcom.error().code() != ErrorCode::not_found) return std::unexpected(std::move(xcom).error());
    return json::object{
        {"type", "XComResult"}, {"key", key}, {"value", xcom ? std::move(xcom->value) : json::value(nullptr)}};
}

Response get_xcom_count(ExecutionContext& context, const json::object& request) {
    const auto values = TRY(sequence_of(context, request));
    return json::object{{"type", "XComCountResponse"}, {"len", values.size()}};
}

Response get_xcom_sequence_item(ExecutionContext& context, const json::object& request) {
    auto values = TRY(sequence_of(context, request));
    const auto size = static_cast<std::int64_t>(values.size());
    const auto offset = TRY(json::get_int_or(request, "offset", 0));
    const auto at = offset < 0 ? offset + size : offset;
    if (at < 0 || at >= size) {
        json::object detail;
        for (const char* name : {"dag_id", "run_id", "task_id", "key", "offset"}) detail[name] = request.at(name);
        return error_response("XCOM_NOT_FOUND", std::move(detail));
    }
    return json::object{{"type", "XComSequenceIndexResult"}, {"root", std::move(values[static_cast<size_t>(at)])}};
}

Response get_xcom_sequence_slice(ExecutionContext& context, const json::object& request) {
    const auto values = TRY(sequence_of(context, request));
    const auto step = TRY(json::get_int_or(request, "step", 1));
    if (step == 0) return fail(ErrorCode::invalid_argument, "a slice's step cannot be zero");
    json::array taken;
    for (const auto at :
         slice_positions(static_cast<std::int64_t>(values.size()), TRY(json::get_optional_int(request, "start")),
                         TRY(json::get_optional_int(request, "stop")), step)) {
        taken.push_back(values[static_cast<size_t>(at)]);
    }
    return json::object{{"type", "XComSequenceSliceResult"}, {"root", std::move(taken)}};
}

Response set_xcom(ExecutionContext& context, const json::object& request) {
    XCom xcom;
    xcom.task_instance = TRY(key_of(request));
    xcom.key = TRY(json::get_string(request, "key"));
    if (xcom.key.empty()) return fail(ErrorCode::invalid_argument, "an XCom's key must not be empty");
    if (const auto* value = request.if_contains("value")) xcom.value = *value;
    xcom.timestamp = context.clock.now();
    TRY(context.store.set_xcom(xcom));
    return std::nullopt;
}

Response delete_xcom(ExecutionContext& context, const json::object& request) {
    const auto task = TRY(key_of(request));
    const auto key = TRY(json::get_string(request, "key"));
    TRY(context.store.delete_xcom(task, key));
    return std::nullopt;
}

Response set_rendered_fields(ExecutionContext& context, const json::object& request) {
    const auto* fields = json::find_object(request, "rendered_fields");
    if (fields == nullptr) return fail(ErrorCode::invalid_argument, "'rendered_fields' must be an object");
    const TaskInstance& caller = context.caller;
    TRY(context.store.set_rendered_fields({caller.dag_id, caller.run_id, caller.task_id, caller.map_index}, *fields));
    return std::nullopt;
}

}  // namespace gale::detail
