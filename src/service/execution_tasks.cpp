// Task instances, as a running task sees and skips them.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "service/detail/dag_graph.hpp"
#include "service/detail/execution_handlers.hpp"

namespace gale::detail {
namespace {

constexpr int kAttempts = 5;

// The tasks below one node of a definition's task_group tree.
void collect_tasks(const json::object& group, std::set<std::string>& tasks) {
    const auto* children = json::find_array(group, "children");
    if (children == nullptr) return;
    for (const auto& child : *children) {
        if (!child.is_object()) continue;
        if (const auto* task = child.get_object().if_contains("task"); task != nullptr && task->is_string()) {
            tasks.emplace(task->get_string());
        } else if (const auto* below = json::find_object(child.get_object(), "group")) {
            collect_tasks(*below, tasks);
        }
    }
}

const json::object* find_group(const json::object& group, std::string_view group_id) {
    if (const auto* id = group.if_contains("group_id");
        id != nullptr && id->is_string() && std::string_view(id->get_string()) == group_id)
        return &group;
    const auto* children = json::find_array(group, "children");
    if (children == nullptr) return nullptr;
    for (const auto& child : *children) {
        if (!child.is_object()) continue;
        const auto* below = json::find_object(child.get_object(), "group");
        if (below == nullptr) continue;
        if (const auto* found = find_group(*below, group_id)) return found;
    }
    return nullptr;
}

Result<std::set<std::string>> tasks_wanted(ExecutionContext& context, const DagId& dag_id,
                                           const json::object& request) {
    const auto listed = TRY(string_list(request, "task_ids"));
    std::set<std::string> tasks(listed.begin(), listed.end());
    const auto group_id = TRY(json::get_optional_string(request, "task_group_id"));
    if (!group_id) return tasks;
    const auto version = TRY(context.store.latest_dag_version(dag_id));
    const auto* root = json::find_object(version.definition, "task_group");
    const auto* group = root == nullptr ? nullptr : find_group(*root, *group_id);
    if (group == nullptr)
        return fail(ErrorCode::not_found, fmt::format("DAG '{}' has no task group '{}'", dag_id.str(), *group_id));
    collect_tasks(*group, tasks);
    return tasks;
}

// What GetTICount and GetTaskStates both ask for.
Result<std::vector<TaskInstance>> instances_wanted(ExecutionContext& context, const json::object& request) {
    const DagId dag_id(TRY(json::get_string(request, "dag_id")));
    const auto tasks = TRY(tasks_wanted(context, dag_id, request));
    TaskInstanceFilter filter;
    filter.dag_id = dag_id;
    if (const auto map_index = TRY(json::get_optional_int(request, "map_index")))
        filter.map_index = static_cast<int>(*map_index);
    const auto run_ids = TRY(string_list(request, "run_ids"));
    std::vector<TaskInstanceFilter> filters;
    for (const std::string& run_id : run_ids) {
        filters.push_back(filter);
        filters.back().run_id = RunId(run_id);
    }
    for (const std::string& text : TRY(string_list(request, "logical_dates"))) {
        filters.push_back(filter);
        const auto date = TRY(parse_iso8601(text));
        filters.back().logical_date = {date, date};
    }
    if (filters.empty()) filters.push_back(filter);
    std::vector<TaskInstance> found;
    for (const TaskInstanceFilter& one : filters) {
        for (TaskInstance& instance :
             TRY(context.store.list_task_instances(one, Page{.limit = -1, .offset = 0, .order_by = {}})).items) {
            if (tasks.empty() || tasks.contains(instance.task_id.str())) found.push_back(std::move(instance));
        }
    }
    return found;
}

json::value state_to_json(TaskState state) {
    return state == TaskState::none ? json::value(nullptr) : json::value(to_string(state));
}

using Mark = std::pair<std::string, int>;

Result<std::set<Mark>> marks_of(const json::object& request) {
    std::set<Mark> marks;
    const auto* tasks = json::find_array(request, "tasks");
    if (tasks == nullptr) return fail(ErrorCode::invalid_argument, "'tasks' must be a list");
    for (const auto& task : *tasks) {
        if (task.is_string()) {
            marks.emplace(std::string(task.get_string()), kNotMapped);  // all its instances
        } else if (task.is_array() && task.get_array().size() == 2 && task.get_array()[0].is_string() &&
                   task.get_array()[1].is_number()) {
            marks.emplace(std::string(task.get_array()[0].get_string()), task.get_array()[1].to_number<int>());
        } else {
            return fail(ErrorCode::invalid_argument,
                        fmt::format("'tasks' holds {}, which is neither a task id nor [task id, map index]",
                                    json::serialize(task)));
        }
    }
    return marks;
}

bool may_be_skipped(TaskState state) {
    return state != TaskState::running && state != TaskState::success && state != TaskState::failed &&
           state != TaskState::skipped;
}

}  // namespace

Response skip_downstream_tasks(ExecutionContext& context, const json::object& request) {
    const auto marks = TRY(marks_of(request));
    const TaskInstance& caller = context.caller;
    for (int attempt = 1;; ++attempt) {
        const auto run = TRY(context.store.get_dag_run(caller.dag_id, caller.run_id));
        RunEdit edit{run.key, std::nullopt, {}, context.clock.now()};
        for (const TaskInstance& instance : TRY(task_instances_of(context.store, run))) {
            const std::string& task = instance.task_id.str();
            const bool is_marked = marks.contains({task, kNotMapped}) || marks.contains({task, instance.map_index});
            if (!is_marked || !may_be_skipped(instance.state)) continue;
            edit.task_instances.push_back({instance.id, TaskState::skipped, std::nullopt, std::nullopt,
                                           fmt::format("skipped by task '{}'", caller.task_id.str())});
        }
        if (edit.task_instances.empty()) return std::nullopt;
        auto edited = context.store.edit_run(edit);
        if (edited) return std::nullopt;
        if (edited.error().code() != ErrorCode::conflict || attempt == kAttempts)
            return std::unexpected(std::move(edited).error());
    }
}

Response get_task_instance_count(ExecutionContext& context, const json::object& request) {
    const auto states = TRY(string_list(request, "states"));
    const auto found = TRY(instances_wanted(context, request));
    const auto count = std::ranges::count_if(found, [&](const TaskInstance& instance) {
        return states.empty() || std::ranges::find(states, to_string(instance.state)) != states.end();
    });
    return json::object{{"type", "TICount"}, {"count", count}};
}

Response get_task_states(ExecutionContext& context, const json::object& request) {
    json::object states;
    for (const TaskInstance& instance : TRY(instances_wanted(context, request))) {
        const std::string name = instance.map_index < 0
                                     ? instance.task_id.str()
                                     : fmt::format("{}_{}", instance.task_id.str(), instance.map_index);
        json::value& of_run = states[instance.run_id.str()];
        if (!of_run.is_object()) of_run = json::object();
        of_run.get_object()[name] = state_to_json(instance.state);
    }
    return json::object{{"type", "TaskStatesResult"}, {"task_states", std::move(states)}};
}

Response get_previous_task_instance(ExecutionContext& context, const json::object& request) {
    TaskInstanceFilter filter;
    filter.dag_id = DagId(TRY(json::get_string(request, "dag_id")));
    filter.task_id = TaskId(TRY(json::get_string(request, "task_id")));
    filter.map_index = static_cast<int>(TRY(json::get_int_or(request, "map_index", kNotMapped)));
    if (const auto before = TRY(json::get_optional_time(request, "logical_date")))
        filter.logical_date.to = *before - Duration{1};
    if (const auto text = TRY(json::get_optional_string(request, "state"))) {
        const auto state = parse_task_state(*text);
        if (!state) return fail(ErrorCode::invalid_argument, fmt::format("'{}' is not a task instance's state", *text));
        filter.states = {*state};
    }
    const auto found =
        TRY(context.store.list_task_instances(filter, Page{.limit = 1, .offset = 0, .order_by = {"-logical_date"}}));
    json::object response{{"type", "PreviousTIResult"}, {"task_instance", nullptr}};
    if (found.items.empty()) return response;
    const TaskInstance& instance = found.items.front();
    const auto run = TRY(context.store.get_dag_run(instance.dag_id, instance.run_id));
    const bool ended = instance.start_date && instance.end_date;
    response["task_instance"] = {{"task_id", instance.task_id.str()},
                                 {"dag_id", instance.dag_id.str()},
                                 {"run_id", instance.run_id.str()},
                                 {"logical_date", json::from_time(run.logical_date)},
                                 {"start_date", json::from_time(instance.start_date)},
                                 {"end_date", json::from_time(instance.end_date)},
                                 {"state", state_to_json(instance.state)},
                                 {"try_number", instance.try_number},
                                 {"map_index", instance.map_index},
                                 {"duration", ended ? json::value(to_seconds(*instance.end_date - *instance.start_date))
                                                    : json::value(nullptr)}};
    return response;
}

// A try that reschedules itself keeps its row and the start_date of its first run; a sensor's timeout counts from
// there.
Response get_reschedule_start_date(ExecutionContext& context, const json::object&) {
    return json::object{{"type", "TaskRescheduleStartDate"},
                        {"start_date", json::from_time(context.caller.start_date)}};
}

// There are no assets yet, so none of a task's can be inactive.
Response validate_inlets_and_outlets(ExecutionContext&, const json::object&) {
    return json::object{{"type", "InactiveAssetsResult"}, {"inactive_assets", json::array()}};
}

}  // namespace gale::detail
