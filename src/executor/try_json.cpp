#include "executor/try_json.hpp"

#include <fmt/format.h>

namespace gale {
namespace {

json::object run_to_json(const DagRun& run) {
    json::object out;
    out["key"] = run.key.value();
    out["dag_id"] = run.dag_id.str();
    out["run_id"] = run.run_id.str();
    out["run_type"] = to_string(run.run_type);
    out["state"] = to_string(run.state);
    out["logical_date"] = json::from_time(run.logical_date);
    if (run.data_interval) {
        out["data_interval_start"] = to_iso8601(run.data_interval->start);
        out["data_interval_end"] = to_iso8601(run.data_interval->end);
    }
    out["run_after"] = to_iso8601(run.run_after);
    out["queued_at"] = to_iso8601(run.queued_at);
    out["start_date"] = json::from_time(run.start_date);
    out["end_date"] = json::from_time(run.end_date);
    out["conf"] = run.conf;
    out["triggered_by"] = to_string(run.triggered_by);
    out["triggering_user_name"] = json::from_optional(run.triggering_user_name);
    out["note"] = json::from_optional(run.note);
    out["clear_number"] = run.clear_number;
    out["dag_version"] = run.dag_version.value();
    return out;
}

template <class T>
Result<T> need(std::optional<T> value, std::string_view key) {
    if (!value) return fail(ErrorCode::data_corrupt, fmt::format("'{}' is missing or unknown", key));
    return *std::move(value);
}

Result<DagRun> run_from_json(const json::object& from) {
    DagRun run;
    run.key = DagRunKey(TRY(json::get_int_or(from, "key", 0)));
    run.dag_id = DagId(TRY(json::get_string(from, "dag_id")));
    run.run_id = RunId(TRY(json::get_string(from, "run_id")));
    run.run_type = TRY(need(parse_run_type(TRY(json::get_string(from, "run_type"))), "run_type"));
    run.state = TRY(need(parse_dag_run_state(TRY(json::get_string(from, "state"))), "state"));
    run.logical_date = TRY(json::get_optional_time(from, "logical_date"));
    const auto start = TRY(json::get_optional_time(from, "data_interval_start"));
    const auto end = TRY(json::get_optional_time(from, "data_interval_end"));
    if (start && end) run.data_interval = DataInterval{*start, *end};
    run.run_after = TRY(need(TRY(json::get_optional_time(from, "run_after")), "run_after"));
    run.queued_at = TRY(need(TRY(json::get_optional_time(from, "queued_at")), "queued_at"));
    run.start_date = TRY(json::get_optional_time(from, "start_date"));
    run.end_date = TRY(json::get_optional_time(from, "end_date"));
    if (const auto* conf = json::find_object(from, "conf")) run.conf = *conf;
    run.triggered_by = TRY(need(parse_triggered_by(TRY(json::get_string(from, "triggered_by"))), "triggered_by"));
    run.triggering_user_name = TRY(json::get_optional_string(from, "triggering_user_name"));
    run.note = TRY(json::get_optional_string(from, "note"));
    run.clear_number = static_cast<int>(TRY(json::get_int_or(from, "clear_number", 0)));
    run.dag_version = DagVersionKey(TRY(json::get_int_or(from, "dag_version", 0)));
    return run;
}

std::string_view kind_name(NativeKind kind) {
    switch (kind) {
        case NativeKind::none: return "none";
        case NativeKind::empty: return "empty";
        case NativeKind::bash: return "bash";
        case NativeKind::docker: return "docker";
    }
    return "none";
}

Result<NativeKind> parse_kind(std::string_view text) {
    for (const auto kind : {NativeKind::none, NativeKind::empty, NativeKind::bash, NativeKind::docker})
        if (text == kind_name(kind)) return kind;
    return fail(ErrorCode::data_corrupt, fmt::format("no native operator '{}'", text));
}

}  // namespace

json::object try_to_json(const TryRequest& request) {
    json::object out;
    out["id"] = request.id.str();
    out["dag_id"] = request.dag_id.str();
    out["run_id"] = request.run_id.str();
    out["task_id"] = request.task_id.str();
    out["map_index"] = request.map_index;
    out["try_number"] = request.try_number;
    out["max_tries"] = request.max_tries;
    out["should_retry"] = request.should_retry;
    out["dag_version"] = request.dag_version.value();
    out["fileloc"] = request.fileloc;
    out["relative_fileloc"] = request.relative_fileloc;
    out["log_path"] = request.log_path;
    out["run"] = run_to_json(request.run);
    out["pool_slots"] = request.pool_slots;
    out["priority_weight"] = request.priority_weight;
    out["queue"] = request.queue;
    out["owner"] = request.owner;
    out["native"] = kind_name(request.native.kind);
    out["needs_render"] = request.native.needs_render;
    out["fields"] = request.native.fields;
    out["do_xcom_push"] = request.do_xcom_push;
    if (request.execution_timeout) out["execution_timeout"] = to_seconds(*request.execution_timeout);
    return out;
}

Result<TryRequest> try_from_json(const json::object& from) {
    TryRequest request;
    request.id = TaskInstanceId(TRY(json::get_string(from, "id")));
    request.dag_id = DagId(TRY(json::get_string(from, "dag_id")));
    request.run_id = RunId(TRY(json::get_string(from, "run_id")));
    request.task_id = TaskId(TRY(json::get_string(from, "task_id")));
    request.map_index = static_cast<int>(TRY(json::get_int_or(from, "map_index", kNotMapped)));
    request.try_number = static_cast<int>(TRY(json::get_int_or(from, "try_number", 1)));
    request.max_tries = static_cast<int>(TRY(json::get_int_or(from, "max_tries", 0)));
    request.should_retry = TRY(json::get_bool_or(from, "should_retry", false));
    request.dag_version = DagVersionKey(TRY(json::get_int_or(from, "dag_version", 0)));
    request.fileloc = TRY(json::get_string_or(from, "fileloc", ""));
    request.relative_fileloc = TRY(json::get_string_or(from, "relative_fileloc", ""));
    request.log_path = TRY(json::get_string(from, "log_path"));
    const auto* run = json::find_object(from, "run");
    if (run == nullptr) return fail(ErrorCode::data_corrupt, "'run' is missing");
    request.run = TRY(run_from_json(*run));
    request.pool_slots = static_cast<int>(TRY(json::get_int_or(from, "pool_slots", 1)));
    request.priority_weight = static_cast<int>(TRY(json::get_int_or(from, "priority_weight", 1)));
    request.queue = TRY(json::get_string_or(from, "queue", ""));
    request.owner = TRY(json::get_string_or(from, "owner", ""));
    request.native.kind = TRY(parse_kind(TRY(json::get_string(from, "native"))));
    request.native.needs_render = TRY(json::get_bool_or(from, "needs_render", false));
    if (const auto* fields = json::find_object(from, "fields")) request.native.fields = *fields;
    request.do_xcom_push = TRY(json::get_bool_or(from, "do_xcom_push", true));
    if (const auto timeout = TRY(json::get_optional_double(from, "execution_timeout")))
        request.execution_timeout = from_seconds(*timeout);
    return request;
}

}  // namespace gale
