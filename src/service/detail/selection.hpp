// Which runs and task instances a clear or a mark means, and what both do to them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/dag.hpp"
#include "service/run_service.hpp"

namespace gale::detail {

// A task may end between our read and our write; then both are done again.
inline constexpr int kEditAttempts = 5;

// The request's run, or with include_past, include_future or dates the runs of its logical dates.
Result<std::vector<DagRun>> runs_meant(RunStore& store, const TaskSelection& selection);
// not_found names a task that the DAG has not.
Result<std::vector<TaskInstance>> instances_meant(const Dag& dag, const std::vector<TaskInstance>& instances,
                                                  const TaskSelection& selection);
// nullopt: it has not run yet, so there is nothing to clear.
std::optional<TaskInstanceEdit> clear_of(const Dag& dag, const TaskInstance& instance, const std::string& reason);

// Notes have at most 1000 characters: invalid_argument.
Result<void> check_note(const std::optional<std::string>& note);
Result<void> note_all(RunStore& store, const std::vector<TaskInstance>& instances,
                      const std::optional<std::string>& note);

}  // namespace gale::detail
