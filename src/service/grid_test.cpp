#include "service/grid.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gale {
namespace {

using enum TaskState;

std::shared_ptr<const DagStructure> structure(std::vector<std::string> tasks) {
    auto made = std::make_shared<DagStructure>();
    for (auto& task : tasks) made->tasks.emplace_back().task_id = TaskId(std::move(task));
    return made;
}

GridRows rows_of(std::vector<std::string> tasks, std::vector<std::vector<GridCell>> runs) {
    GridRows rows;
    for (auto& task : tasks) rows.task_ids.emplace_back(std::move(task));
    for (auto& cells : runs) rows.runs.emplace_back().cells = std::move(cells);
    rows.total = 7;
    return rows;
}

TEST(Grid, ATaskHasALetterInEachRunInTheStructuresOrder) {
    const auto grid =
        fold_grid(structure({"b", "a", "new"}),
                  rows_of({"a", "b"}, {{{0, false, success, 1}, {1, false, failed, 1}}, {{1, false, none, 1}}}));
    EXPECT_EQ(grid.total, 7);
    ASSERT_EQ(grid.runs.size(), 2u);
    EXPECT_EQ(grid.runs[0].states, "fs.");
    EXPECT_EQ(grid.runs[1].states, "-..");
    EXPECT_TRUE(grid.runs[0].mapped.empty());
}

TEST(Grid, TasksOfOlderVersionsFollowAtTheEndById) {
    const auto grid =
        fold_grid(structure({"a"}), rows_of({"z", "a", "old"}, {{{0, false, running, 1}, {2, false, skipped, 1}}}));
    EXPECT_THAT(grid.former_tasks, testing::ElementsAre(TaskId("old"), TaskId("z")));
    EXPECT_EQ(grid.runs[0].states, ".kr");
}

TEST(Grid, AMappedTaskShowsItsForemostStateAndCountsAll) {
    const auto grid = fold_grid(
        structure({"a", "m"}),
        rows_of({"m", "a"},
                {{{0, true, success, 8}, {0, true, failed, 2}, {0, true, running, 1}, {1, false, success, 1}}}));
    EXPECT_EQ(grid.runs[0].states, "sf");
    EXPECT_EQ(grid.runs[0].mapped.at(1), (std::map<TaskState, int>{{running, 1}, {success, 8}, {failed, 2}}));
}

TEST(Grid, ADagWithoutRunsOrTasksIsEmpty) {
    EXPECT_TRUE(fold_grid(structure({}), rows_of({}, {})).runs.empty());
    EXPECT_EQ(fold_grid(structure({}), rows_of({}, {{}})).runs[0].states, "");
}

}  // namespace
}  // namespace gale
