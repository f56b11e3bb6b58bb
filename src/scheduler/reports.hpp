// What an executor's report makes of a task instance. Pure: `new_id` is given.
#pragma once

#include <optional>
#include <string>

#include "executor/executor.hpp"
#include "model/plan.hpp"

namespace gale {

// nullopt: the report changes nothing (a duplicate, or the try is over).
std::optional<TaskTransition> started(const TaskInstance& instance, const TryStarted& report);
std::optional<TaskTransition> finished(const TaskInstance& instance, const Task& task, const DagRun& run,
                                       const TryFinished& report, const TaskInstanceId& new_id);

// A queued try that no worker has: it waits to be queued again, under a new id, so that a worker which has it after all
// reports in vain.
TaskTransition requeued(const TaskInstance& instance, const TaskInstanceId& new_id);

}  // namespace gale
