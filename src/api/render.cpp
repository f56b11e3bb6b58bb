#include "api/render.hpp"

#include <fmt/format.h>

namespace gale {
namespace {

constexpr std::string_view kBundle = "dags-folder";

json::array strings(const std::vector<std::string>& texts) {
    return json::array(texts.begin(), texts.end());
}

json::value int_or_null(std::optional<int> number) {
    return number ? json::value(*number) : json::value(nullptr);
}

json::value text_or_null(const std::string& text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
}

// What a task instance and a try of it have in common.
Result<json::object> render_common(const TaskInstance& instance, RenderContext& context) {
    const DagRun& run = *TRY(context.run_of(instance));
    const auto version = TRY(context.version(run.dag_version));
    const auto known = version->tasks.find(instance.task_id.str());
    const bool is_known = known != version->tasks.end();
    return json::object{{"task_id", instance.task_id.str()},
                        {"dag_id", instance.dag_id.str()},
                        {"dag_run_id", instance.run_id.str()},
                        {"map_index", instance.map_index},
                        {"start_date", json::from_time(instance.start_date)},
                        {"end_date", json::from_time(instance.end_date)},
                        {"duration", seconds_between(instance.start_date, instance.end_date)},
                        {"state", state_or_null(instance.state)},
                        {"try_number", instance.try_number},
                        {"max_tries", instance.max_tries},
                        {"task_display_name", is_known ? known->second.display_name : instance.task_id.str()},
                        {"dag_display_name", version->dag_display_name},
                        {"hostname", text_or_null(instance.hostname)},
                        {"unixname", nullptr},
                        {"pool", instance.pool.str()},
                        {"pool_slots", instance.pool_slots},
                        {"queue", text_or_null(instance.queue)},
                        {"priority_weight", instance.priority_weight},
                        {"operator", text_or_null(is_known ? known->second.task_type : instance.operator_name)},
                        {"operator_name", text_or_null(instance.operator_name)},
                        {"queued_when", json::from_time(instance.queued_at)},
                        {"scheduled_when", json::from_time(instance.scheduled_at)},
                        {"pid", int_or_null(instance.pid)},
                        {"executor", nullptr},
                        {"executor_config", "{}"},
                        {"dag_version", render(*version)}};
}

}  // namespace

Result<const DagRun*> RenderContext::run_of(const TaskInstance& instance) {
    const auto found = runs_.find(instance.run);
    if (found != runs_.end()) return &found->second;
    auto run = TRY(api_.store().get_dag_run(instance.dag_id, instance.run_id));
    return &runs_.emplace(instance.run, std::move(run)).first->second;
}

std::string version_uuid(DagVersionKey key) {
    return fmt::format("00000000-0000-7000-8000-{:012x}", key.value());
}

json::value state_or_null(TaskState state) {
    return state == TaskState::none ? json::value(nullptr) : json::value(to_string(state));
}

json::value seconds_between(std::optional<TimePoint> start, std::optional<TimePoint> end) {
    if (!start || !end) return nullptr;
    return to_seconds(*end - *start);
}

std::string iso_duration(Duration duration) {
    const std::int64_t total = duration.count() / 1'000'000;
    const std::int64_t micros = duration.count() % 1'000'000;
    std::string text = "P";
    if (const auto days = total / 86'400) text += fmt::format("{}D", days);
    const auto hours = total % 86'400 / 3'600;
    const auto minutes = total % 3'600 / 60;
    const auto seconds = total % 60;
    if (hours != 0 || minutes != 0 || seconds != 0 || micros != 0 || text.size() == 1) text += 'T';
    if (hours != 0) text += fmt::format("{}H", hours);
    if (minutes != 0) text += fmt::format("{}M", minutes);
    if (micros != 0)
        text += fmt::format("{}.{:06}S", seconds, micros);
    else if (seconds != 0 || text.ends_with('T'))
        text += fmt::format("{}S", seconds);
    return text;
}

json::object time_delta(Duration duration) {
    const std::int64_t total = duration.count() / 1'000'000;
    return {{"__type", "TimeDelta"},
            {"days", total / 86'400},
            {"seconds", total % 86'400},
            {"microseconds", duration.count() % 1'000'000}};
}

json::object render(const DagRow& row) {
    const auto& next = row.next_due;
    const std::string display_name = row.display_name.value_or(row.dag_id.str());
    json::array tags;
    for (const std::string& tag : row.tags) {
        tags.push_back(json::object{{"name", tag}, {"dag_id", row.dag_id.str()}, {"dag_display_name", display_name}});
    }
    return {{"dag_id", row.dag_id.str()},
            {"dag_display_name", display_name},
            {"is_paused", row.is_paused},
            {"is_stale", row.is_stale},
            {"last_parsed_time", json::from_time(row.last_parsed_time)},
            {"last_parse_duration", row.last_parse_duration},
            {"last_expired", nullptr},
            {"bundle_name", kBundle},
            {"bundle_version", nullptr},
            {"relative_fileloc", row.relative_fileloc},
            {"fileloc", row.fileloc},
            {"description", json::from_optional(row.description)},
            {"timetable_summary", text_or_null(row.timetable_summary)},
            {"timetable_description", text_or_null(row.timetable_description)},
            {"timetable_partitioned", false},
            {"timetable_periodic", row.timetable_periodic},
            {"tags", std::move(tags)},
            {"max_active_tasks", row.max_active_tasks},
            {"max_active_runs", row.max_active_runs},
            {"max_consecutive_failed_dag_runs", row.max_consecutive_failed_dag_runs},
            {"has_task_concurrency_limits", false},
            {"has_import_errors", row.has_import_errors},
            {"next_dagrun_logical_date", json::from_time(next ? std::optional(next->logical_date) : std::nullopt)},
            {"next_dagrun_data_interval_start",
             json::from_time(next ? std::optional(next->data_interval.start) : std::nullopt)},
            {"next_dagrun_data_interval_end",
             json::from_time(next ? std::optional(next->data_interval.end) : std::nullopt)},
            {"next_dagrun_run_after", json::from_time(next ? std::optional(next->run_after) : std::nullopt)},
            {"allowed_run_types", nullptr},
            {"owners", strings(row.owners)},
            {"is_backfillable", row.timetable_periodic},
            {"file_token", row.relative_fileloc}};
}

json::object render(const VersionInfo& version) {
    return {{"id", version_uuid(version.key)},
            {"version_number", version.version_number},
            {"dag_id", version.dag_id.str()},
            {"bundle_name", kBundle},
            {"bundle_version", nullptr},
            {"created_at", json::from_time(version.created_at)},
            {"dag_display_name", version.dag_display_name},
            {"bundle_url", nullptr}};
}

Result<json::object> render(const DagRun& run, RenderContext& context) {
    const auto version = TRY(context.version(run.dag_version));
    const auto& interval = run.data_interval;
    return json::object{
        {"dag_run_id", run.run_id.str()},
        {"dag_id", run.dag_id.str()},
        {"logical_date", json::from_time(run.logical_date)},
        {"queued_at", json::from_time(run.queued_at)},
        {"start_date", json::from_time(run.start_date)},
        {"end_date", json::from_time(run.end_date)},
        {"duration", seconds_between(run.start_date, run.end_date)},
        {"data_interval_start", json::from_time(interval ? std::optional(interval->start) : std::nullopt)},
        {"data_interval_end", json::from_time(interval ? std::optional(interval->end) : std::nullopt)},
        {"run_after", json::from_time(run.run_after)},
        {"last_scheduling_decision", nullptr},
        {"run_type", to_string(run.run_type)},
        {"state", to_string(run.state)},
        {"triggered_by", to_string(run.triggered_by)},
        {"triggering_user_name", json::from_optional(run.triggering_user_name)},
        {"conf", run.conf},
        {"note", json::from_optional(run.note)},
        {"dag_versions", json::array{render(*version)}},
        {"bundle_version", nullptr},
        {"dag_display_name", version->dag_display_name},
        {"partition_key", nullptr},
        {"partition_date", nullptr}};
}

Result<json::object> render(const TaskInstance& instance, RenderContext& context) {
    auto body = TRY(render_common(instance, context));
    const DagRun& run = *TRY(context.run_of(instance));
    body["id"] = instance.id.str();
    body["logical_date"] = json::from_time(run.logical_date);
    body["run_after"] = json::from_time(run.run_after);
    body["note"] = json::from_optional(instance.note);
    body["rendered_map_index"] = json::from_optional(instance.rendered_map_index);
    body["rendered_fields"] = json::object();
    body["trigger"] = nullptr;
    body["triggerer_job"] = nullptr;
    return body;
}

Result<json::object> render_try(const TaskInstance& instance, RenderContext& context) {
    return render_common(instance, context);
}

Result<json::array> render_all(const std::vector<TaskInstance>& instances, RenderContext& context) {
    json::array all;
    all.reserve(instances.size());
    for (const TaskInstance& instance : instances) all.push_back(TRY(render(instance, context)));
    return all;
}

std::string text_or(const json::object& from, std::string_view key, std::string fallback) {
    const auto* found = from.if_contains(key);
    return found != nullptr && found->is_string() ? std::string(found->get_string()) : fallback;
}

json::value member_or_null(const json::object& from, std::string_view key) {
    const auto* found = from.if_contains(key);
    return found == nullptr ? json::value(nullptr) : *found;
}

}  // namespace gale
