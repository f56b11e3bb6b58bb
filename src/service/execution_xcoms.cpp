// XComs and rendered fields.
#include <fmt/format.h>

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

// What the values of one key stand in that a task's instances left, in the order of their map index. With prior dates
// each instance may have left its value in another run.
class Sequence {
public:
    static Result<Sequence> open(ExecutionContext& context, const json::object& request) {
        Sequence made(context.store, TRY(key_of(request)), TRY(json::get_string(request, "key")));
        if (TRY(json::get_bool_or(request, "include_prior_dates", false)))
            TRY(made.read_with_prior_dates());
        else
            made.size_ = TRY(context.store.count_xcom_sequence(made.task_, made.key_));
        return made;
    }

    std::int64_t size() const { return size_; }
    Result<std::vector<json::value>> read(std::int64_t count, std::int64_t offset) {
        if (!read_) return store_.xcom_sequence(task_, key_, count, offset);
        return std::vector<json::value>(read_->begin() + offset, read_->begin() + offset + count);
    }

private:
    Sequence(Store& store, TaskInstanceKey task, std::string key)
        : store_(store), task_(std::move(task)), key_(std::move(key)) {}

    Result<void> read_with_prior_dates() {
        TaskInstanceFilter filter;
        filter.dag_id = task_.dag_id;
        filter.run_id = task_.run_id;
        filter.task_id = task_.task_id;
        auto instances = TRY(store_.list_task_instances(filter, Page{.limit = -1, .offset = 0, .order_by = {}})).items;
        std::ranges::sort(instances, {}, &TaskInstance::map_index);
        read_.emplace();
        for (const TaskInstance& instance : instances) {
            auto xcom = store_.get_xcom({task_.dag_id, task_.run_id, task_.task_id, instance.map_index}, key_, true);
            if (xcom)
                read_->push_back(std::move(xcom->value));
            else if (xcom.error().code() != ErrorCode::not_found)
                return std::unexpected(std::move(xcom).error());
        }
        size_ = static_cast<std::int64_t>(read_->size());
        return {};
    }

    Store& store_;
    TaskInstanceKey task_;
    std::string key_;
    std::int64_t size_ = 0;
    std::optional<std::vector<json::value>> read_;
};

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
    const auto sequence = TRY(Sequence::open(context, request));
    return json::object{{"type", "XComCountResponse"}, {"len", sequence.size()}};
}

Response get_xcom_sequence_item(ExecutionContext& context, const json::object& request) {
    auto sequence = TRY(Sequence::open(context, request));
    const auto size = sequence.size();
    const auto offset = TRY(json::get_int_or(request, "offset", 0));
    const auto at = offset < 0 ? offset + size : offset;
    auto values = at < 0 || at >= size ? std::vector<json::value>() : TRY(sequence.read(1, at));
    if (values.empty()) {
        json::object detail;
        for (const char* name : {"dag_id", "run_id", "task_id", "key", "offset"}) detail[name] = request.at(name);
        return error_response("XCOM_NOT_FOUND", std::move(detail));
    }
    return json::object{{"type", "XComSequenceIndexResult"}, {"root", std::move(values.front())}};
}

Response get_xcom_sequence_slice(ExecutionContext& context, const json::object& request) {
    auto sequence = TRY(Sequence::open(context, request));
    const auto step = TRY(json::get_int_or(request, "step", 1));
    if (step == 0) return fail(ErrorCode::invalid_argument, "a slice's step cannot be zero");
    const auto positions = slice_positions(sequence.size(), TRY(json::get_optional_int(request, "start")),
                                           TRY(json::get_optional_int(request, "stop")), step);
    json::array taken;
    if (!positions.empty()) {
        const auto [lowest, highest] = std::minmax(positions.front(), positions.back());
        const auto values = TRY(sequence.read(highest - lowest + 1, lowest));
        for (const auto at : positions)
            if (static_cast<size_t>(at - lowest) < values.size())
                taken.push_back(values[static_cast<size_t>(at - lowest)]);
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
    if (const auto length = TRY(json::get_optional_int(request, "mapped_length"))) {
        if (*length < 0 || *length > context.max_map_length)
            return fail(ErrorCode::invalid_argument,
                        fmt::format("XCom '{}' has {} entries to map over, and [core] max_map_length allows {}: return "
                                    "fewer, or raise it",
                                    xcom.key, *length, context.max_map_length));
        xcom.mapped_length = static_cast<int>(*length);
    }
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

Response set_rendered_map_index(ExecutionContext& context, const json::object& request) {
    TRY(context.store.set_rendered_map_index(context.caller.id, TRY(json::get_string(request, "rendered_map_index"))));
    return ok_response();
}

}  // namespace gale::detail
