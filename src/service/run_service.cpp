#include "service/run_service.hpp"

#include <fmt/format.h>

#include "service/detail/audit.hpp"
#include "service/detail/dag_graph.hpp"
#include "service/detail/selection.hpp"

namespace gale {
namespace {

Result<void> check_triggerable(const DagRow& row) {
    if (row.is_stale) {
        return fail(ErrorCode::not_found, fmt::format("Dag with dag_id: '{}' not found: {} no longer defines it",
                                                      row.dag_id.str(), row.fileloc));
    }
    if (row.has_import_errors) {
        return fail(ErrorCode::conflict,
                    fmt::format("Dag with dag_id: '{}' has import errors and cannot be triggered; mend {} first",
                                row.dag_id.str(), row.fileloc));
    }
    return {};
}

bool holds_a_process(TaskState state) {
    return state == TaskState::running || state == TaskState::deferred || state == TaskState::up_for_reschedule ||
           state == TaskState::awaiting_input;
}

RunEdit end_of_run(const Dag& dag, const DagRun& run, const std::vector<TaskInstance>& instances, DagRunState state,
                   const Actor& actor, TimePoint now) {
    RunEdit edit{run.key, state, {}, now};
    for (const TaskInstance& instance : instances) {
        if (is_finished(instance.state)) continue;
        const Task* task = dag.find_task(instance.task_id);
        if (task != nullptr && task->is_teardown) {
            edit.state = std::nullopt;  // the teardown runs on, and the run ends with it
            continue;
        }
        const bool was_running = holds_a_process(instance.state);
        const TaskState to = !was_running                    ? TaskState::skipped
                             : state == DagRunState::success ? TaskState::success
                                                             : TaskState::failed;
        edit.task_instances.push_back({instance.id, to, std::nullopt, std::nullopt,
                                       fmt::format("{} marked the run {}", actor.name, to_string(state))});
    }
    return edit;
}

}  // namespace

RunService::RunService(Store& store, const Clock& clock, ScheduleDefaults defaults)
    : store_(store), clock_(clock), defaults_(defaults) {}

Result<DagRun> RunService::trigger(const TriggerRequest& request, const Actor& actor) {
    TRY(detail::check_note(request.note));
    const auto row = TRY(store_.get_dag(request.dag_id));
    TRY(check_triggerable(row));
    const auto version = TRY(store_.latest_dag_version(request.dag_id));
    const auto dag = TRY(dag_from_json(version.definition));
    const auto timetable = TRY(make_timetable(dag.schedule, defaults_));
    const auto made = TRY(new_dag_run(dag, *timetable, version.key, request, actor, clock_.now()));
    auto run = TRY(store_.create_dag_run(made));
    detail::audit(store_, clock_.now(), actor,
                  {.event = "trigger_dag_run",
                   .dag_id = run.dag_id,
                   .run_id = run.run_id,
                   .task_id = {},
                   .map_index = {},
                   .extra = {{"conf", request.conf}}});
    return run;
}

Result<DagRun> RunService::set_run_state(const DagId& dag_id, const RunId& run_id, DagRunState state,
                                         const Actor& actor) {
    if (state == DagRunState::running) {
        return fail(ErrorCode::invalid_argument,
                    "a run can be marked success, failed or queued; running is for the scheduler to set");
    }
    const auto run = TRY(store_.get_dag_run(dag_id, run_id));
    RunEdit edit{run.key, state, {}, clock_.now()};
    if (state != DagRunState::queued) {
        const auto dag = TRY(detail::dag_of_run(store_, run));
        edit = end_of_run(dag, run, TRY(detail::task_instances_of(store_, run)), state, actor, clock_.now());
    }
    TRY(store_.edit_run(edit));
    detail::audit(store_, clock_.now(), actor,
                  {.event = "patch_dag_run",
                   .dag_id = dag_id,
                   .run_id = run_id,
                   .task_id = {},
                   .map_index = {},
                   .extra = {{"state", to_string(state)}}});
    return store_.get_dag_run(dag_id, run_id);
}

Result<DagRun> RunService::set_note(const DagId& dag_id, const RunId& run_id, std::optional<std::string> note,
                                    const Actor& actor) {
    TRY(detail::check_note(note));
    TRY(store_.set_dag_run_note(dag_id, run_id, note));
    detail::audit(store_, clock_.now(), actor,
                  {.event = "patch_dag_run",
                   .dag_id = dag_id,
                   .run_id = run_id,
                   .task_id = {},
                   .map_index = {},
                   .extra = {{"note", json::from_optional(note)}}});
    return store_.get_dag_run(dag_id, run_id);
}

Result<void> RunService::delete_run(const DagId& dag_id, const RunId& run_id, const Actor& actor) {
    TRY(store_.delete_dag_run(dag_id, run_id));
    detail::audit(
        store_, clock_.now(), actor,
        {.event = "delete_dag_run", .dag_id = dag_id, .run_id = run_id, .task_id = {}, .map_index = {}, .extra = {}});
    return {};
}

}  // namespace gale
