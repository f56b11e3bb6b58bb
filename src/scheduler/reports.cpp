#include "scheduler/reports.hpp"

namespace gale {
namespace {

TaskTransition change_of(const TaskInstance& instance, TaskState to) {
    TaskTransition change;
    change.id = instance.id;
    change.from = instance.state;
    change.from_try_number = instance.try_number;
    change.to = to;
    return change;
}

}  // namespace

TaskTransition requeued(const TaskInstance& instance, const TaskInstanceId& new_id) {
    TaskTransition change = change_of(instance, TaskState::scheduled);
    change.new_id = new_id;
    change.never_began = true;
    return change;
}

std::optional<TaskTransition> started(const TaskInstance& instance, const TryStarted& report) {
    if (instance.state != TaskState::queued) return std::nullopt;
    TaskTransition change = change_of(instance, TaskState::running);
    change.start_date = report.at;
    change.hostname = report.hostname;
    change.pid = report.pid;
    return change;
}

std::optional<TaskTransition> finished(const TaskInstance& instance, const Task& task, const DagRun& run,
                                       const TryFinished& report, const TaskInstanceId& new_id) {
    if (instance.state != TaskState::queued && instance.state != TaskState::running) return std::nullopt;
    if (report.outcome == TaskState::up_for_reschedule) {
        // A rescheduled try keeps its id: an old report must not end the next round.
        if (instance.queued_at && report.at < *instance.queued_at) return std::nullopt;
        TaskTransition change = change_of(instance, TaskState::up_for_reschedule);
        change.next_try_at = report.reschedule_at.value_or(report.at);
        return change;
    }
    const bool ended_well = report.outcome == TaskState::success || report.outcome == TaskState::skipped ||
                            report.outcome == TaskState::removed;
    const bool again = !ended_well && report.retry_allowed && may_retry(instance.try_number, instance.max_tries);
    TaskTransition change = change_of(instance, ended_well ? report.outcome
                                                : again    ? TaskState::up_for_retry
                                                           : TaskState::failed);
    if (!instance.start_date) change.start_date = report.at;
    change.end_date = report.at;
    if (!report.reason.empty()) change.reason = report.reason;
    if (again) {
        change.new_id = new_id;
        change.next_try_at =
            report.retry_delay_override
                ? report.at + *report.retry_delay_override
                : next_retry_at(task.retry, run.dag_id, task.task_id, run.logical_date, instance.try_number, report.at);
    }
    return change;
}

}  // namespace gale
