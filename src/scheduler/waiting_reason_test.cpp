#include "scheduler/waiting_reason.hpp"

#include <gtest/gtest.h>

#include "scheduler/dag_dsl.hpp"

namespace gale {
namespace {

using dsl::at;
using dsl::dag;
using dsl::Scene;
using enum TaskState;
using Tasks = std::map<std::string, json::object>;
using Reason = std::optional<WaitingReason>;

Reason reason_in(const Scene& scene, const std::string& task, TimePoint now = at(100), std::int64_t key = 1) {
    const RunIndex& run = scene.state.runs.at(DagRunKey(key));
    Slots occupied(scene.state);
    for (const auto& [other_key, other] : scene.state.runs)
        for (size_t i = 0; i < other.states().size(); ++i)
            if (is_executing(other.states()[i])) occupied.occupy(other, i, other.states()[i]);
    const auto index = run.of_task(*scene.shape->dag->index_of(TaskId(task))).first;
    return waiting_reason(scene.state, occupied, run, index, now);
}

std::string reason_of(const Scene& scene, const std::string& task, TimePoint now = at(100), std::int64_t key = 1) {
    const Reason reason = reason_in(scene, task, now, key);
    return reason ? std::string(reason->name) + ": " + reason->text : "";
}

void change(RunIndex& run, size_t i, TaskTransition transition) {
    transition.id = run.instance(i).id;
    run.apply(i, transition);
}

TEST(WaitingReason, NamesTheUpstreamTasksThatAreNotDone) {
    Scene scene(dag("a >> e; b >> e; c >> e; d >> e; x >> e"));
    scene.add_run();
    scene.set("a", success);
    scene.set("b", running);
    EXPECT_EQ(reason_of(scene, "e"),
              "Trigger Rule: waits for upstream b (running), c (not started), d (not started) and 1 more: 1 of 5 done, "
              "trigger rule all_success");
    EXPECT_EQ(reason_of(scene, "b"), "");
    EXPECT_EQ(reason_of(scene, "a"), "");
    EXPECT_EQ(reason_of(scene, "c"), "Scheduler: may start: the scheduler queues it in a moment");
    scene.set("c", failed);
    EXPECT_EQ(reason_of(scene, "e"), "Trigger Rule: becomes upstream_failed in a moment");
}

// What a page in another language makes its own sentence of.
TEST(WaitingReason, HasACodeAndWhatItNames) {
    Scene scene(dag("a >> e; b >> e; c >> e; d >> e; x >> e"));
    RunIndex& run = scene.add_run();
    scene.set("a", success);
    scene.set("b", running);
    const Reason upstream = reason_in(scene, "e");
    EXPECT_EQ(upstream->code, "upstream");
    EXPECT_EQ(
        json::serialize(upstream->values),
        R"({"tasks":[{"task_id":"b","state":"running"},{"task_id":"c","state":null},{"task_id":"d","state":null}],)"
        R"("more":1,"done":1,"total":5,"trigger_rule":"all_success"})");
    change(run, *scene.shape->dag->index_of(TaskId("c")),
           {.to = up_for_retry, .try_number = 1, .max_tries = 2, .next_try_at = at(200)});
    const Reason retry = reason_in(scene, "c");
    EXPECT_EQ(retry->code, "retry");
    EXPECT_EQ(json::serialize(retry->values), R"({"at":"2026-01-01T00:03:20Z","try":2,"tries":3})");
}

TEST(WaitingReason, ARetrySaysWhenAndWhichTry) {
    Scene scene(dag("a"));
    RunIndex& run = scene.add_run();
    change(run, 0, {.to = up_for_retry, .try_number = 1, .max_tries = 2, .next_try_at = at(200)});
    EXPECT_EQ(reason_of(scene, "a"), "Not In Retry Period: retries at 2026-01-01T00:03:20Z (try 2 of 3)");
    change(run, 0, {.to = up_for_reschedule, .next_try_at = at(200)});
    EXPECT_EQ(reason_of(scene, "a"), "Ready To Reschedule: looks again at 2026-01-01T00:03:20Z");
}

TEST(WaitingReason, APoolSaysHowManySlotsAreFree) {
    Scene scene(dag("a; b", [](Tasks& tasks, json::object&) {
        for (auto& [id, task] : tasks) task["pool"] = "p";
        tasks["b"]["pool_slots"] = 2;
    }));
    scene.state.pools[PoolName("p")] = {PoolName("p"), 2, "", false};
    scene.add_run();
    scene.set("a", running);
    EXPECT_EQ(reason_of(scene, "b"), "Pool Slots Available: waits for pool 'p': 1 of 2 slots free, 2 needed");
    scene.state.pools[PoolName("p")].slots = 1;
    EXPECT_EQ(
        reason_of(scene, "b"),
        "Pool Slots Available: waits for pool 'p': 0 of 1 slots free, 2 needed: more than the pool has, so enlarge "
        "it");
}

TEST(WaitingReason, AQueuedOrScheduledTaskThatNobodyTakesSaysSo) {
    Scene scene(dag("a; b"));
    RunIndex& run = scene.add_run();
    change(run, 0, {.to = queued, .try_number = 1, .scheduled_at = at(50), .queued_at = at(50)});
    change(run, 1, {.to = scheduled, .try_number = 1, .scheduled_at = at(50)});
    EXPECT_EQ(reason_of(scene, "a", at(51)), "Worker: queued: the worker starts it in a moment");
    EXPECT_EQ(reason_of(scene, "a", at(90)),
              "Worker: queued for 40 s, and no worker has started it: see whether one is alive");
    EXPECT_EQ(reason_of(scene, "b", at(90)),
              "Worker: slots are free, but for 40 s no worker has taken tasks: see whether one is alive");
}

TEST(WaitingReason, ThePastIsNamedByItsRun) {
    Scene scene(dag("a >> b", [](Tasks& tasks, json::object&) { tasks["a"]["depends_on_past"] = true; }));
    RunIndex& run = scene.add_run(2);
    run.previous_known = true;
    run.previous = PreviousRun{DagRunKey(1), RunId("yesterday"), {{TaskId("a"), {failed}}}};
    EXPECT_EQ(reason_of(scene, "a", at(100), 2),
              "Previous Dagrun State: waits for itself in the run before, yesterday, where it is failed "
              "(depends_on_past)");
    run.previous->states.clear();
    EXPECT_EQ(reason_of(scene, "a", at(100), 2),
              "Previous Dagrun State: the run before, yesterday, has no such task (depends_on_past)");
}

TEST(WaitingReason, SetupsAndWhatTheyCoverComeFirst) {
    Scene scene(dag("s >> w >> x >> t; s >> t", [](Tasks& tasks, json::object&) {
        tasks["s"]["is_setup"] = true;
        tasks["t"]["is_teardown"] = true;
    }));
    scene.add_run();
    scene.set("s", running);
    EXPECT_EQ(reason_of(scene, "x"), "Trigger Rule: waits for its setup s (running)");
    scene.set("s", success);
    scene.set("w", running);
    EXPECT_EQ(reason_of(scene, "x"),
              "Trigger Rule: waits for upstream w (running): 0 of 1 done, trigger rule all_success");
}

TEST(WaitingReason, ARunIsHeldByItsDagItsDateOrOtherRuns) {
    Scene scene(dag("a"));
    RunIndex& run = scene.add_run(5, DagRunState::queued);
    auto& row = scene.state.dags.at(DagId("d")).row;
    row.max_active_runs = 2;
    const auto told = [&](std::vector<RunId> others, TimePoint now = at(100)) {
        const auto reason = run_waiting_reason(scene.state, run, others, now);
        return reason ? reason->text : "";
    };
    EXPECT_EQ(told({}), "the scheduler starts the run in a moment");
    EXPECT_EQ(told({}, at(1)), "the run starts at 2026-01-01T00:00:05Z");
    EXPECT_EQ(told({RunId("x"), RunId("y")}), "waits for other runs: 2 of 2 (max_active_runs) are active, x, y");
    run.run.run_type = RunType::backfill;
    EXPECT_EQ(told({RunId("x"), RunId("y")}), "the scheduler starts the run in a moment");
    row.is_paused = true;
    EXPECT_EQ(told({}), "the DAG is paused: unpause it, and the run goes on");
    row.is_stale = true;
    EXPECT_EQ(told({}), "the DAG's file is gone, or no longer defines it");
    run.run.state = DagRunState::success;
    EXPECT_EQ(told({}), "");
}

TEST(WaitingReason, DurationsAreRough) {
    using namespace std::chrono_literals;
    EXPECT_EQ(rough_duration(-5s), "0 s");
    EXPECT_EQ(rough_duration(119s), "119 s");
    EXPECT_EQ(rough_duration(40min), "40 min");
    EXPECT_EQ(rough_duration(3h + 20min), "3 h 20 min");
    EXPECT_EQ(rough_duration(5h), "5 h");
    EXPECT_EQ(rough_duration(72h), "3 days");
}

}  // namespace
}  // namespace gale
