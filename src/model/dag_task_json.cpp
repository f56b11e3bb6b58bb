#include "model/dag_task_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace gale::detail {
namespace {

std::unexpected<Error> reject(std::string message) {
    return fail(ErrorCode::invalid_argument, std::move(message));
}

Result<int> checked_count(std::string_view key, std::int64_t value, int least) {
    if (value < least || value > std::numeric_limits<int>::max())
        return reject(fmt::format("{} is {}: it must be a whole number from {} to {}", key, value, least,
                                  std::numeric_limits<int>::max()));
    return static_cast<int>(value);
}

Result<TriggerRule> read_trigger_rule(const json::object& from) {
    const std::string text = TRY(json::get_string_or(from, "trigger_rule", "all_success"));
    if (const auto rule = parse_trigger_rule(text)) return *rule;
    std::string known;
    for (int i = 0; i <= static_cast<int>(TriggerRule::always); ++i)
        known += fmt::format("{}{}", i == 0 ? "" : ", ", to_string(static_cast<TriggerRule>(i)));
    return reject(fmt::format("trigger_rule is '{}': it must be one of {}", text, known));
}

Result<WeightRule> read_weight_rule(const json::object& from) {
    const std::string text = TRY(json::get_string_or(from, "weight_rule", "downstream"));
    if (text == "downstream") return WeightRule::downstream;
    if (text == "upstream") return WeightRule::upstream;
    if (text == "absolute") return WeightRule::absolute;
    return reject(fmt::format("weight_rule is '{}': it must be downstream, upstream or absolute", text));
}

Result<RetryPolicy> read_retry(const json::object& from) {
    RetryPolicy retry;
    retry.retries = TRY(read_count(from, "retries", 0, 0));
    retry.retry_delay = TRY(read_optional_duration(from, "retry_delay")).value_or(std::chrono::seconds{300});
    retry.retry_exponential_backoff = TRY(json::get_double_or(from, "retry_exponential_backoff", 0));
    if (retry.retry_exponential_backoff < 0)
        return reject(fmt::format("retry_exponential_backoff is {}: it must be 0 (none) or a factor above 0",
                                  retry.retry_exponential_backoff));
    retry.max_retry_delay = TRY(read_optional_duration(from, "max_retry_delay"));
    return retry;
}

Result<NativeOperator> read_native(const json::object& from) {
    NativeOperator native;
    const auto* member = from.if_contains("native");
    if (member == nullptr || member->is_null()) return native;
    const auto* object = member->if_object();
    if (object == nullptr) return reject(fmt::format("native: expected an object, found {}", json::serialize(*member)));
    const std::string kind = TRY(json::get_string(*object, "kind"));
    if (kind == "empty")
        native.kind = NativeKind::empty;
    else if (kind == "bash")
        native.kind = NativeKind::bash;
    else if (kind == "docker")
        native.kind = NativeKind::docker;
    else
        return reject(fmt::format("native.kind is '{}': it must be empty, bash or docker", kind));
    native.needs_render = TRY(json::get_bool_or(*object, "needs_render", false));
    if (const auto* fields = json::find_object(*object, "fields"))
        native.fields = *fields;
    else if (native.kind != NativeKind::empty)
        return reject(fmt::format("native of kind '{}' has no fields object", kind));
    return native;
}

Result<void> read_identity(const json::object& from, Task& task) {
    task.task_type = TRY(json::get_string(from, "task_type"));
    task.module = TRY(json::get_string(from, "module"));
    task.operator_name = TRY(json::get_optional_string(from, "operator_name"));
    task.display_name = TRY(json::get_optional_string(from, "task_display_name"));
    task.doc_md = TRY(json::get_optional_string(from, "doc_md"));
    task.owner = TRY(json::get_string_or(from, "owner", "airflow"));
    return {};
}

Result<void> read_dependencies(const json::object& from, Task& task) {
    task.trigger_rule = TRY(read_trigger_rule(from));
    task.wait_for_downstream = TRY(json::get_bool_or(from, "wait_for_downstream", false));
    // Waiting for the previous run's downstream tasks implies waiting for the previous run.
    task.depends_on_past = TRY(json::get_bool_or(from, "depends_on_past", false)) || task.wait_for_downstream;
    task.ignore_first_depends_on_past = TRY(json::get_bool_or(from, "ignore_first_depends_on_past", false));
    task.is_setup = TRY(json::get_bool_or(from, "is_setup", false));
    task.is_teardown = TRY(json::get_bool_or(from, "is_teardown", false));
    task.on_failure_fail_dagrun = TRY(json::get_bool_or(from, "on_failure_fail_dagrun", false));
    task.can_skip_downstream = TRY(json::get_bool_or(from, "can_skip_downstream", false));
    return {};
}

Result<void> read_placement(const json::object& from, Task& task) {
    task.queue = TRY(json::get_string_or(from, "queue", "default"));
    task.pool = PoolName{TRY(json::get_string_or(from, "pool", "default_pool"))};
    task.pool_slots = TRY(read_count(from, "pool_slots", 1, 1));
    task.priority_weight = TRY(read_count(from, "priority_weight", 1, std::numeric_limits<int>::min()));
    task.weight_rule = TRY(read_weight_rule(from));
    task.max_active_tis_per_dag = TRY(read_optional_count(from, "max_active_tis_per_dag", 0));
    task.max_active_tis_per_dagrun = TRY(read_optional_count(from, "max_active_tis_per_dagrun", 0));
    return {};
}

Result<void> read_execution(const json::object& from, Task& task) {
    task.retry = TRY(read_retry(from));
    task.execution_timeout = TRY(read_optional_duration(from, "execution_timeout"));
    task.start_date = TRY(json::get_optional_time(from, "start_date"));
    task.end_date = TRY(json::get_optional_time(from, "end_date"));
    task.do_xcom_push = TRY(json::get_bool_or(from, "do_xcom_push", true));
    task.native = TRY(read_native(from));
    if (const auto* mapped = from.if_contains("mapped"); mapped != nullptr && !mapped->is_null())
        task.mapped = TRY(mapping_from_json(*mapped));
    return {};
}

Result<void> read_downstream(const json::object& from, std::vector<std::string>& ids) {
    const auto* member = from.if_contains("downstream_task_ids");
    if (member == nullptr || member->is_null()) return {};
    const auto* list = member->if_array();
    if (list == nullptr)
        return reject(fmt::format("downstream_task_ids: expected a list, found {}", json::serialize(*member)));
    for (const json::value& id : *list) {
        if (!id.is_string())
            return reject(fmt::format("downstream_task_ids: expected strings, found {}", json::serialize(id)));
        ids.emplace_back(id.get_string());
    }
    return {};
}

Result<void> read_fields(const json::object& from, TaskSource& source) {
    TRY(read_identity(from, source.task));
    TRY(read_dependencies(from, source.task));
    TRY(read_placement(from, source.task));
    TRY(read_execution(from, source.task));
    return read_downstream(from, source.downstream_task_ids);
}

Result<void> check_map_sources(const Dag& dag) {
    for (const Task& task : dag.tasks) {
        if (!task.mapped) continue;
        for (const MapSource& source : task.mapped->sources)
            if (!dag.index_of(source.task_id))
                return reject(fmt::format("task '{}' is mapped over '{}', which is no task of this dag",
                                          task.task_id.str(), source.task_id.str()));
    }
    return {};
}

}  // namespace

Result<int> read_count(const json::object& from, std::string_view key, int fallback, int least) {
    return checked_count(key, TRY(json::get_int_or(from, key, fallback)), least);
}

Result<std::optional<int>> read_optional_count(const json::object& from, std::string_view key, int least) {
    const auto value = TRY(json::get_optional_int(from, key));
    if (!value) return std::nullopt;
    return TRY(checked_count(key, *value, least));
}

Result<std::optional<Duration>> read_optional_duration(const json::object& from, std::string_view key) {
    const auto seconds = TRY(json::get_optional_double(from, key));
    if (!seconds) return std::nullopt;
    if (!(*seconds >= 0))
        return reject(fmt::format("{} is {}: it must be a number of seconds from 0 on", key, *seconds));
    return from_seconds(*seconds);
}

Result<TaskSource> read_task(const json::value& from) {
    const auto* object = from.if_object();
    if (object == nullptr) return reject(fmt::format("tasks: expected objects, found {}", json::serialize(from)));
    TaskSource source;
    source.task.task_id = TaskId{TRY(json::get_string(*object, "task_id"))};
    TRY(validate_task_id(source.task.task_id.str()));
    if (auto read = read_fields(*object, source); !read)
        return std::unexpected(Error(ErrorCode::invalid_argument, fmt::format("task '{}'", source.task.task_id.str()))
                                   .caused_by(std::move(read).error()));
    return source;
}

Result<void> link_tasks(std::vector<TaskSource> sources, Dag& dag) {
    dag.tasks.reserve(sources.size());
    for (TaskSource& source : sources) {
        if (!dag.task_index.try_emplace(source.task.task_id, dag.tasks.size()).second)
            return reject(fmt::format("task id '{}' is used twice: give each task its own", source.task.task_id.str()));
        dag.tasks.push_back(std::move(source.task));
    }
    for (size_t i = 0; i < sources.size(); ++i) {
        for (const std::string& id : sources[i].downstream_task_ids) {
            const auto target = dag.index_of(TaskId{id});
            if (!target)
                return reject(fmt::format("task '{}' has downstream_task_ids with '{}', which is no task of this dag",
                                          dag.tasks[i].task_id.str(), id));
            dag.tasks[i].downstream.push_back(*target);
        }
        auto& downstream = dag.tasks[i].downstream;
        std::ranges::sort(downstream);
        downstream.erase(std::ranges::unique(downstream).begin(), downstream.end());
        for (const size_t target : downstream) dag.tasks[target].upstream.push_back(i);  // ascending, as i is
    }
    return check_map_sources(dag);
}

}  // namespace gale::detail
