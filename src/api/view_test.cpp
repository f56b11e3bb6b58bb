// The page's own operations.
#include "api/api_fixture.hpp"

namespace gale {
namespace {

class ViewTest : public ApiTest {
protected:
    json::object get(const std::string& target) {
        const auto response = send("GET", target);
        EXPECT_EQ(response.status, 200) << target << response.body;
        return object_of(response);
    }
};

TEST_F(ViewTest, AStructureHasGroupsEdgesAndTasks) {
    const auto structure = get("/gale/dags/news/structure");
    EXPECT_EQ(structure.at("version_number"), 1);
    EXPECT_EQ(json::serialize(structure.at("root").at("children")), R"([{"task":"load"},{"task":"label"}])");
    EXPECT_EQ(structure.at("edges").as_array()[0].at("target"), "label");
    EXPECT_EQ(structure.at("tasks").at("load").at("retries"), 1);
    EXPECT_EQ(structure.at("tasks").at("label").at("operator_name"), "@task");
    EXPECT_EQ(get("/gale/dags/news/structure?version_number=1").at("version_number"), 1);
    EXPECT_EQ(send("GET", "/gale/dags/news/structure?version_number=2").status, 404);
    EXPECT_EQ(send("GET", "/gale/dags/news/structure?version_number=0").status, 422);
    EXPECT_EQ(send("GET", "/gale/dags/nope/structure").status, 404);
}

TEST_F(ViewTest, AGridHasALetterForEachTaskOfEachRun) {
    EXPECT_TRUE(get("/gale/dags/news/grid").at("runs").as_array().empty());
    trigger();
    set_state("load", TaskState::failed, DagRunState::running);
    const auto grid = get("/gale/dags/news/grid");
    EXPECT_EQ(grid.at("tasks").as_array()[0].at("task_id"), "load");
    const auto& run = grid.at("runs").as_array()[0];
    EXPECT_EQ(run.at("states"), "f-");
    EXPECT_EQ(run.at("state"), "running");
    EXPECT_EQ(get("/gale/dags/news/grid?state=success&state=failed").at("total_entries"), 0);
    EXPECT_EQ(get("/gale/dags/news/grid?run_type=manual&limit=1").at("total_entries"), 1);
    EXPECT_EQ(get("/gale/dags/news/grid?dag_run_id=r1").at("total_entries"), 1);
    EXPECT_EQ(get("/gale/dags/news/grid?dag_run_id=r%25").at("total_entries"), 0);
    EXPECT_EQ(get("/gale/dags/news/grid?run_after_lte=2026-01-01T00:00:00Z").at("total_entries"), 0);
    for (const char* bad : {"limit=0", "state=blue", "run_type=odd", "run_after_lte=soon"})
        EXPECT_EQ(send("GET", std::string("/gale/dags/news/grid?") + bad).status, 422) << bad;
    EXPECT_EQ(send("GET", "/gale/dags/nope/grid").status, 404);
}

TEST_F(ViewTest, DagsComeWithTheirNewestRuns) {
    trigger();
    const auto list = get("/gale/dags?tags=x&runs_limit=3");
    EXPECT_EQ(list.at("total_entries"), 1);
    const auto& dag = list.at("dags").as_array()[0];
    EXPECT_EQ(dag.at("dag_id"), "news");
    EXPECT_EQ(dag.at("active_runs"), 1);
    EXPECT_EQ(dag.at("latest_dag_runs").as_array()[0].at("dag_run_id"), "r1");
    EXPECT_EQ(get("/gale/dags?tags=other").at("total_entries"), 0);
    EXPECT_EQ(send("GET", "/gale/dags?runs_limit=no").status, 422);
}

TEST_F(ViewTest, ADashboardCountsWhatStartedAndNamesWhatFailed) {
    trigger();
    EXPECT_EQ(get("/gale/dashboard").at("dag_run_states").at("queued"), 1);
    set_state("load", TaskState::failed, DagRunState::running);
    clock_.advance(std::chrono::seconds{5});
    auto board = get("/gale/dashboard");
    EXPECT_EQ(board.at("dag_run_states").at("running"), 1);
    EXPECT_EQ(board.at("running_dag_runs").as_array()[0].at("finished_tasks"), 1);
    EXPECT_EQ(board.at("task_instance_states").at("failed"), 1);
    ASSERT_TRUE(runs_->set_run_state(DagId("news"), RunId("r1"), DagRunState::failed, {"admin"}));
    clock_.advance(std::chrono::seconds{5});
    board = get("/gale/dashboard");
    const auto& failed = board.at("failed_dag_runs").as_array()[0];
    EXPECT_EQ(failed.at("failed_tasks").as_array()[0].at("task_id"), "load");
    EXPECT_EQ(board.at("dags").at("failing"), 1);
    EXPECT_EQ(board.at("pools").as_array()[0].at("name"), "default_pool");
    std::int64_t in_buckets = 0;
    for (const auto& bucket : board.at("history").as_array()) in_buckets += bucket.at("failed").as_int64();
    EXPECT_EQ(in_buckets, 1);
    EXPECT_EQ(send("GET", "/gale/dashboard?start=2026-01-02T00:00:00Z&end=2026-01-01T00:00:00Z").status, 422);
    EXPECT_EQ(send("GET", "/gale/dashboard?start=2020-01-02T00:00:00Z").status, 422);
}

TEST_F(ViewTest, DurationsCalendarAndGanttTellOfTheRun) {
    trigger();
    set_state("load", TaskState::success, DagRunState::running);
    const auto durations = get("/gale/dags/news/durations");
    EXPECT_EQ(durations.at("runs").as_array().size(), 1u);
    EXPECT_EQ(durations.at("tasks").as_array()[0].at("seconds").as_array()[0], 0.0);
    EXPECT_TRUE(durations.at("tasks").as_array()[1].at("seconds").as_array()[0].is_null());
    const auto calendar = get("/gale/dags/news/calendar?timezone=Asia/Tokyo&granularity=hourly");
    EXPECT_EQ(calendar.at("days").as_array()[0].at("date"), "2026-01-02T12:00:00+09:00");
    for (const char* bad : {"timezone=Mars/Olympus", "granularity=weekly", "start=2020-01-01T00:00:00Z"})
        EXPECT_EQ(send("GET", std::string("/gale/dags/news/calendar?") + bad).status, 422) << bad;
    EXPECT_EQ(get("/gale/dags/news/dagRuns/r1/gantt").at("tries").as_array().size(), 2u);
    EXPECT_EQ(send("GET", "/gale/dags/news/dagRuns/nope/gantt").status, 404);
}

TEST_F(ViewTest, WhatARunWaitsForIsToldInBothForms) {
    trigger();
    waiting_.run = WaitingReason{"Dag Not Paused", "the DAG is paused", "dag_paused"};
    waiting_.task_instances = {
        {TaskId("label"), kNotMapped, TaskState::none, {"Trigger Rule", "waits for load", "setup", {{"more", 1}}}}};
    const auto waiting = get("/gale/dags/news/dagRuns/r1/waiting");
    EXPECT_EQ(waiting.at("run"), "the DAG is paused");
    EXPECT_EQ(waiting.at("code"), "dag_paused");
    const json::object& task = waiting.at("task_instances").as_array()[0].as_object();
    EXPECT_EQ(task.at("reason"), "waits for load");
    EXPECT_EQ(task.at("code"), "setup");
    EXPECT_EQ(json::serialize(task.at("values")), R"({"more":1})");
    EXPECT_TRUE(waiting.at("usual_seconds").is_null());
    const std::string base = "/api/v2/dags/news/dagRuns/r1/taskInstances/";
    EXPECT_EQ(json::serialize(get(base + "label/dependencies")),
              R"({"dependencies":[{"name":"Trigger Rule","reason":"waits for load"}]})");
    EXPECT_TRUE(get(base + "load/-1/dependencies").at("dependencies").as_array().empty());
    EXPECT_EQ(send("GET", base + "nope/dependencies").status, 404);
}

}  // namespace
}  // namespace gale
