// Clear: task instances and runs that shall run anew.
#include <fmt/format.h>

#include <algorithm>

#include "service/detail/audit.hpp"
#include "service/detail/dag_graph.hpp"
#include "service/detail/selection.hpp"
#include "service/run_service.hpp"

namespace gale {
namespace {

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
        auto meant = TRY(detail::instances_meant(dag, instances, request));
        if (request.prevent_running) TRY(check_nothing_runs(meant));
        if (request.dry_run || meant.empty()) return meant;
        RunEdit edit{run.key, std::nullopt, {}, now, true};
        if (request.reset_dag_runs && is_finished(run.state)) edit.state = DagRunState::queued;
        for (const TaskInstance& instance : meant) {
            if (auto clear = detail::clear_of(dag, instance, fmt::format("cleared by {}", actor.name)))
                edit.task_instances.push_back(std::move(*clear));
        }
        if (edit.task_instances.empty() && !edit.state) return meant;
        auto edited = store.edit_run(edit);
        if (edited) return meant;
        if (edited.error().code() != ErrorCode::conflict || attempt == detail::kEditAttempts)
            return std::unexpected(std::move(edited).error());
    }
}

}  // namespace

Result<std::vector<TaskInstance>> RunService::clear(const ClearRequest& request, const Actor& actor) {
    TRY(detail::check_note(request.note));
    TRY(store_.get_dag(request.dag_id));
    std::vector<TaskInstance> cleared;
    for (const DagRun& run : TRY(detail::runs_meant(store_, request))) {
        auto of_run = TRY(clear_run(store_, run, request, actor, clock_.now()));
        std::ranges::move(of_run, std::back_inserter(cleared));
    }
    if (!request.dry_run) {
        if (request.note) TRY(detail::note_all(store_, cleared, request.note));
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

}  // namespace gale
