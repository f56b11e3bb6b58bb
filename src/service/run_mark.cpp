// Mark: task instances that take a state without running. And their notes.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "service/detail/audit.hpp"
#include "service/detail/dag_graph.hpp"
#include "service/detail/selection.hpp"
#include "service/run_service.hpp"

namespace gale {
namespace {

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
        if (auto clear = detail::clear_of(dag, instance, reason)) edit.task_instances.push_back(std::move(*clear));
        if (is_finished(run.state)) edit.state = DagRunState::queued;
    }
    return edit;
}

struct Marked {
    bool found = false;  // the run has instances of the kind, in whatever state
    std::vector<TaskInstance> changed;
};

Result<Marked> mark_in_run(Store& store, const DagRun& seen, const MarkRequest& request, const Actor& actor,
                           TimePoint now) {
    for (int attempt = 1;; ++attempt) {
        const auto run = TRY(store.get_dag_run(seen.dag_id, seen.run_id));
        const auto dag = TRY(detail::dag_of_run(store, run));
        const auto instances = TRY(detail::task_instances_of(store, run));
        const auto meant = detail::instances_meant(dag, instances, request);
        // Another run may be of a version that does not have the task yet.
        if (!meant && meant.error().code() == ErrorCode::not_found && run.run_id != request.run_id) return Marked{};
        if (!meant) return std::unexpected(meant.error());
        Marked marked{!meant->empty(), {}};
        std::ranges::copy_if(*meant, std::back_inserter(marked.changed),
                             [&](const TaskInstance& one) { return one.state != request.state; });
        if (request.dry_run || marked.changed.empty()) return marked;
        const auto edit = mark_edit(dag, run, instances, marked.changed, request.state,
                                    fmt::format("{} marked it {}", actor.name, to_string(request.state)), now);
        auto edited = store.edit_run(edit);
        if (edited) return marked;
        if (edited.error().code() != ErrorCode::conflict || attempt == detail::kEditAttempts)
            return std::unexpected(std::move(edited).error());
    }
}

Result<std::vector<TaskInstance>> as_they_are_now(RunStore& store, const std::vector<TaskInstance>& before) {
    std::vector<TaskInstance> after;
    for (const TaskInstance& one : before)
        after.push_back(TRY(store.get_task_instance({one.dag_id, one.run_id, one.task_id, one.map_index})));
    return after;
}

std::string names_of(const MarkRequest& request) {
    std::string names;
    for (const TaskId& task : request.task_ids) names += fmt::format("{}'{}'", names.empty() ? "" : ", ", task.str());
    for (const auto& [task, map_index] : request.task_instances) {
        names += fmt::format("{}'{}'{}", names.empty() ? "" : ", ", task.str(),
                             map_index == kNotMapped ? "" : fmt::format(" with map index {}", map_index));
    }
    return names;
}

}  // namespace

Result<std::vector<TaskInstance>> RunService::mark(const MarkRequest& request, const Actor& actor) {
    if (request.state != TaskState::success && request.state != TaskState::failed &&
        request.state != TaskState::skipped) {
        return fail(ErrorCode::invalid_argument,
                    fmt::format("'{}' is not a state that a task can be marked with; use success, failed or skipped",
                                to_string(request.state)));
    }
    TRY(detail::check_note(request.note));
    bool found = false;
    std::vector<TaskInstance> marked;
    for (const DagRun& run : TRY(detail::runs_meant(store_, request))) {
        auto of_run = TRY(mark_in_run(store_, run, request, actor, clock_.now()));
        found = found || of_run.found;
        std::ranges::move(of_run.changed, std::back_inserter(marked));
    }
    if (!found) {
        return fail(ErrorCode::not_found, fmt::format("run '{}' of DAG '{}' has no task instance {}",
                                                      request.run_id->str(), request.dag_id.str(), names_of(request)));
    }
    if (request.dry_run || marked.empty()) return marked;
    if (request.note) TRY(detail::note_all(store_, marked, request.note));
    for (const TaskInstance& one : marked) {
        detail::audit(store_, clock_.now(), actor,
                      {.event = "patch_task_instance",
                       .dag_id = one.dag_id,
                       .run_id = one.run_id,
                       .task_id = one.task_id,
                       .map_index = one.map_index,
                       .extra = {{"new_state", to_string(request.state)}}});
    }
    return as_they_are_now(store_, marked);
}

Result<std::vector<TaskInstance>> RunService::set_task_notes(const std::vector<TaskInstanceKey>& keys,
                                                             std::optional<std::string> note, const Actor& actor) {
    TRY(detail::check_note(note));
    std::vector<TaskInstance> noted;
    for (const TaskInstanceKey& key : keys) {
        TRY(store_.set_task_instance_note(key, note));
        detail::audit(store_, clock_.now(), actor,
                      {.event = "patch_task_instance",
                       .dag_id = key.dag_id,
                       .run_id = key.run_id,
                       .task_id = key.task_id,
                       .map_index = key.map_index,
                       .extra = {{"note", json::from_optional(note)}}});
        noted.push_back(TRY(store_.get_task_instance(key)));
    }
    return noted;
}

}  // namespace gale
