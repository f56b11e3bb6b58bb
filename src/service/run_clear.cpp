// Clear and mark: a person's changes to task instances.
#include <fmt/format.h>

#include <algorithm>

#include "base/hash.hpp"
#include "service/detail/audit.hpp"
#include "service/detail/dag_graph.hpp"
#include "service/run_service.hpp"

namespace gale {
namespace {

// A task may end between our read and our write; then both are done again.
constexpr int kAttempts = 5;

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
    if (request.include_upstream) meant.merge(detail::with_relatives(dag, selected, detail::Direction::upstream));
    if (request.include_downstream) meant.merge(detail::with_relatives(dag, selected, detail::Direction::downstream));
    return meant;
}

bool state_is_meant(TaskState state, const ClearRequest& request) {
    if (!request.only_failed && !request.only_running) return true;
    return (request.only_failed && is_failure(state)) || (request.only_running && state == TaskState::running);
}

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

Result<void> check_nothing_runs(const std::vector<TaskInstance>& instances) {
    const auto running = std::ranges::find(instances, TaskState::running, &TaskInstance::state);
    if (running == instances.end()) return {};
    return fail(ErrorCode::conflict,
                fmt::format("task '{}' of run '{}' is running; wait for it, or leave out prevent_running_task",
                            running->task_id.str(), running->run_id.str()));
}

Result<std::vector<TaskInstance>> clear_run(Store& store, const DagRun& seen, const ClearRequest& request,
                                            const Actor& actor, TimePoint now) {
    for (int attempt = 1;; ++attempt) {
        const auto run = TRY(store.get_dag_run(seen.dag_id, seen.run_id));
        const auto dag = TRY(detail::dag_of_run(store, run));
        const auto instances = TRY(detail::task_instances_of(store, run));
        auto meant = TRY(instances_meant(dag, instances, request));
        if (request.prevent_running) TRY(check_nothing_runs(meant));
        if (request.dry_run || meant.empty()) return meant;
        RunEdit edit{run.key, std::nullopt, {}, now};
        if (request.reset_dag_runs && is_finished(run.state)) edit.state = DagRunState::queued;
        for (const TaskInstance& instance : meant) {
            if (auto clear = clear_of(dag, instance, fmt::format("cleared by {}", actor.name)))
                edit.task_instances.push_back(std::move(*clear));
        }
        if (edit.task_instances.empty() && !edit.state) return meant;
        auto edited = store.edit_run(edit);
        if (edited) return meant;
        if (edited.error().code() != ErrorCode::conflict || attempt == kAttempts)
            return std::unexpected(std::move(edited).error());
    }
}

// Marks of the wanted tasks, and clears of the failed ones below them.
RunEdit mark_edit(const Dag& dag, const DagRun& run, const std::vector<TaskInstance>& instances,
                  const std::vector<TaskInstance>& marked, TaskState state, const std::string& reason, TimePoint now) {
    RunEdit edit{run.key, std::nullopt, {}, now};
    std::set<size_t> tasks;
    for (const TaskInstance& instance : marked) {
        if (instance.state != state)
            edit.task_instances.push_back({instance.id, state, std::nullopt, std::nullopt, reason});
        if (const auto index = dag.index_of(instance.task_id)) tasks.insert(*index);
    }
    if (state == TaskState::failed) return edit;
    const auto below = detail::with_relatives(dag, tasks, detail::Direction::downstream);
    for (const TaskInstance& instance : instances) {
        const auto index = dag.index_of(instance.task_id);
        if (!index || !below.contains(*index) || tasks.contains(*index) || !is_failure(instance.state)) continue;
        if (auto clear = clear_of(dag, instance, reason)) edit.task_instances.push_back(std::move(*clear));
        if (is_finished(run.state)) edit.state = DagRunState::queued;
    }
    return edit;
}

}  // namespace

Result<std::vector<TaskInstance>> RunService::clear(const ClearRequest& request, const Actor& actor) {
    TRY(store_.get_dag(request.dag_id));
    std::vector<TaskInstance> cleared;
    for (const DagRun& run : TRY(runs_meant(store_, request))) {
        auto of_run = TRY(clear_run(store_, run, request, actor, clock_.now()));
        std::ranges::move(of_run, std::back_inserter(cleared));
    }
    if (!request.dry_run) {
        detail::audit(store_, clock_.now(), actor,
                      {.event = request.task_ids.empty() ? "clear_dag_run" : "post_clear_task_instances",
                       .dag_id = request.dag_id,
                       .run_id = request.run_id,
                       .task_id = {},
                       .map_index = {},
                       .extra = {{"cleared", cleared.size()}}});
    }
    return cleared;
}

Result<std::vector<TaskInstance>> RunService::set_task_state(const TaskInstanceKey& key, TaskState state,
                                                             bool include_downstream, const Actor& actor) {
    if (state != TaskState::success && state != TaskState::failed && state != TaskState::skipped) {
        return fail(ErrorCode::invalid_argument,
                    fmt::format("'{}' is not a state that a task can be marked with; use success, failed or skipped",
                                to_string(state)));
    }
    for (int attempt = 1;; ++attempt) {
        const auto run = TRY(store_.get_dag_run(key.dag_id, key.run_id));
        const auto dag = TRY(detail::dag_of_run(store_, run));
        const auto instances = TRY(detail::task_instances_of(store_, run));
        ClearRequest wanted;
        wanted.task_instances = {{key.task_id, key.map_index}};
        wanted.include_downstream = include_downstream;
        const auto marked = TRY(instances_meant(dag, instances, wanted));
        if (marked.empty()) {
            return fail(ErrorCode::not_found,
                        fmt::format("run '{}' of DAG '{}' has no task instance '{}' with map index {}",
                                    key.run_id.str(), key.dag_id.str(), key.task_id.str(), key.map_index));
        }
        const auto edit = mark_edit(dag, run, instances, marked, state,
                                    fmt::format("{} marked it {}", actor.name, to_string(state)), clock_.now());
        auto edited = edit.task_instances.empty() ? Result<void>() : store_.edit_run(edit);
        if (!edited && (edited.error().code() != ErrorCode::conflict || attempt == kAttempts))
            return std::unexpected(std::move(edited).error());
        if (!edited) continue;
        detail::audit(store_, clock_.now(), actor,
                      {.event = "patch_task_instance",
                       .dag_id = key.dag_id,
                       .run_id = key.run_id,
                       .task_id = key.task_id,
                       .map_index = key.map_index,
                       .extra = {{"new_state", to_string(state)}}});
        std::vector<TaskInstance> after;
        for (const TaskInstance& instance : marked) {
            after.push_back(TRY(
                store_.get_task_instance({instance.dag_id, instance.run_id, instance.task_id, instance.map_index})));
        }
        return after;
    }
}

}  // namespace gale
