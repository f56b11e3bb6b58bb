// States of task instances and dag runs, and the one table of legal transitions.
// Names and sets as in Airflow 3.3 (contract, section 5.1).
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

namespace gale {

enum class TaskState {
    none,  // NULL in the database: not yet looked at
    scheduled,
    queued,
    running,
    restarting,
    success,
    failed,
    up_for_retry,
    up_for_reschedule,
    upstream_failed,
    skipped,
    removed,
    deferred,
    awaiting_input,
};

enum class DagRunState { queued, running, success, failed };
enum class RunType { scheduled, manual, backfill, operator_triggered, asset_triggered, asset_materialization };
enum class TriggeredBy { cli, operator_, rest_api, ui, test, timetable, asset, backfill };

// "none" for TaskState::none; elsewhere Airflow's word.
std::string_view to_string(TaskState state);
std::string_view to_string(DagRunState state);
std::string_view to_string(RunType type);
std::string_view to_string(TriggeredBy by);
std::optional<TaskState> parse_task_state(std::string_view text);
std::optional<DagRunState> parse_dag_run_state(std::string_view text);
std::optional<RunType> parse_run_type(std::string_view text);
std::optional<TriggeredBy> parse_triggered_by(std::string_view text);

std::span<const TaskState> all_task_states();
std::span<const DagRunState> all_dag_run_states();

bool is_finished(TaskState state);     // success, failed, skipped, upstream_failed, removed
bool is_failure(TaskState state);      // failed, upstream_failed
bool is_success(TaskState state);      // success, skipped
bool is_schedulable(TaskState state);  // none, up_for_retry, up_for_reschedule
bool is_executing(TaskState state);    // queued, running, restarting: holds a slot
bool is_live_state(TaskState state);   // queued, running: its worker was given the try
bool is_finished(DagRunState state);   // success, failed

// Whether the engine (not a person: clear and mark may set any state) may move a task instance so.
bool may_transition(TaskState from, TaskState to);

}  // namespace gale
