#include "service/grid.hpp"

#include <algorithm>
#include <unordered_map>

#include "model/state_letters.hpp"

namespace gale {
namespace {

// The number of each of the rows' tasks. Those that the structure does not have are put behind it, by id.
std::vector<size_t> number_tasks(Grid& grid, const std::vector<TaskId>& task_ids) {
    std::unordered_map<TaskId, size_t> numbers;
    for (size_t i = 0; i < grid.structure->tasks.size(); ++i) numbers.emplace(grid.structure->tasks[i].task_id, i);
    for (const TaskId& task_id : task_ids)
        if (!numbers.contains(task_id)) grid.former_tasks.push_back(task_id);
    std::ranges::sort(grid.former_tasks);
    for (size_t i = 0; i < grid.former_tasks.size(); ++i)
        numbers.emplace(grid.former_tasks[i], grid.structure->tasks.size() + i);
    std::vector<size_t> of_row;
    of_row.reserve(task_ids.size());
    for (const TaskId& task_id : task_ids) of_row.push_back(numbers.at(task_id));
    return of_row;
}

GridRun fold_run(GridRows::Run row, const std::vector<size_t>& numbers, size_t task_count) {
    GridRun folded{std::move(row.run), std::string(task_count, kNoInstanceLetter), {}};
    std::uint32_t task = 0;
    TaskState shown{};
    bool first = true;
    for (const GridCell& cell : row.cells) {  // a task's cells follow each other
        const size_t number = numbers[cell.task];
        shown = first || cell.task != task ? cell.state : foremost(shown, cell.state);
        first = false;
        task = cell.task;
        folded.states[number] = state_letter(shown);
        if (cell.is_mapped) folded.mapped[number][cell.state] += cell.count;
    }
    return folded;
}

}  // namespace

Grid fold_grid(std::shared_ptr<const DagStructure> structure, GridRows rows) {
    Grid grid{std::move(structure), {}, {}, rows.total};
    const auto numbers = number_tasks(grid, rows.task_ids);
    grid.runs.reserve(rows.runs.size());
    for (GridRows::Run& row : rows.runs) grid.runs.push_back(fold_run(std::move(row), numbers, grid.task_count()));
    return grid;
}

}  // namespace gale
