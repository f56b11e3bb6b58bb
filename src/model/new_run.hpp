// The task instances that a new run starts with.
#pragma once

#include <vector>

#include "model/dag.hpp"
#include "model/dag_run.hpp"

namespace gale {

// One for each task whose start_date and end_date allow the run's logical date (all of them for backfills and runs
// without one), in state none, with fresh ids, in the order of `dag.tasks`. Pool, queue and priority are the task's.
// A mapped task has one for each entry where the file says how many there are; else, and for none, a single one that is
// not expanded (map_index -1).
std::vector<TaskInstance> make_task_instances(const Dag& dag, const DagRun& run);

}  // namespace gale
