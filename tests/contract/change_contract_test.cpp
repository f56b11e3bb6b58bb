// The journal of changes: every kind of write shows up, exactly once a reader, in the order of commits.
#include <map>
#include <set>
#include <thread>

#include "store_fixture.hpp"

namespace gale {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr int kLimit = 1000;

class ChangeContract : public StoreContract {
protected:
    ChangeContract() { last_ = must(store->last_change()); }
    // What was committed since the last call.
    ChangeSet news_of_journal() {
        auto set = must(store->changes_since(last_, kLimit));
        EXPECT_FALSE(set.reset);
        EXPECT_GE(set.last, last_);
        last_ = set.last;
        return set;
    }
    std::vector<std::string> others() { return news_of_journal().others; }
    // A run that is running, as the scheduler makes it one.
    DagRun running_run(const std::string& run_id, std::vector<std::string> tasks = {"a", "b"}, std::int64_t date = 0) {
        auto run = must(store->create_dag_run(a_run(news, run_id, std::move(tasks), date)));
        Plan plan;
        plan.runs.push_back({run.key, DagRunState::queued, DagRunState::running, at(1), {}});
        must(store->apply(plan));
        return run;
    }
    void move(const TaskInstance& ti, TaskState to, int try_number) {
        Plan plan;
        plan.tasks = {{.id = ti.id,
                       .from = ti.state,
                       .from_try_number = ti.try_number,
                       .to = to,
                       .try_number = try_number,
                       .start_date = at(5)}};
        ASSERT_THAT(must(store->apply(plan)).task_conflicts, IsEmpty());
    }
    ChangeSeq last_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Stores, ChangeContract, testing::ValuesIn(adapters()), adapter_name);

TEST_P(ChangeContract, NothingIsNewsTwice) {
    EXPECT_TRUE(news_of_journal().empty());
    must(store->set_dag_paused(DagId("news"), false));
    EXPECT_FALSE(news_of_journal().empty());
    EXPECT_TRUE(news_of_journal().empty());
}

TEST_P(ChangeContract, ARunIsToldWithoutItsInstances) {
    must(store->create_dag_run(a_run(news, "r")));
    const auto set = news_of_journal();
    ASSERT_EQ(set.dag_runs.size(), 1u);
    EXPECT_EQ(set.dag_runs[0].dag_id, DagId("news"));
    EXPECT_EQ(set.dag_runs[0].run_id, RunId("r"));
    EXPECT_EQ(set.dag_runs[0].state, DagRunState::queued);
    EXPECT_EQ(set.dag_runs[0].run_after, at(0));
    EXPECT_EQ(set.dag_runs[0].start_date, std::nullopt);
    EXPECT_THAT(set.task_instances, IsEmpty());
}

TEST_P(ChangeContract, MappedInstancesAreToldByThemselves) {
    auto made = a_run(news, "r", {"a", "b"});
    made.task_instances[1].map_index = 0;
    must(store->create_dag_run(made));
    const auto set = news_of_journal();
    ASSERT_EQ(set.task_instances.size(), 1u);
    EXPECT_EQ(set.task_instances[0].map_index, 0);
}

TEST_P(ChangeContract, StatesThatARowPassedThroughAreFolded) {
    running_run("r");
    news_of_journal();
    move(task("r", "a"), TaskState::scheduled, 0);
    move(task("r", "a"), TaskState::queued, 1);
    move(task("r", "a"), TaskState::running, 1);
    move(task("r", "b"), TaskState::scheduled, 0);
    const auto set = news_of_journal();
    std::map<std::string, TaskState> states;
    for (const auto& ti : set.task_instances) states[ti.task_id.str()] = ti.state;
    EXPECT_THAT(states, ElementsAre(std::pair("a", TaskState::running), std::pair("b", TaskState::scheduled)));
    EXPECT_EQ(set.task_instances.size(), 2u);
    const auto& a = set.task_instances[set.task_instances[0].task_id == TaskId("a") ? 0 : 1];
    EXPECT_EQ(a.run_id, RunId("r"));
    EXPECT_EQ(a.map_index, kNotMapped);
    EXPECT_EQ(a.try_number, 1);
    EXPECT_EQ(a.start_date, at(5));
    EXPECT_THAT(set.dag_runs, IsEmpty());
}

TEST_P(ChangeContract, WhatLosesACompareAndSetIsNoNews) {
    running_run("r");
    news_of_journal();
    Plan plan;
    plan.tasks = {{.id = task("r", "a").id, .from_try_number = 7, .to = TaskState::running}};
    must(store->apply(plan));
    EXPECT_TRUE(news_of_journal().empty());
}

TEST_P(ChangeContract, ClearsMarksAndNotesAreTold) {
    const auto run = running_run("r");
    move(task("r", "a"), TaskState::failed, 1);
    news_of_journal();
    must(store->edit_run({.run = run.key,
                          .state = DagRunState::queued,
                          .task_instances = {{.id = task("r", "a").id, .new_id = TaskInstanceId(uuid7())}},
                          .at = at(9)}));
    const auto cleared = news_of_journal();
    ASSERT_EQ(cleared.dag_runs.size(), 1u);
    EXPECT_EQ(cleared.dag_runs[0].state, DagRunState::queued);
    ASSERT_EQ(cleared.task_instances.size(), 1u);
    EXPECT_EQ(cleared.task_instances[0].state, TaskState::none);
    must(store->set_dag_run_note(DagId("news"), RunId("r"), "why"));
    EXPECT_EQ(news_of_journal().dag_runs.size(), 1u);
}

TEST_P(ChangeContract, DeletionsAreToldInPlaceOfWhatWasThere) {
    running_run("r");
    move(task("r", "a"), TaskState::failed, 1);
    must(store->delete_dag_run(DagId("news"), RunId("r")));
    const auto run_gone = news_of_journal();
    ASSERT_EQ(run_gone.deleted.size(), 1u);
    EXPECT_EQ(run_gone.deleted[0].run_id, RunId("r"));
    EXPECT_THAT(run_gone.dag_runs, IsEmpty());
    EXPECT_THAT(run_gone.task_instances, IsEmpty());
    must(store->create_dag_run(a_run(news, "q")));
    news_of_journal();
    must(store->delete_dag(DagId("news")));
    const auto dag_gone = news_of_journal();
    std::set<std::optional<RunId>> gone;
    for (const auto& one : dag_gone.deleted) gone.insert(one.run_id);
    EXPECT_TRUE(gone.contains(std::nullopt));
    EXPECT_THAT(dag_gone.dags, IsEmpty());
}

TEST_P(ChangeContract, DagsAreToldWhenAnythingThatIsShownChanges) {
    must(store->set_dag_paused(DagId("news"), false));
    auto dags = news_of_journal().dags;
    ASSERT_EQ(dags.size(), 1u);
    EXPECT_FALSE(dags[0].is_paused);
    must(store->record_parsed_file(a_file("news.py", {a_dag("news")}, 60)));
    EXPECT_TRUE(news_of_journal().empty()) << "the same definition, parsed again";
    must(store->record_parsed_file(a_file("news.py", {a_dag("news", "h2")}, 120)));
    EXPECT_EQ(news_of_journal().dags.size(), 1u);
    auto broken = a_file("news.py", {}, 180);
    broken.import_error = "SyntaxError";
    must(store->record_parsed_file(broken));
    auto set = news_of_journal();
    ASSERT_EQ(set.dags.size(), 1u);
    EXPECT_TRUE(set.dags[0].has_import_errors);
    EXPECT_THAT(set.others, ElementsAre("import_errors"));
    must(store->record_parsed_file(broken));
    EXPECT_TRUE(news_of_journal().empty()) << "the same error again";
    must(store->forget_files({"/dags/news.py"}));
    set = news_of_journal();
    ASSERT_EQ(set.dags.size(), 1u);
    EXPECT_TRUE(set.dags[0].is_stale);
    EXPECT_THAT(set.others, ElementsAre("import_errors"));
}

TEST_P(ChangeContract, OtherKindsAreNamed) {
    must(store->set_pool({.name = PoolName("gpu"), .slots = 2}));
    EXPECT_THAT(others(), ElementsAre("pools"));
    must(store->delete_pool(PoolName("gpu")));
    EXPECT_THAT(others(), ElementsAre("pools"));
    must(store->set_variable({.key = "k", .value = "v"}));
    EXPECT_THAT(others(), ElementsAre("variables"));
    must(store->set_variable({.key = "k", .value = "w"}));
    EXPECT_THAT(others(), ElementsAre("variables"));
    must(store->delete_variable("k"));
    EXPECT_THAT(others(), ElementsAre("variables"));
    must(store->set_connection({.conn_id = "c", .conn_type = "http"}));
    must(store->delete_connection("c"));
    EXPECT_THAT(others(), ElementsAre("connections"));
    must(store->set_user({.username = "eve", .password_hash = "h", .role = "viewer"}));
    EXPECT_THAT(others(), ElementsAre("users"));
    must(store->set_user({.username = "eve", .password_hash = "h", .role = "admin"}));
    EXPECT_THAT(others(), ElementsAre("users"));
    must(store->revoke_token("t", at(100), at(0)));
    EXPECT_THAT(others(), ElementsAre("sessions"));
}

TEST_P(ChangeContract, HeartbeatsAreNoNews) {
    Job job{.job_type = "SchedulerJob", .state = "running", .start_date = at(0), .latest_heartbeat = at(0)};
    job.id = must(store->save_job(job));
    EXPECT_THAT(others(), ElementsAre("jobs"));
    job.latest_heartbeat = at(5);
    must(store->save_job(job));
    EXPECT_TRUE(news_of_journal().empty());
    job.state = "success";
    must(store->save_job(job));
    EXPECT_THAT(others(), ElementsAre("jobs"));
}

TEST_P(ChangeContract, TooMuchOrUnknownIsAReset) {
    const auto before = last_;
    for (int i = 0; i < 5; ++i) must(store->set_variable({.key = std::to_string(i), .value = "v"}));
    const auto now = must(store->last_change());
    const auto reset = must(store->changes_since(before, 4));
    EXPECT_TRUE(reset.reset);
    EXPECT_EQ(reset.last, now);
    EXPECT_THAT(reset.others, IsEmpty());
    EXPECT_FALSE(must(store->changes_since(before, 5)).reset);
    EXPECT_TRUE(must(store->changes_since(now + 1, kLimit)).reset) << "an id of another database";
    EXPECT_TRUE(must(store->changes_since(-1, kLimit)).reset);
}

TEST_P(ChangeContract, WhatWasPrunedIsAReset) {
    std::vector<std::string> tasks;
    for (int i = 0; i < 3000; ++i) tasks.push_back("t" + std::to_string(i));
    const auto made = a_run(news, "r", tasks);
    must(store->create_dag_run(made));
    const auto before = must(store->last_change());
    Plan plan;
    for (const auto& ti : made.task_instances) plan.tasks.push_back({.id = ti.id});
    for (int i = 0; i < 40; ++i) ASSERT_THAT(must(store->apply(plan)).task_conflicts, IsEmpty());
    Job job{.job_type = "SchedulerJob", .state = "running", .start_date = at(0), .latest_heartbeat = at(0)};
    job.id = must(store->save_job(job));
    const auto now = must(store->last_change());
    EXPECT_TRUE(must(store->changes_since(before, 1'000'000)).reset);
    const auto kept = must(store->changes_since(now - 99'000, 1'000'000));
    EXPECT_FALSE(kept.reset);
    EXPECT_EQ(kept.task_instances.size(), 3000u);
}

TEST_P(ChangeContract, AReaderBesideManyWritersMissesNothing) {
    std::vector<std::string> tasks;
    for (int i = 0; i < 40; ++i) tasks.push_back("t" + std::to_string(i));
    running_run("r", tasks);
    news_of_journal();
    auto other = database->is_shared() ? database->open() : nullptr;
    std::atomic<int> writers{4};
    std::vector<std::jthread> threads;
    for (int w = 0; w < 4; ++w) {
        threads.emplace_back([&, w] {
            Store& mine = other && w % 2 == 1 ? *other : *store;
            for (int number = 1; number <= 20; ++number) {
                for (int i = w; i < 40; i += 4) {
                    const auto ti = must(mine.get_task_instance(key("r", "t" + std::to_string(i))));
                    Plan plan;
                    plan.tasks = {{.id = ti.id,
                                   .from = ti.state,
                                   .from_try_number = ti.try_number,
                                   .to = TaskState::running,
                                   .try_number = number}};
                    must(mine.apply(plan));
                }
            }
            --writers;
        });
    }
    // What the reader was told last of each instance is what it is in the end.
    std::map<std::string, int> told;
    bool is_last = false;
    while (!is_last) {
        is_last = writers == 0;
        for (const auto& ti : news_of_journal().task_instances) {
            EXPECT_GE(ti.try_number, told[ti.task_id.str()]);
            told[ti.task_id.str()] = ti.try_number;
        }
    }
    EXPECT_EQ(told.size(), 40u);
    for (const auto& [task_id, number] : told) EXPECT_EQ(number, 20) << task_id;
}

}  // namespace
}  // namespace gale
