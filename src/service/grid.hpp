// A DAG's grid: tasks × runs, one letter a cell. Pure.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "model/dag_structure.hpp"
#include "store/view_store.hpp"

namespace gale {

struct GridRun {
    RunBrief run;
    std::string states;  // a letter a task (model/state_letters.hpp)
    // Of tasks with mapped instances, by the task's number.
    std::map<size_t, std::map<TaskState, int>> mapped;
};

struct Grid {
    std::shared_ptr<const DagStructure> structure;
    // Tasks that only older versions have; their numbers go on after the structure's.
    std::vector<TaskId> former_tasks;
    std::vector<GridRun> runs;
    std::int64_t total = 0;

    size_t task_count() const { return structure->tasks.size() + former_tasks.size(); }
};

Grid fold_grid(std::shared_ptr<const DagStructure> structure, GridRows rows);

}  // namespace gale
