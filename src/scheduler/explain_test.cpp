#include "scheduler/explain.hpp"

#include <gtest/gtest.h>

#include "base/hash.hpp"
#include "model/new_run.hpp"
#include "store/sqlite/sqlite_store.hpp"

namespace gale {
namespace {

using namespace std::chrono_literals;

TimePoint at(std::int64_t seconds) {
    return TimePoint(std::chrono::seconds(1'767'225'600 + seconds));  // 2026-01-01
}

// A store with the DAG "d", a >> b, whose pool has one slot.
class ExplainTest : public testing::Test {
protected:
    void SetUp() override {
        store = open_sqlite_store({.path = ":memory:"}).value();
        ASSERT_TRUE(store->migrate());
        definition = json::parse_object(R"({"dag_id":"d","tasks":[
            {"task_id":"a","task_type":"BashOperator","module":"m","pool":"one","downstream_task_ids":["b"]},
            {"task_id":"b","task_type":"BashOperator","module":"m"}]})")
                         .value();
        ParsedFile file;
        file.fileloc = "/dags/d.py";
        file.relative_fileloc = "d.py";
        file.parsed_at = at(0);
        file.paused_at_creation = false;
        ParsedDag dag;
        dag.dag_id = DagId("d");
        dag.canonical_definition = json::canonical(definition);
        dag.dag_hash = sha256_hex(dag.canonical_definition);
        dag.row.max_active_runs = 1;
        file.dags.push_back(dag);
        ASSERT_TRUE(store->record_parsed_file(file));
        ASSERT_TRUE(store->set_pool({PoolName("one"), 1, "", false}));
        beat("running", at(100));
        explainer = std::make_unique<RunExplainer>(*store, SchedulerSettings{}, 30s);
    }
    void beat(const std::string& state, TimePoint when) {
        job.job_type = "SchedulerJob";
        job.state = state;
        job.hostname = "h";
        job.start_date = at(0);
        job.latest_heartbeat = when;
        job.id = store->save_job(job).value();
    }
    DagRun add_run(const std::string& run_id, DagRunState state, std::int64_t date) {
        NewDagRun made;
        made.run.dag_id = DagId("d");
        made.run.run_id = RunId(run_id);
        made.run.logical_date = made.run.run_after = made.run.queued_at = at(date);
        made.run.state = state;
        if (state == DagRunState::running) made.run.start_date = at(date);
        made.run.dag_version = store->get_dag(DagId("d")).value().latest_version;
        made.task_instances = make_task_instances(dag_from_json(definition).value(), made.run);
        return store->create_dag_run(made).value();
    }
    void move(const std::string& run_id, const std::string& task, TaskState to) {
        const auto now = store->get_task_instance({DagId("d"), RunId(run_id), TaskId(task)}).value();
        Plan plan;
        TaskTransition change;
        change.id = now.id;
        change.from = now.state;
        change.from_try_number = now.try_number;
        change.to = to;
        change.try_number = 1;
        plan.tasks = {change};
        ASSERT_TRUE(store->apply(plan).value().task_conflicts.empty());
    }
    // "run text | a: reason | b: reason"
    std::string told(const std::string& run_id, TimePoint now = at(101)) {
        const auto waiting = explainer->explain(DagId("d"), RunId(run_id), now);
        EXPECT_TRUE(waiting) << waiting.error().to_string();
        std::string text = waiting->run ? waiting->run->text : "-";
        for (const WaitingTask& task : waiting->task_instances)
            text += " | " + task.task_id.str() + ": " + task.reason.text;
        return text;
    }

    json::object definition;
    std::unique_ptr<Store> store;
    Job job;
    std::unique_ptr<RunExplainer> explainer;
};

TEST_F(ExplainTest, APoolTakenByAnotherDagsRunHoldsTheTaskAndTheRun) {
    add_run("r1", DagRunState::running, 1);
    add_run("r2", DagRunState::running, 2);
    move("r1", "a", TaskState::running);
    EXPECT_EQ(told("r2"),
              "nothing runs now: a waits for pool 'one': 0 of 1 slots free, 1 needed | a: waits for pool 'one': 0 of 1 "
              "slots free, 1 needed | b: waits for upstream a (not started): 0 of 1 done, trigger rule all_success");
    // What runs does not wait, and a run of which something runs is not held.
    EXPECT_EQ(told("r1"), "- | b: waits for upstream a (running): 0 of 1 done, trigger rule all_success");
}

TEST_F(ExplainTest, AQueuedRunNamesTheRunThatItWaitsFor) {
    add_run("first", DagRunState::running, 1);
    add_run("second", DagRunState::queued, 2);
    const std::string reason = "waits for other runs: 1 of 1 (max_active_runs) are active, first";
    EXPECT_EQ(told("second"), reason + " | a: " + reason + " | b: " + reason);
}

TEST_F(ExplainTest, ADeadSchedulerIsSaidBeforeAllElse) {
    add_run("r", DagRunState::running, 1);
    const std::string reason = "no scheduler has been alive for 40 s: start one";
    EXPECT_EQ(told("r", at(140)), reason + " | a: " + reason + " | b: " + reason);
    beat("success", at(141));
    EXPECT_EQ(told("r", at(150)).substr(0, 36), "the scheduler was stopped 9 s ago: s");
}

TEST_F(ExplainTest, WhatTheWorkerHasIsNotHeldByAPause) {
    add_run("r", DagRunState::running, 1);
    move("r", "a", TaskState::queued);
    ASSERT_TRUE(store->set_dag_paused(DagId("d"), true));
    EXPECT_EQ(told("r"),
              "the DAG is paused: unpause it, and the run goes on | a: queued: the worker starts it in a "
              "moment | b: the DAG is paused: unpause it, and the run goes on");
}

TEST_F(ExplainTest, AFinishedRunWaitsForNothingAndAnUnknownOneIsNamed) {
    add_run("done", DagRunState::success, 1);
    EXPECT_EQ(told("done"), "-");
    const auto unknown = explainer->explain(DagId("d"), RunId("nope"), at(0));
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code(), ErrorCode::not_found);
}

}  // namespace
}  // namespace gale
