// The task instances that a new run starts with.
#pragma once

#include <vector>

#include "model/dag.hpp"
#include "model/dag_run.hpp"

namespace gale {

// In state none, with a fresh id. Pool, queue and priority are the task's.
TaskInstance make_task_instance(const Task& task, const DagRun& run, int map_index);

// One for each task whose start_date and end_date allow the run's logical date (all of them for backfills and runs
// without one), in the order of `dag.tasks`.
// A mapped task has one for each entry where the file says how many there are; else, and for none, a single one that is
// not expanded (map_index -1).
std::vector<TaskInstance> make_task_instances(const Dag& dag, const DagRun& run);

}  // namespace gale
