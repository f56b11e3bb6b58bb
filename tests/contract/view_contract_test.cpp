// What the page reads of many runs at once.
#include "store_fixture.hpp"

namespace gale {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ViewContract : public StoreContract {
protected:
    DagRun add_run(const std::string& run_id, std::int64_t date, std::vector<std::string> tasks = {"a", "b"}) {
        return must(store->create_dag_run(a_run(news, run_id, std::move(tasks), date)));
    }
    void move_run(const DagRun& run, DagRunState to, std::int64_t start, std::optional<std::int64_t> end = {}) {
        const DagRun now = must(store->get_dag_run(run.dag_id, run.run_id));
        Plan plan;
        plan.runs = {{run.key, now.state, to, at(start), end ? std::optional(at(*end)) : std::nullopt}};
        ASSERT_THAT(must(store->apply(plan)).run_conflicts, IsEmpty());
    }
    void move_task(const std::string& run_id, const std::string& task_id, TaskState to,
                   std::optional<std::int64_t> start = {}, std::optional<std::int64_t> end = {}, bool new_try = false) {
        const TaskInstance now = task(run_id, task_id);
        TaskTransition change{.id = now.id, .from = now.state, .from_try_number = now.try_number, .to = to};
        change.try_number = std::max(1, now.try_number);
        if (start) change.start_date = at(*start);
        if (end) change.end_date = at(*end);
        if (new_try) change.new_id = TaskInstanceId(uuid7());
        Plan plan;
        plan.tasks = {change};
        ASSERT_THAT(must(store->apply(plan)).task_conflicts, IsEmpty());
    }
    static std::vector<std::string> ids(const std::vector<RunBrief>& runs) {
        std::vector<std::string> names;
        for (const RunBrief& run : runs) names.push_back(run.run_id.str());
        return names;
    }
    // "a=success b=none*2": the cells of one run, by task.
    static std::string cells(const GridRows& rows, size_t run) {
        std::map<std::string, std::string> by_name;
        for (const GridCell& cell : rows.runs[run].cells) {
            by_name[rows.task_ids[cell.task].str() + (cell.is_mapped ? "[]" : "") + "=" +
                    std::string(to_string(cell.state))] = cell.count == 1 ? "" : "*" + std::to_string(cell.count);
        }
        std::string text;
        for (const auto& [name, count] : by_name) text += (text.empty() ? "" : " ") + name + count;
        return text;
    }
};
INSTANTIATE_TEST_SUITE_P(Adapters, ViewContract, testing::ValuesIn(adapters()), adapter_name);

TEST_P(ViewContract, AGridHasTheNewestRunsAndTheirTasksStates) {
    add_run("r1", 0);
    const auto second = add_run("r2", 60, {"b", "c"});
    move_run(second, DagRunState::running, 61);
    move_task("r2", "b", TaskState::success);
    const auto rows = must(store->grid_rows({.dag_id = DagId("news")}, 10));
    ASSERT_EQ(rows.runs.size(), 2u);
    EXPECT_EQ(rows.total, 2);
    EXPECT_EQ(rows.runs[0].run.run_id.str(), "r2");
    EXPECT_EQ(rows.runs[0].run.state, DagRunState::running);
    EXPECT_EQ(rows.runs[0].run.start_date, at(61));
    EXPECT_EQ(rows.runs[0].run.version_number, 1);
    EXPECT_TRUE(rows.runs[0].run.conf_is_empty);
    EXPECT_EQ(cells(rows, 0), "b=success c=none");
    EXPECT_EQ(cells(rows, 1), "a=none b=none");
    EXPECT_EQ(rows.task_ids.size(), 3u);
}

TEST_P(ViewContract, AGridCountsMappedInstancesByState) {
    auto made = a_run(news, "r", {"m", "m", "m", "n"});
    for (int i = 0; i < 3; ++i) made.task_instances[static_cast<size_t>(i)].map_index = i;
    made.task_instances[1].state = TaskState::failed;
    must(store->create_dag_run(made));
    EXPECT_EQ(cells(must(store->grid_rows({.dag_id = DagId("news")}, 1)), 0), "m[]=failed m[]=none*2 n=none");
}

TEST_P(ViewContract, AGridIsFilteredAndLimitedButCountsAll) {
    for (int i = 0; i < 5; ++i) move_run(add_run("r" + std::to_string(i), i * 60), DagRunState::failed, i, i + 1);
    auto noted = a_run(news, "noted", {"a"}, 600);
    noted.run.note = "look";
    noted.run.conf = {{"x", 1}};
    must(store->create_dag_run(noted));
    const auto failed = must(store->grid_rows({.dag_id = DagId("news"), .states = {DagRunState::failed}}, 2));
    EXPECT_EQ(failed.total, 5);
    ASSERT_EQ(failed.runs.size(), 2u);
    EXPECT_EQ(failed.runs[0].run.run_id.str(), "r4");
    const auto old = must(store->grid_rows({.dag_id = DagId("news"), .run_after = {.to = at(60)}}, 10));
    EXPECT_EQ(old.total, 2);
    const auto all = must(store->grid_rows({.dag_id = DagId("news")}, 1));
    EXPECT_EQ(all.runs[0].run.note, "look");
    EXPECT_FALSE(all.runs[0].run.conf_is_empty);
    EXPECT_THAT(must(store->grid_rows({.dag_id = DagId("other")}, 10)).runs, IsEmpty());
    EXPECT_EQ(must(store->grid_rows({.dag_id = DagId("news"), .run_id = RunId("r1")}, 10)).total, 1);
}

TEST_P(ViewContract, RecentRunsAreInStepWithTheDags) {
    must(store->record_parsed_file(a_file("o.py", {a_dag("other"), a_dag("third")})));
    for (int i = 0; i < 4; ++i) add_run("r" + std::to_string(i), i);
    move_run(must(store->get_dag_run(DagId("news"), RunId("r0"))), DagRunState::success, 1, 2);
    must(store->create_dag_run(a_run(must(store->get_dag(DagId("third"))), "t")));
    const auto recent = must(store->recent_runs({DagId("third"), DagId("nope"), DagId("other"), DagId("news")}, 3));
    ASSERT_EQ(recent.size(), 4u);
    EXPECT_THAT(ids(recent[0].runs), ElementsAre("t"));
    EXPECT_THAT(recent[1].runs, IsEmpty());
    EXPECT_THAT(recent[2].runs, IsEmpty());
    EXPECT_THAT(ids(recent[3].runs), ElementsAre("r3", "r2", "r1"));
    EXPECT_EQ(recent[3].active, 3);
    EXPECT_EQ(recent[2].active, 0);
}

TEST_P(ViewContract, DurationsSpanAMappedTasksInstances) {
    auto made = a_run(news, "r", {"m", "m", "n"});
    made.task_instances[0].map_index = 0;
    made.task_instances[1].map_index = 1;
    made.task_instances[0].start_date = at(5);
    made.task_instances[0].end_date = at(30);
    made.task_instances[1].start_date = at(3);
    made.task_instances[1].end_date = at(9);
    made.task_instances[2].start_date = at(4);
    must(store->create_dag_run(made));
    add_run("older", -60, {"m"});
    const auto rows = must(store->duration_rows(DagId("news"), 10));
    ASSERT_EQ(rows.runs.size(), 2u);
    EXPECT_EQ(rows.runs[1].run.run_id.str(), "older");
    ASSERT_EQ(rows.runs[0].tasks.size(), 2u);
    for (const TaskTimes& times : rows.runs[0].tasks) {
        const bool mapped = rows.task_ids[times.task].str() == "m";
        EXPECT_EQ(times.start, mapped ? at(3) : at(4));
        EXPECT_EQ(times.end, mapped ? std::optional(at(30)) : std::nullopt);
    }
    EXPECT_EQ(must(store->duration_rows(DagId("news"), 1)).runs.size(), 1u);
}

TEST_P(ViewContract, UsualDurationsAreOfTheNewestSuccessfulRuns) {
    for (int i = 0; i < 4; ++i)
        move_run(add_run("r" + std::to_string(i), i), i == 2 ? DagRunState::failed : DagRunState::success, 100,
                 100 + i);
    EXPECT_THAT(must(store->recent_durations(DagId("news"), 2)),
                ElementsAre(std::chrono::seconds(3), std::chrono::seconds(1)));
}

TEST_P(ViewContract, RunDatesAreThoseOfTheRange) {
    for (int i = 0; i < 4; ++i) add_run("r" + std::to_string(i), i * 60);
    const auto dates = must(store->run_dates(DagId("news"), {.from = at(60), .to = at(120)}));
    ASSERT_EQ(dates.size(), 2u);
    EXPECT_EQ(dates[0].run_after, at(60));
    EXPECT_EQ(dates[1].state, DagRunState::queued);
}

TEST_P(ViewContract, TriesOfARunAreFinishedOnesAndTheCurrentOne) {
    add_run("r", 0, {"a", "b", "c"});
    move_task("r", "a", TaskState::running, 10);
    move_task("r", "a", TaskState::up_for_retry, {}, 20, true);
    move_task("r", "b", TaskState::running, 5);
    const auto waiting = must(store->tries_of_run(DagId("news"), RunId("r")));
    ASSERT_EQ(waiting.size(), 3u);
    EXPECT_EQ(waiting[0].task_id.str(), "b");
    EXPECT_EQ(waiting[1].task_id.str(), "a");  // the ended try; the next one has not begun
    EXPECT_EQ(waiting[1].end_date, at(20));
    EXPECT_EQ(waiting[2].task_id.str(), "c");
    EXPECT_EQ(code_of(store->tries_of_run(DagId("news"), RunId("nope"))), ErrorCode::not_found);
    const TaskInstance now = task("r", "a");
    Plan plan;
    plan.tasks = {{.id = now.id,
                   .from = TaskState::up_for_retry,
                   .from_try_number = 1,
                   .to = TaskState::running,
                   .try_number = 2,
                   .start_date = at(40)}};
    must(store->apply(plan));
    const auto retried = must(store->tries_of_run(DagId("news"), RunId("r")));
    ASSERT_EQ(retried.size(), 4u);
    EXPECT_EQ(retried[2].try_number, 2);
    EXPECT_EQ(retried[2].state, TaskState::running);
}

TEST_P(ViewContract, StartedRunsAreCountedByTimeAndState) {
    move_run(add_run("r0", 0), DagRunState::success, 99, 150);
    move_run(add_run("r1", 1), DagRunState::success, 100, 150);
    move_run(add_run("r2", 2), DagRunState::running, 104);
    move_run(add_run("r3", 3), DagRunState::running, 109);
    move_run(add_run("r4", 4), DagRunState::running, 110);
    move_run(add_run("r5", 5), DagRunState::running, 120);
    add_run("queued", 6);
    std::string text;
    for (const RunCount& count : must(store->count_runs_started(at(100), at(120), std::chrono::seconds(10), at(90))))
        text += std::to_string(count.bucket) + std::string(to_string(count.state)) + std::to_string(count.count) + " ";
    EXPECT_EQ(text, "1success1 1running2 2running1 ");
    EXPECT_EQ(must(store->count_queued_runs()), 1);
    move_task("r2", "a", TaskState::running, 104);
    const auto tasks = must(store->count_task_instances(at(100), at(110)));
    EXPECT_EQ(tasks, (std::map<TaskState, std::int64_t>{{TaskState::none, 5}, {TaskState::running, 1}}));
}

TEST_P(ViewContract, RunningAndFailedRunsTellTheirProgress) {
    move_run(add_run("late", 0), DagRunState::running, 50);
    move_run(add_run("early", 1), DagRunState::running, 40);
    move_task("late", "a", TaskState::success, 50, 51);
    const auto running = must(store->running_runs(5));
    ASSERT_EQ(running.size(), 2u);
    EXPECT_EQ(running[0].run.run_id.str(), "early");
    EXPECT_EQ(running[1].finished_tasks, 1);
    EXPECT_EQ(running[1].total_tasks, 2);
    EXPECT_EQ(must(store->running_runs(1)).size(), 1u);

    const auto failed = add_run("bad", 2, {"a", "b", "c"});
    move_task("bad", "b", TaskState::failed, 1, 9);
    move_task("bad", "a", TaskState::failed, 1, 10);
    move_task("bad", "c", TaskState::upstream_failed, 1, 8);
    move_run(failed, DagRunState::failed, 1, 11);
    move_run(add_run("outside", 3), DagRunState::failed, 1, 30);
    const auto found = must(store->failed_runs(at(11), at(30), 5, 1));
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].finished_tasks, 3);
    ASSERT_EQ(found[0].failed_tasks.size(), 1u);
    EXPECT_EQ(found[0].failed_tasks[0].task_id.str(), "b");
    EXPECT_EQ(found[0].failed_tasks[0].try_number, 1);
}

TEST_P(ViewContract, DagsAreCountedByWhatTheyDo) {
    must(store->record_parsed_file(a_file("o.py", {a_dag("paused"), a_dag("gone")})));
    must(store->record_parsed_file(a_file("o.py", {a_dag("paused")})));
    must(store->set_dag_paused(DagId("paused"), true));
    must(store->set_dag_paused(DagId("news"), false));
    move_run(add_run("r1", 0), DagRunState::failed, 1, 2);
    auto counts = must(store->count_dags());
    EXPECT_EQ(counts.total, 2);
    EXPECT_EQ(counts.active, 1);
    EXPECT_EQ(counts.paused, 1);
    EXPECT_EQ(counts.failing, 1);
    move_run(add_run("r2", 1), DagRunState::success, 3, 4);
    EXPECT_EQ(must(store->count_dags()).failing, 0);
}

TEST_P(ViewContract, OccupyingTaskInstancesHoldSlots) {
    add_run("r", 0, {"a", "b", "c", "d"});
    move_task("r", "a", TaskState::running, 1);
    move_task("r", "b", TaskState::scheduled);
    move_task("r", "c", TaskState::success, 1, 2);
    const auto occupying = must(store->occupying_task_instances());
    ASSERT_EQ(occupying.size(), 1u);
    EXPECT_EQ(occupying[0].task_id.str(), "a");
    EXPECT_EQ(occupying[0].run_id.str(), "r");
}

}  // namespace
}  // namespace gale
