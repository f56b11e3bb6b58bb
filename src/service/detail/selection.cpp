#include "service/detail/selection.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.hpp"
#include "service/detail/dag_graph.hpp"

namespace gale::detail {
namespace {

constexpr size_t kMaxNoteSize = 1000;  // characters, as Airflow's column

Result<std::set<size_t>> tasks_meant(const Dag& dag, const ClearRequest& request) {
    std::set<size_t> meant;
    const auto add = [&](const TaskId& task_id) -> Result<void> {
        const auto index = dag.index_of(task_id);
        if (!index)
            return fail(ErrorCode::not_found,
                        fmt::format("Task with id '{}' was not found in DAG '{}'", task_id.str(), dag.dag_id.str()));
        meant.insert(*index);
        return {};
    };
    for (const TaskId& task_id : request.task_ids) TRY(add(task_id));
    if (request.include_upstream || request.include_downstream) {
        for (const auto& [task_id, map_index] : request.task_instances) TRY(add(task_id));
    }
    const auto selected = meant;
    if (request.include_upstream) meant.merge(with_relatives(dag, selected, Direction::upstream));
    if (request.include_downstream) meant.merge(with_relatives(dag, selected, Direction::downstream));
    return meant;
}

bool state_is_meant(TaskState state, const ClearRequest& request) {
    if (!request.only_failed && !request.only_running) return true;
    return (request.only_failed && is_failure(state)) || (request.only_running && state == TaskState::running);
}

}  // namespace

Result<std::vector<TaskInstance>> instances_meant(const Dag& dag, const std::vector<TaskInstance>& instances,
                                                  const ClearRequest& request) {
    const auto tasks = TRY(tasks_meant(dag, request));
    const bool all = request.task_ids.empty() && request.task_instances.empty();
    std::vector<TaskInstance> meant;
    for (const TaskInstance& instance : instances) {
        const auto index = dag.index_of(instance.task_id);
        const bool named = (index && tasks.contains(*index)) ||
                           std::ranges::find(request.task_instances, std::pair(instance.task_id, instance.map_index)) !=
                               request.task_instances.end();
        if ((all || named) && state_is_meant(instance.state, request)) meant.push_back(instance);
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

Result<std::vector<DagRun>> runs_meant(RunStore& store, const ClearRequest& request) {
    DagRunFilter filter;
    filter.dag_id = request.dag_id;
    filter.logical_date = {request.start_date, request.end_date};
    if (request.run_id) {
        auto run = TRY(store.get_dag_run(request.dag_id, *request.run_id));
        if (!request.include_past && !request.include_future) return std::vector{std::move(run)};
        if (!run.logical_date) {
            return fail(
                ErrorCode::invalid_argument,
                fmt::format("run '{}' has no logical date, so include_past and include_future mean nothing for it",
                            run.run_id.str()));
        }
        filter.logical_date = {run.logical_date, run.logical_date};
    }
    if (request.include_past) filter.logical_date.from = std::nullopt;
    if (request.include_future) filter.logical_date.to = std::nullopt;
    auto page = TRY(store.list_dag_runs(filter, Page{.limit = -1, .offset = 0, .order_by = {}}));
    return std::move(page.items);
}

Result<void> check_note(const std::optional<std::string>& note) {
    if (!note) return {};
    const auto characters =
        std::ranges::count_if(*note, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
    if (static_cast<size_t>(characters) > kMaxNoteSize) {
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
