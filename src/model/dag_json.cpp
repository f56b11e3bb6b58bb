// Reads docs/reference/dag_definition.md's JSON into a Dag.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

#include "model/dag.hpp"
#include "model/dag_graph.hpp"
#include "model/dag_task_json.hpp"

namespace gale {
namespace {

Result<void> validate_id(std::string_view kind, std::string_view text) {
    constexpr size_t kMaxLength = 250;
    const auto is_allowed = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
               c == '-';
    };
    const auto reject = [&](std::string_view why) {
        return fail(ErrorCode::invalid_argument, fmt::format("{} '{}' {}: use 1 to {} characters of [A-Za-z0-9_.-]",
                                                             kind, text.substr(0, kMaxLength), why, kMaxLength));
    };
    if (text.empty()) return reject("is empty");
    if (text.size() > kMaxLength) return reject(fmt::format("has {} characters", text.size()));
    const auto wrong = std::ranges::find_if_not(text, is_allowed);
    if (wrong != text.end()) return reject(fmt::format("has a wrong character at position {}", wrong - text.begin()));
    return {};
}

Result<std::vector<std::string>> read_tags(const json::object& from) {
    std::vector<std::string> tags;
    if (const auto* list = json::find_array(from, "tags")) {
        for (const json::value& tag : *list) {
            if (!tag.is_string())
                return fail(ErrorCode::invalid_argument,
                            fmt::format("tags: expected strings, found {}", json::serialize(tag)));
            tags.emplace_back(tag.get_string());
        }
    }
    return tags;
}

Result<void> read_limits(const json::object& from, Dag& dag) {
    dag.max_active_tasks = TRY(detail::read_optional_count(from, "max_active_tasks", 0));
    dag.max_active_runs = TRY(detail::read_optional_count(from, "max_active_runs", 0));
    dag.max_consecutive_failed_dag_runs = TRY(detail::read_count(from, "max_consecutive_failed_dag_runs", 0, 0));
    dag.dagrun_timeout = TRY(detail::read_optional_duration(from, "dagrun_timeout"));
    dag.fail_fast = TRY(json::get_bool_or(from, "fail_fast", false));
    dag.is_paused_upon_creation = TRY(json::get_optional_bool(from, "is_paused_upon_creation"));
    return {};
}

Result<void> read_schedule(const json::object& from, Dag& dag) {
    dag.timezone = TRY(json::get_string_or(from, "timezone", "UTC"));
    dag.bounds.start_date = TRY(json::get_optional_time(from, "start_date"));
    dag.bounds.end_date = TRY(json::get_optional_time(from, "end_date"));
    dag.bounds.catchup = TRY(json::get_bool_or(from, "catchup", false));
    if (const auto* schedule = json::find_object(from, "schedule")) {
        dag.schedule = *schedule;
    } else if (from.if_contains("schedule") != nullptr && !from.at("schedule").is_null()) {
        return fail(ErrorCode::invalid_argument,
                    fmt::format("schedule: expected an object, found {}", json::serialize(from.at("schedule"))));
    } else {
        dag.schedule = {{"kind", "none"}};
    }
    TRY(make_timetable(dag.schedule, {}));
    if (TRY(json::get_string_or(dag.schedule, "kind", "none")) == "continuous") {
        if (dag.max_active_runs.value_or(1) > 1)
            return fail(ErrorCode::invalid_argument,
                        fmt::format("max_active_runs is {}: a @continuous DAG runs once at a time, set it to 1",
                                    *dag.max_active_runs));
        dag.max_active_runs = 1;
    }
    return {};
}

Result<void> read_tasks(const json::object& from, Dag& dag) {
    const auto* list = json::find_array(from, "tasks");
    if (list == nullptr) {
        if (const auto* other = from.if_contains("tasks"); other != nullptr && !other->is_null())
            return fail(ErrorCode::invalid_argument,
                        fmt::format("tasks: expected a list, found {}", json::serialize(*other)));
        return {};
    }
    std::vector<detail::TaskSource> sources;
    sources.reserve(list->size());
    for (const json::value& item : *list) sources.push_back(TRY(detail::read_task(item)));
    std::ranges::sort(sources, {},
                      [](const detail::TaskSource& source) -> const TaskId& { return source.task.task_id; });
    return detail::link_tasks(std::move(sources), dag);
}

// As Airflow: a DAG may be due from the first of its tasks' start dates on, and to the last end date when every task
// has one. A task without dates of its own has the DAG's.
void widen_bounds(Dag& dag) {
    ScheduleBounds& bounds = dag.bounds;
    for (Task& task : dag.tasks) {
        if (!task.start_date) task.start_date = dag.bounds.start_date;
        if (!task.end_date) task.end_date = dag.bounds.end_date;
    }
    bool all_end = !dag.tasks.empty();
    std::optional<TimePoint> earliest = bounds.start_date;
    std::optional<TimePoint> latest = bounds.end_date;
    for (const Task& task : dag.tasks) {
        if (task.start_date) earliest = earliest ? std::min(*earliest, *task.start_date) : *task.start_date;
        if (!task.end_date)
            all_end = false;
        else
            latest = latest ? std::max(*latest, *task.end_date) : *task.end_date;
    }
    bounds.start_date = earliest;
    if (all_end) bounds.end_date = latest;
}

Result<void> check_fail_fast(const Dag& dag) {
    if (!dag.fail_fast) return {};
    for (const Task& task : dag.tasks) {
        if (task.trigger_rule == TriggerRule::all_success || task.is_teardown) continue;
        return fail(ErrorCode::invalid_argument,
                    fmt::format("task '{}' has trigger_rule '{}': a fail_fast DAG allows all_success only",
                                task.task_id.str(), to_string(task.trigger_rule)));
    }
    return {};
}

Result<Dag> read_dag(const json::object& from, Dag dag) {
    dag.display_name = TRY(json::get_optional_string(from, "dag_display_name"));
    dag.description = TRY(json::get_optional_string(from, "description"));
    dag.doc_md = TRY(json::get_optional_string(from, "doc_md"));
    dag.tags = TRY(read_tags(from));
    TRY(read_limits(from, dag));
    TRY(read_schedule(from, dag));
    TRY(read_tasks(from, dag));
    TRY(check_fail_fast(dag));
    widen_bounds(dag);
    std::set<std::string> owners;
    for (const Task& task : dag.tasks) owners.insert(task.owner);
    dag.owners.assign(owners.begin(), owners.end());
    dag.definition = from;
    return dag;
}

}  // namespace

Result<void> validate_dag_id(std::string_view text) {
    return validate_id("dag id", text);
}
Result<void> validate_task_id(std::string_view text) {
    return validate_id("task id", text);
}

Result<Dag> dag_from_json(const json::object& definition) {
    Dag dag;
    dag.dag_id = DagId{TRY(json::get_string(definition, "dag_id"))};
    TRY(validate_dag_id(dag.dag_id.str()));
    const std::string name = dag.dag_id.str();
    auto read = read_dag(definition, std::move(dag));
    if (!read)
        return std::unexpected(Error(ErrorCode::invalid_argument, fmt::format("dag '{}' cannot be used", name))
                                   .caused_by(std::move(read).error()));
    TRY(detail::check_no_cycle(*read));
    detail::set_effective_priorities(*read);
    return read;
}

}  // namespace gale
