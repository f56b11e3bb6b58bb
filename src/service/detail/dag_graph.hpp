// A run's DAG, and which tasks a request means in it.
#pragma once

#include <set>

#include "model/dag.hpp"
#include "store/store.hpp"

namespace gale::detail {

enum class Direction { upstream, downstream };

// `from` and all that is above or below it.
std::set<size_t> with_relatives(const Dag& dag, std::set<size_t> from, Direction direction);

// The DAG as the run started with it.
Result<Dag> dag_of_run(CatalogStore& store, const DagRun& run);

// All task instances of one run.
Result<std::vector<TaskInstance>> task_instances_of(RunStore& store, const DagRun& run);

}  // namespace gale::detail
