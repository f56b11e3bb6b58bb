#include "scheduler/decide.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "scheduler/dag_dsl.hpp"
#include "scheduler/reports.hpp"
#include "scheduler/slots.hpp"

namespace gale {
namespace {

using dsl::at;
using dsl::dag;
using dsl::Scene;
using enum TaskState;
using Tasks = std::map<std::string, json::object>;

TEST(Decide, QueuesRootsInOneTransitionAndNothingElse) {
    Scene scene(dag("a >> b; c"));
    scene.add_run();
    EXPECT_EQ(scene.decided(), "a=queued c=queued");
    const Decision decision = decide(scene.state, at(100));
    EXPECT_EQ(decision.dispatch.size(), 2u);
    EXPECT_EQ(decision.plan.tasks[0].from, none);
    EXPECT_EQ(decision.plan.tasks[0].try_number, 1);
    EXPECT_EQ(decision.plan.tasks[0].scheduled_at, at(100));
    EXPECT_EQ(decision.plan.tasks[0].queued_at, at(100));
}

TEST(Decide, ChildWaitsForAllItsParents) {
    Scene scene(dag("a >> c; b >> c"));
    scene.add_run();
    scene.set("a", success);
    scene.set("b", running);
    EXPECT_EQ(scene.decided(), "");
    scene.set("b", success);
    EXPECT_EQ(scene.decided(), "c=queued");
}

TEST(Decide, ForcedStatesSettleAlongAWholeChainAtOnce) {
    Scene scene(dag("a >> b >> c >> d"));
    scene.add_run();
    scene.set("a", failed);
    EXPECT_EQ(scene.decided(), "b=upstream_failed c=upstream_failed d=upstream_failed run1=failed");
    scene.set("a", skipped);
    EXPECT_EQ(scene.decided(), "b=skipped c=skipped d=skipped run1=success");
}

TEST(Decide, ATreeOfAThousandEmptyTasksEndsInOneDecision) {
    std::string text;
    for (int i = 1; i < 1000; ++i) text += "t" + std::to_string((i - 1) / 2) + " >> t" + std::to_string(i) + ";";
    Scene scene(dag(text, [](Tasks& tasks, json::object&) {
        for (auto& [id, task] : tasks) task["native"] = json::object{{"kind", "empty"}};
    }));
    scene.add_run();
    const Decision decision = decide(scene.state, at(100));
    EXPECT_EQ(decision.plan.tasks.size(), 1000u);
    EXPECT_TRUE(decision.dispatch.empty());
    ASSERT_EQ(decision.plan.runs.size(), 1u);
    EXPECT_EQ(decision.plan.runs[0].to, DagRunState::success);
}

TEST(Decide, ARunWhoseOnlyTaskWaitsForItsEarlierTryIsNotDeadlocked) {
    Scene scene(dag("a"));
    const RunIndex& run = scene.add_run();
    scene.state.stopping[run.run.key].insert({TaskId("a"), -1});
    EXPECT_EQ(scene.decided(), "") << "neither a second try beside the first, nor the run's end";
    scene.state.stopping.clear();
    EXPECT_EQ(scene.decided(), "a=queued");
}

TEST(Decide, RetryWaitsForItsMomentAndWakesThen) {
    Scene scene(dag("a"));
    RunIndex& run = scene.add_run();
    TaskTransition wait;
    wait.to = up_for_retry;
    wait.try_number = 1;
    wait.next_try_at = at(200);
    run.apply(0, wait);
    EXPECT_EQ(scene.decided(at(200)), "");
    EXPECT_EQ(decide(scene.state, at(100)).next_wake, at(200) + Duration{1});
    const Decision decision = decide(scene.state, at(200) + Duration{1});
    ASSERT_EQ(decision.plan.tasks.size(), 1u);
    EXPECT_EQ(decision.plan.tasks[0].try_number, 2);
}

TEST(Decide, NoLimitIsExceeded) {
    const auto dag_limit = [](Tasks&, json::object& d) { d["max_active_tasks"] = 2; };
    const auto none_set = [](Tasks&, json::object&) {};
    const auto pool = [](Tasks& t, json::object&) {
        for (auto& [id, task] : t) {
            task["pool"] = "p";
            task["pool_slots"] = 2;
        }
    };
    const auto unknown = [](Tasks& t, json::object&) { t["c"]["pool"] = "nowhere"; };
    struct Case {
        const char* name;
        std::function<void(Tasks&, json::object&)> dag;
        int parallelism, slots;
        std::string decided, reason;
    };
    const Case cases[] = {
        {"parallelism", none_set, 1, 8, "a=queued b=scheduled c=scheduled",
         "waits for a free slot: all 1 of [core] parallelism are taken"},
        {"max_active_tasks", dag_limit, 32, 8, "a=queued b=queued c=scheduled",
         "waits for other tasks of the run: all 2 of max_active_tasks are taken"},
        {"pool", pool, 32, 4, "a=queued b=queued c=scheduled", "waits for pool 'p': 0 of 4 slots free, 2 needed"},
        {"pool, unlimited", pool, 32, kUnlimitedSlots, "a=queued b=queued c=queued", ""},
        {"unknown pool", unknown, 32, 8, "a=queued b=queued c=scheduled",
         "waits for pool 'nowhere', which does not exist: create it"},
    };
    for (const Case& c : cases) {
        Scene scene(dag("a; b; c", c.dag));
        scene.state.limits.parallelism = c.parallelism;
        scene.state.pools[PoolName("p")] = {PoolName("p"), c.slots, "", false};
        RunIndex& run = scene.add_run();
        EXPECT_EQ(scene.decided(), c.decided) << c.name;
        const Decision decision = decide(scene.state, at(100));
        for (const TaskTransition& change : decision.plan.tasks) run.apply(*run.find(change.id), change);
        Slots occupied(scene.state);
        for (size_t i = 0; i < run.states().size(); ++i)
            if (is_executing(run.states()[i])) occupied.occupy(run, i, run.states()[i]);
        const auto reason = occupied.refusal(run, 2);
        EXPECT_EQ(run.states()[2] == queued ? "" : reason.value().text, c.reason) << c.name;
    }
}

TEST(Decide, HigherPriorityThenOlderRunGoFirst) {
    Scene scene(dag("a; b", [](Tasks& t, json::object&) { t["b"]["priority_weight"] = 5; }));
    scene.state.limits.parallelism = 3;
    scene.add_run(1);
    scene.add_run(2);
    EXPECT_EQ(scene.decided(), "b=queued b2=queued a=queued a2=scheduled");
}

TEST(Decide, SameTaskOfOtherRunsCountsForMaxActiveTisPerDag) {
    Scene scene(dag("a", [](Tasks& t, json::object&) { t["a"]["max_active_tis_per_dag"] = 1; }));
    scene.add_run(1);
    scene.add_run(2);
    EXPECT_EQ(scene.decided(), "a=queued a2=scheduled");
}

TEST(Decide, PausedDagStartsNothingButItsRunsEnd) {
    Scene scene(dag("a >> b"));
    scene.state.dags.begin()->second.row.is_paused = true;
    scene.add_run();
    EXPECT_EQ(scene.decided(), "");
    scene.set("a", failed);
    EXPECT_EQ(scene.decided(), "b=upstream_failed run1=failed");
}

TEST(Decide, QueuedRunsStartUpToMaxActiveRunsOldestFirst) {
    Scene scene(dag("a"));
    scene.state.dags.begin()->second.row.max_active_runs = 2;
    for (const int key : {1, 2, 3}) scene.add_run(key, DagRunState::queued);
    EXPECT_EQ(scene.decided(), "a=queued a2=queued run1=running run2=running");
}

TEST(Decide, DependsOnPastWaitsForTheRunBefore) {
    Scene scene(dag("a", [](Tasks& t, json::object&) { t["a"]["depends_on_past"] = true; }));
    scene.add_run(1).previous_known = true;
    RunIndex& second = scene.add_run(2);
    second.previous_known = true;
    second.previous = PreviousRun{DagRunKey(1), RunId("r1"), {}};
    EXPECT_EQ(scene.decided(), "a=queued");
    scene.set("a", failed);
    EXPECT_EQ(scene.decided(), "run1=failed");
    scene.set("a", skipped);
    EXPECT_EQ(scene.decided(), "a2=queued run1=success");
}

TEST(Decide, TimedOutRunFailsAndItsUnfinishedTasksAreSkipped) {
    Scene scene(dag("a >> b", [](Tasks&, json::object& d) { d["dagrun_timeout"] = 60; }));
    scene.add_run();
    scene.set("a", running);
    EXPECT_EQ(decide(scene.state, at(2)).next_wake, at(61));
    EXPECT_EQ(scene.decided(at(61)), "a=skipped b=skipped run1=failed");
}

TEST(Decide, FailFastStopsAllButTeardowns) {
    Scene scene(dag("a; b; c; s >> w >> t; s >> t", [](Tasks& t, json::object& d) {
        d["fail_fast"] = true;
        t["s"]["is_setup"] = true;
        t["t"]["is_teardown"] = true;
        t["t"]["trigger_rule"] = "all_done_setup_success";
    }));
    RunIndex& run = scene.add_run();
    scene.set("a", failed);
    scene.set("b", running);
    scene.set("s", success);
    run.fail_fast_due = true;
    EXPECT_EQ(scene.decided(), "b=failed c=skipped w=skipped t=queued");
}

TEST(Decide, FailedTeardownDoesNotFailTheRun) {
    for (const bool counts : {false, true}) {
        Scene scene(dag("w >> t", [&](Tasks& t, json::object&) {
            t["t"]["is_teardown"] = true;
            t["t"]["on_failure_fail_dagrun"] = counts;
        }));
        scene.add_run();
        scene.set("w", success);
        scene.set("t", failed);
        EXPECT_EQ(scene.decided(), counts ? "run1=failed" : "run1=success");
    }
}

TEST(Decide, DueRunsAreCreatedWithCatchupAndAtMostOneWithout) {
    for (const bool catchup : {false, true}) {
        Scene scene(dag("a", [&](Tasks&, json::object& d) {
            d["catchup"] = catchup;
            d["start_date"] = "2026-01-01T00:00:00+00:00";
            d["schedule"] =
                json::object{{"kind", "cron"}, {"expression", "0 * * * *"}, {"timezone", "UTC"}, {"interval", false}};
        }));
        DagEntry& entry = scene.state.dags.begin()->second;
        entry.timetable = *make_timetable(scene.shape->dag->schedule, {});
        const TimePoint now = at(3 * 3600 + 60);  // 03:01; ticks at 0, 1, 2, 3
        EXPECT_EQ(decide(scene.state, now).plan.new_runs.size(), catchup ? 4u : 1u);
        EXPECT_EQ(decide(scene.state, now).next_wake, at(4 * 3600));
        entry.row.max_active_runs = 2;
        EXPECT_EQ(decide(scene.state, now).plan.new_runs.size(), catchup ? 2u : 1u);
        entry.row.has_import_errors = true;
        EXPECT_TRUE(decide(scene.state, now).plan.new_runs.empty());
        entry.row.has_import_errors = false;
        entry.row.is_paused = true;
        EXPECT_TRUE(decide(scene.state, now).plan.new_runs.empty());
    }
}

TEST(Decide, DagPausesAfterItsLastRunsAllFailed) {
    Scene scene(dag("a"));
    DagEntry& entry = scene.state.dags.begin()->second;
    entry.row.max_consecutive_failed_dag_runs = 2;
    using Outcomes = std::vector<DagRunState>;
    entry.outcomes = Outcomes{DagRunState::failed, DagRunState::success};
    EXPECT_TRUE(decide(scene.state, at(1)).plan.pause_dags.empty());
    entry.outcomes = Outcomes{DagRunState::failed};
    EXPECT_TRUE(decide(scene.state, at(1)).plan.pause_dags.empty());
    entry.outcomes = Outcomes{DagRunState::failed, DagRunState::failed};
    EXPECT_EQ(decide(scene.state, at(1)).plan.pause_dags.size(), 1u);
}

TEST(Reports, FailureIsRetriedOnlyWhileTriesAreLeft) {
    TaskInstance instance;
    instance.state = running;
    instance.try_number = 1;
    instance.max_tries = 1;
    const Task task;
    const TryFinished report{TaskInstanceId("x"), at(10), failed, true, {}, {}, "exit code 1"};
    const auto retried = finished(instance, task, {}, report, TaskInstanceId("new"));
    ASSERT_TRUE(retried);
    EXPECT_EQ(retried->to, up_for_retry);
    EXPECT_EQ(retried->new_id, TaskInstanceId("new"));
    EXPECT_EQ(retried->next_try_at, at(310));
    instance.try_number = 2;
    EXPECT_EQ(finished(instance, task, {}, report, TaskInstanceId("new"))->to, failed);
    instance.try_number = 1;
    TryFinished final_report = report;
    final_report.retry_allowed = false;
    EXPECT_EQ(finished(instance, task, {}, final_report, TaskInstanceId("new"))->to, failed);
    instance.state = success;
    EXPECT_FALSE(finished(instance, task, {}, report, TaskInstanceId("new")));
}

}  // namespace
}  // namespace gale
