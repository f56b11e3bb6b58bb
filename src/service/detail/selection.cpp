#include "service/detail/selection.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.hpp"
#include "base/utf8.hpp"
#include "service/detail/dag_graph.hpp"

namespace gale::detail {
namespace {

constexpr size_t kMaxNoteSize = 1000;  // characters, as Airflow's column

Result<std::set<size_t>> tasks_meant(const Dag& dag, const TaskSelection& selection) {
    std::set<size_t> meant;
    const auto add = [&](const TaskId& task_id) -> Result<void> {
        const auto index = dag.index_of(task_id);
        if (!index)
            return fail(ErrorCode::not_found,
                        fmt::format("Task with id '{}' was not found in DAG '{}'", task_id.str(), dag.dag_id.str()));
        meant.insert(*index);
        return {};
    };
    for (const TaskId& task_id : selection.task_ids) TRY(add(task_id));
    if (selection.include_upstream || selection.include_downstream) {
        for (const auto& [task_id, map_index] : selection.task_instances) TRY(add(task_id));
    }
    const auto named = meant;
    if (selection.include_upstream) meant.merge(with_relatives(dag, named, Direction::upstream));
    if (selection.include_downstream) meant.merge(with_relatives(dag, named, Direction::downstream));
    return meant;
}

bool state_is_meant(TaskState state, const TaskSelection& selection) {
    if (!selection.only_failed && !selection.only_running) return true;
    return (selection.only_failed && is_failure(state)) || (selection.only_running && state == TaskState::running);
}

}  // namespace

Result<std::vector<TaskInstance>> instances_meant(const Dag& dag, const std::vector<TaskInstance>& instances,
                                                  const TaskSelection& selection) {
    const auto tasks = TRY(tasks_meant(dag, selection));
    const bool all = selection.task_ids.empty() && selection.task_instances.empty();
    std::vector<TaskInstance> meant;
    for (const TaskInstance& instance : instances) {
        const auto index = dag.index_of(instance.task_id);
        const bool named =
            (index && tasks.contains(*index)) ||
            std::ranges::find(selection.task_instances, std::pair(instance.task_id, instance.map_index)) !=
                selection.task_instances.end();
        if ((all || named) && state_is_meant(instance.state, selection)) meant.push_back(instance);
    }
    return meant;
}

// As in Airflow: the ended try goes to history, a new id fences a running one, and the task's retries start afresh.
std::optional<TaskInstanceEdit> clear_of(const Dag& dag, const TaskInstance& instance, const std::string& reason) {
    if (instance.state == TaskState::none && instance.try_number == 0) return std::nullopt;
    TaskInstanceEdit edit;
    edit.id = instance.id;
    edit.to = instance.state == TaskState::running ? TaskState::restarting : TaskState::none;
    if (instance.try_number > 0) edit.new_id = TaskInstanceId(uuid7());
    if (edit.to == TaskState::none) {
        const Task* task = dag.find_task(instance.task_id);
        edit.max_tries = task == nullptr ? std::max(instance.max_tries, instance.try_number)
                                         : instance.try_number + task->retry.retries;
    }
    edit.reason = reason;
    return edit;
}

Result<std::vector<DagRun>> runs_meant(RunStore& store, const TaskSelection& selection) {
    DagRunFilter filter;
    filter.dag_id = selection.dag_id;
    filter.logical_date = {selection.start_date, selection.end_date};
    if (selection.run_id) {
        auto run = TRY(store.get_dag_run(selection.dag_id, *selection.run_id));
        if (!selection.include_past && !selection.include_future) return std::vector{std::move(run)};
        if (!run.logical_date) {
            return fail(
                ErrorCode::invalid_argument,
                fmt::format("run '{}' has no logical date, so include_past and include_future mean nothing for it",
                            run.run_id.str()));
        }
        filter.logical_date = {run.logical_date, run.logical_date};
    }
    if (selection.include_past) filter.logical_date.from = std::nullopt;
    if (selection.include_future) filter.logical_date.to = std::nullopt;
    auto page = TRY(store.list_dag_runs(filter, Page{.limit = -1, .offset = 0, .order_by = {}}));
    return std::move(page.items);
}

Result<void> check_note(const std::optional<std::string>& note) {
    if (!note) return {};
    const size_t characters = utf8_characters(*note);
    if (characters > kMaxNoteSize) {
        return fail(ErrorCode::invalid_argument,
                    fmt::format("the note has {} characters; at most {} are kept", characters, kMaxNoteSize));
    }
    return {};
}

Result<void> note_all(RunStore& store, const std::vector<TaskInstance>& instances,
                      const std::optional<std::string>& note) {
    for (const TaskInstance& one : instances) {
        auto noted = store.set_task_instance_note({one.dag_id, one.run_id, one.task_id, one.map_index}, note);
        // One that is gone by now needs no note.
        if (!noted && noted.error().code() != ErrorCode::not_found) return noted;
    }
    return {};
}

}  // namespace gale::detail
