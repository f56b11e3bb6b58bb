#include "store_fixture.hpp"

namespace gale {
namespace {

class SchedulerContract : public StoreContract {};
INSTANTIATE_TEST_SUITE_P(Stores, SchedulerContract, testing::ValuesIn(adapters()), adapter_name);

TEST_P(SchedulerContract, AConflictLeavesTheOtherRows) {
    const auto made = a_run(news, "r");
    const auto run = must(store->create_dag_run(made));
    Plan plan;
    plan.tasks = {{.id = made.task_instances[0].id, .to = TaskState::scheduled, .try_number = 1, .scheduled_at = at(1)},
                  {.id = made.task_instances[1].id, .from = TaskState::running, .to = TaskState::success},
                  {.id = TaskInstanceId("gone"), .to = TaskState::scheduled}};
    plan.runs = {{.run = run.key, .from = DagRunState::queued, .to = DagRunState::running, .start_date = at(1)},
                 {.run = run.key, .from = DagRunState::queued, .to = DagRunState::failed}};
    const auto outcome = must(store->apply(plan));
    EXPECT_THAT(outcome.task_conflicts, testing::ElementsAre(made.task_instances[1].id, TaskInstanceId("gone")));
    EXPECT_THAT(outcome.run_conflicts, testing::ElementsAre(run.key));
    EXPECT_EQ(task("r", "a").state, TaskState::scheduled);
    EXPECT_EQ(task("r", "a").scheduled_at, at(1));
    EXPECT_EQ(task("r", "b").state, TaskState::none);
    EXPECT_EQ(must(store->load_run(run.key)).run.state, DagRunState::running);
}

TEST_P(SchedulerContract, TheTryNumberFencesToo) {
    const auto made = a_run(news, "r");
    must(store->create_dag_run(made));
    Plan plan;
    plan.tasks = {{.id = made.task_instances[0].id, .from_try_number = 2, .to = TaskState::scheduled}};
    EXPECT_EQ(must(store->apply(plan)).task_conflicts.size(), 1u);
}

TEST_P(SchedulerContract, ARetryKeepsTheEndedTryInHistoryAndFencesItsToken) {
    auto made = a_run(news, "r");
    auto& ti = made.task_instances[0];
    ti.state = TaskState::running;
    ti.try_number = 1;
    ti.start_date = at(1);
    ti.pid = 42;
    must(store->create_dag_run(made));
    const TaskInstanceId next(uuid7());
    Plan plan;
    plan.tasks = {{.id = ti.id,
                   .from = TaskState::running,
                   .from_try_number = 1,
                   .to = TaskState::up_for_retry,
                   .end_date = at(5),
                   .next_try_at = at(50),
                   .reason = "exit 1",
                   .new_id = next}};
    must(store->apply(plan));
    auto tries = must(store->list_tries(key("r", "a")));
    ASSERT_EQ(tries.size(), 1u);  // the one that waits carries the number of the one that ended
    EXPECT_EQ(tries[0].id, ti.id);
    EXPECT_EQ(tries[0].state, TaskState::failed);
    EXPECT_EQ(tries[0].start_date, at(1));
    EXPECT_EQ(tries[0].end_date, at(5));
    EXPECT_EQ(tries[0].pid, 42);
    const auto now = task("r", "a");
    EXPECT_EQ(now.id, next);
    EXPECT_EQ(now.state, TaskState::up_for_retry);
    EXPECT_EQ(now.next_try_at, at(50));
    EXPECT_EQ(now.start_date, std::nullopt);
    EXPECT_EQ(now.end_date, std::nullopt);
    EXPECT_EQ(now.pid, std::nullopt);
    EXPECT_EQ(must(store->apply(plan)).task_conflicts.size(), 1u) << "a late report of the old try";
    plan.tasks = {{.id = next,
                   .from = TaskState::up_for_retry,
                   .from_try_number = 1,
                   .to = TaskState::scheduled,
                   .try_number = 2}};
    must(store->apply(plan));
    tries = must(store->list_tries(key("r", "a")));
    ASSERT_EQ(tries.size(), 2u);
    EXPECT_EQ(tries[1].id, next);
}

TEST_P(SchedulerContract, RunsThatExistAlreadyAreLeftOutOfAPlan) {
    const auto taken = must(store->create_dag_run(a_run(news, "taken")));
    Plan plan;
    plan.new_runs = {a_run(news, "taken", {"a"}, 60), a_run(news, "fresh", {"a"}, 120)};
    plan.next_due = {{DagId("news"), DueRun{at(180), at(180), {at(180), at(240)}}}};
    plan.pause_dags = {DagId("news")};
    const auto outcome = must(store->apply(plan));
    ASSERT_EQ(outcome.created_runs.size(), 1u);
    EXPECT_EQ(outcome.created_runs[0].run_id, RunId("fresh"));
    EXPECT_GT(outcome.created_runs[0].key.value(), 0);
    EXPECT_THAT(outcome.run_conflicts, testing::ElementsAre(taken.key)) << "so that it is looked at";
    EXPECT_EQ(must(store->get_dag(DagId("news"))).next_due, (DueRun{at(180), at(180), {at(180), at(240)}}));
    EXPECT_EQ(must(store->list_task_instances({}, {})).total, 3);
    EXPECT_EQ(must(store->load_active_runs()).size(), 2u);
}

TEST_P(SchedulerContract, ARunOfAReplacedVersionIsNotMadeNorIsItsDateUsedUp) {
    must(store->record_parsed_file(a_file("news.py", {a_dag("news", "h2")})));
    Plan plan;
    plan.new_runs = {a_run(news, "late")};
    plan.next_due = {{DagId("news"), DueRun{at(180), at(180), {at(180), at(240)}}}};
    const auto outcome = must(store->apply(plan));
    EXPECT_TRUE(outcome.created_runs.empty());
    EXPECT_THAT(outcome.changed_dags, testing::ElementsAre(DagId("news")));
    EXPECT_EQ(must(store->get_dag(DagId("news"))).next_due, std::nullopt);
}

TEST_P(SchedulerContract, TheInboxIsConsumedUpToWhatWasSeen) {
    must(store->create_dag_run(a_run(news, "r")));
    const auto seen = must(store->read_inbox("node"));
    must(store->set_dag_paused(DagId("news"), false));
    Plan plan;
    for (const InboxItem& item : seen) plan.consume_inbox.push_back(item.id);
    must(store->apply(plan));
    const auto left = must(store->read_inbox("node"));
    ASSERT_EQ(left.size(), 1u);
    EXPECT_EQ(left[0].kind, InboxItem::Kind::dag_changed);
    EXPECT_EQ(left[0].dag_id, DagId("news"));
}

TEST_P(SchedulerContract, ThePreviousRunIsTheNewestOfAnEarlierLogicalDate) {
    auto scheduled = a_run(news, "one", {"a"}, 0);
    scheduled.run.run_type = RunType::scheduled;
    scheduled.run.state = DagRunState::success;
    must(store->create_dag_run(scheduled));
    must(store->create_dag_run(a_run(news, "two", {"a"}, 60)));
    const auto third = must(store->create_dag_run(a_run(news, "three", {"a"}, 120)));
    EXPECT_EQ(must(store->previous_run(third, false))->run.run_id, RunId("two"));
    const auto skipped = must(store->previous_run(third, true));
    EXPECT_EQ(skipped->run.run_id, RunId("one"));
    EXPECT_EQ(skipped->task_instances.size(), 1u);
    EXPECT_FALSE(must(store->previous_run(skipped->run, false)));
}

TEST_P(SchedulerContract, RecentOutcomesAreNewestFirstAndFinishedOnly) {
    const DagRunState states[] = {DagRunState::success, DagRunState::failed, DagRunState::running, DagRunState::failed};
    for (int i = 0; i < 4; ++i) {
        auto run = a_run(news, "r" + std::to_string(i), {}, i * 60);
        run.run.state = states[i];
        must(store->create_dag_run(run));
    }
    using enum DagRunState;
    EXPECT_THAT(must(store->recent_outcomes(DagId("news"), 10)), testing::ElementsAre(failed, failed, success));
    EXPECT_THAT(must(store->recent_outcomes(DagId("news"), 1)), testing::ElementsAre(failed));
}

TEST_P(SchedulerContract, JobsAreUpdatedByIdAndTheNewestOfATypeIsShown) {
    Job job{.job_type = "SchedulerJob",
            .state = "running",
            .hostname = "h",
            .start_date = at(0),
            .latest_heartbeat = at(0)};
    const auto old = must(store->save_job(job));
    job.latest_heartbeat = at(10);
    job.id = must(store->save_job(job));
    EXPECT_NE(job.id, old);
    job.state = "success";
    job.end_date = at(11);
    EXPECT_EQ(must(store->save_job(job)), job.id);
    const auto jobs = must(store->latest_jobs());
    ASSERT_EQ(jobs.size(), 1u);
    EXPECT_EQ(jobs[0].id, job.id);
    EXPECT_EQ(jobs[0].end_date, at(11));
    job.id = 999;
    EXPECT_EQ(code_of(store->save_job(job)), ErrorCode::not_found);
}

}  // namespace
}  // namespace gale
