#include "store_fixture.hpp"

namespace gale {
namespace {

class RunContract : public StoreContract {};
INSTANTIATE_TEST_SUITE_P(Stores, RunContract, testing::ValuesIn(adapters()), adapter_name);

TEST_P(RunContract, ARunComesBackAsItWasGiven) {
    auto made = a_run(news, "r");
    made.run.conf = json::object{{"depth", json::object{{"x", json::array{1, nullptr, "é"}}}}};
    made.run.note = "";
    made.run.triggered_by = TriggeredBy::operator_;
    made.run.triggering_user_name = "ann";
    const auto created = must(store->create_dag_run(made));
    const auto run = must(store->get_dag_run(DagId("news"), RunId("r")));
    EXPECT_EQ(run.key, created.key);
    EXPECT_EQ(run.conf, made.run.conf);
    EXPECT_EQ(run.note, std::string());
    EXPECT_EQ(run.data_interval, made.run.data_interval);
    EXPECT_EQ(run.triggered_by, TriggeredBy::operator_);
    EXPECT_EQ(run.start_date, std::nullopt);
    const auto ti = task("r", "a");
    EXPECT_EQ(ti.id, made.task_instances[0].id);
    EXPECT_EQ(ti.run, run.key);
    EXPECT_EQ(ti.state, TaskState::none);
    const auto inbox = must(store->read_inbox("node"));
    EXPECT_EQ(inbox.back().kind, InboxItem::Kind::run_changed);
    EXPECT_EQ(inbox.back().run, run.key);
}

TEST_P(RunContract, RunIdsAndLogicalDatesAreUniqueInTheirDag) {
    must(store->create_dag_run(a_run(news, "r")));
    EXPECT_EQ(code_of(store->create_dag_run(a_run(news, "r", {"a"}, 60))), ErrorCode::already_exists);
    EXPECT_EQ(code_of(store->create_dag_run(a_run(news, "s"))), ErrorCode::already_exists);
    auto undated = a_run(news, "t");
    undated.run.logical_date.reset();
    must(store->create_dag_run(undated));
    undated.run.run_id = RunId("u");
    for (auto& ti : undated.task_instances) ti.id = TaskInstanceId(uuid7());
    must(store->create_dag_run(undated));
    EXPECT_EQ(must(store->list_task_instances({}, {})).total, 6);
}

TEST_P(RunContract, UnknownThingsAreNamed) {
    const auto no_run = store->get_dag_run(DagId("news"), RunId("nope"));
    EXPECT_EQ(code_of(no_run), ErrorCode::not_found);
    EXPECT_THAT(no_run.error().message(), testing::HasSubstr("'nope'"));
    must(store->create_dag_run(a_run(news, "r")));
    EXPECT_THAT(store->get_task_instance(key("r", "zz")).error().message(), testing::HasSubstr("'zz'"));
    EXPECT_THAT(store->get_task_instance(key("q", "a")).error().message(), testing::HasSubstr("'q'"));
    EXPECT_EQ(code_of(store->get_task_instance(TaskInstanceId("old"))), ErrorCode::not_found);
    EXPECT_EQ(code_of(store->delete_dag_run(DagId("news"), RunId("nope"))), ErrorCode::not_found);
    EXPECT_EQ(code_of(store->set_dag_run_note(DagId("news"), RunId("nope"), "x")), ErrorCode::not_found);
    EXPECT_EQ(code_of(store->edit_run({.run = DagRunKey(99)})), ErrorCode::not_found);
}

TEST_P(RunContract, ListsFilterAndPage) {
    for (int i = 0; i < 5; ++i) {
        auto run = a_run(news, "r" + std::to_string(i), {"a"}, i * 60);
        if (i == 3) run.run.state = DagRunState::failed;
        if (i == 3) run.task_instances[0].state = TaskState::failed;
        must(store->create_dag_run(run));
    }
    EXPECT_EQ(must(store->list_dag_runs({.states = {DagRunState::failed}}, {})).items.at(0).run_id, RunId("r3"));
    EXPECT_EQ(must(store->list_dag_runs({.run_id_like = {.pattern = "r1|r2"}}, {})).total, 2);
    EXPECT_EQ(must(store->list_dag_runs({.logical_date = {at(60), at(180)}}, {})).total, 3);
    const auto page =
        must(store->list_dag_runs({.dag_id = DagId("news")}, {.limit = 2, .offset = 1, .order_by = {"-run_after"}}));
    EXPECT_EQ(page.total, 5);
    ASSERT_EQ(page.items.size(), 2u);
    EXPECT_EQ(page.items[0].run_id, RunId("r3"));
    EXPECT_EQ(must(store->list_task_instances({.states = {TaskState::none}}, {})).total, 4);
    EXPECT_EQ(must(store->list_task_instances({.states = {TaskState::none, TaskState::failed}}, {})).total, 5);
    EXPECT_EQ(must(store->list_dag_runs({}, {.limit = -1})).items.size(), 5u);
    EXPECT_TRUE(must(store->list_dag_runs({}, {.limit = 0})).items.empty());
}

TEST_P(RunContract, ClearingArchivesTheTryAndQueuesTheRunAgain) {
    auto made = a_run(news, "r");
    made.run.state = DagRunState::failed;
    made.run.start_date = made.run.end_date = at(1);
    auto& first = made.task_instances[0];
    first.state = TaskState::failed;
    first.try_number = 1;
    first.start_date = first.end_date = at(1);
    first.pid = 77;
    const auto run = must(store->create_dag_run(made));
    const TaskInstanceId next(uuid7());
    must(store->edit_run({.run = run.key,
                          .state = DagRunState::queued,
                          .task_instances = {{.id = first.id, .to = TaskState::none, .new_id = next, .max_tries = 3}},
                          .at = at(9)}));
    const auto cleared = must(store->get_dag_run(DagId("news"), RunId("r")));
    EXPECT_EQ(cleared.state, DagRunState::queued);
    EXPECT_EQ(cleared.clear_number, 1);
    EXPECT_EQ(cleared.queued_at, at(9));
    EXPECT_EQ(cleared.end_date, std::nullopt);
    const auto now = task("r", "a");
    EXPECT_EQ(now.id, next);
    EXPECT_EQ(now.state, TaskState::none);
    EXPECT_EQ(now.max_tries, 3);
    EXPECT_EQ(now.pid, std::nullopt);
    must(store->edit_run({.run = run.key, .task_instances = {{.id = next, .to = TaskState::success}}, .at = at(11)}));
    EXPECT_EQ(task("r", "a").end_date, at(11));
    const auto stale = store->edit_run({.run = run.key,
                                        .state = DagRunState::success,
                                        .task_instances = {{.id = first.id, .to = TaskState::success}}});
    EXPECT_EQ(code_of(stale), ErrorCode::conflict);
    EXPECT_EQ(must(store->get_dag_run(DagId("news"), RunId("r"))).state, DagRunState::queued);
}

TEST_P(RunContract, DeletingARunTakesItsTasksAndTellsTheScheduler) {
    const auto run = must(store->create_dag_run(a_run(news, "r")));
    must(store->set_rendered_fields(key("r", "a"), {{"bash_command", "x"}}));
    must(store->delete_dag_run(DagId("news"), RunId("r")));
    EXPECT_EQ(must(store->list_task_instances({}, {})).total, 0);
    EXPECT_EQ(must(store->read_inbox("node")).back().run, run.key);
    EXPECT_EQ(code_of(store->load_run(run.key)), ErrorCode::not_found);
}

TEST_P(RunContract, PoolsCountTheSlotsOfTheirTasks) {
    auto made = a_run(news, "r", {"a", "b", "c"});
    made.task_instances[0].state = TaskState::running;
    made.task_instances[0].pool_slots = 3;
    made.task_instances[1].state = TaskState::queued;
    must(store->create_dag_run(made));
    const auto pools = must(store->pools_in_use());
    ASSERT_EQ(pools.size(), 1u);
    EXPECT_EQ(pools[0].first.slots, 128);
    EXPECT_EQ(pools[0].second.running, 3);
    EXPECT_EQ(pools[0].second.queued, 1);
}

}  // namespace
}  // namespace gale
