// Several schedulers share the DAGs of one database.
#include <gtest/gtest.h>

#include <thread>

#include "base/hash.hpp"
#include "store_fixture.hpp"

namespace gale {
namespace {

constexpr Duration kNever = std::chrono::hours{1};

class LeaseContract : public StoreContract {
protected:
    LeaseContract() { must(store->record_parsed_file(a_file("more.py", {a_dag("left"), a_dag("right")}))); }

    // A scheduler that leads what its name is given, "left" and "news" to a, "right" to b where both live.
    LeaseRequest request(const std::string& node, std::int64_t job_id) {
        LeaseRequest made;
        made.node_id = node;
        made.job_id = job_id;
        made.hostname = "host";
        made.worker_lease = kNever;
        made.dead_after = kNever;
        made.look_around = true;
        made.leader = [](const DagId& dag_id, const std::vector<std::string>& nodes) -> const std::string& {
            return dag_id.str() == "right" ? nodes.back() : nodes.front();
        };
        return made;
    }
    static std::string ids(const std::map<DagId, std::int64_t>& held) {
        std::string text;
        for (const auto& [dag_id, fence] : held) text += dag_id.str() + " ";
        return text;
    }
    std::map<DagId, std::int64_t> renew(const LeaseRequest& with) { return *must(store->renew_leases(with)).held; }

    // A run of "news" whose task "a" is queued at the node.
    TaskInstance queued_at(const std::string& node, const std::string& run_id, std::int64_t date = 0) {
        const auto run = must(store->create_dag_run(a_run(news, run_id, {"a", "b"}, date)));
        Plan plan;
        plan.tasks = {{.id = task(run_id, "a").id, .to = TaskState::queued, .try_number = 1, .node_id = node}};
        must(store->apply(plan));
        return task(run_id, "a");
    }
};
INSTANTIATE_TEST_SUITE_P(Stores, LeaseContract, testing::ValuesIn(adapters()), adapter_name);

TEST_P(LeaseContract, TheOnlySchedulerLeadsAll) {
    const auto round = must(store->renew_leases(request("a", 1)));
    EXPECT_EQ(ids(*round.held), "left news right ");
    EXPECT_EQ(round.nodes, std::vector<std::string>{"a"});
    EXPECT_TRUE(round.dead_nodes.empty());
    EXPECT_FALSE(must(store->has_unleased_dags()));
}

TEST_P(LeaseContract, NothingNewIsNotToldAgain) {
    auto again = request("a", 1);
    again.held = renew(again).size();
    again.nodes = {"a"};
    again.look_around = false;
    EXPECT_FALSE(must(store->renew_leases(again)).held);
    must(store->record_parsed_file(a_file("new.py", {a_dag("new")})));
    EXPECT_TRUE(must(store->has_unleased_dags()));
    again.look_around = true;
    EXPECT_EQ(ids(renew(again)), "left new news right ");
}

TEST_P(LeaseContract, ANewcomerGetsItsShareButNothingBusy) {
    const auto alone = renew(request("a", 1));
    EXPECT_EQ(ids(renew(request("b", 2))), "");  // all are held
    auto busy = request("a", 1);
    busy.busy = {DagId("right")};
    EXPECT_EQ(ids(renew(busy)), "left news right ");
    EXPECT_EQ(ids(renew(request("a", 1))), "left news ");
    EXPECT_TRUE(must(store->has_unleased_dags()));
    const auto given = renew(request("b", 2));
    EXPECT_EQ(ids(given), "right ");
    EXPECT_GT(given.at(DagId("right")), alone.at(DagId("right")));
}

TEST_P(LeaseContract, TheDeadLoseAllAtOnceAndTheirTriesLater) {
    renew(request("a", 1));
    auto b = request("b", 2);
    b.dead_after = Duration{0};
    auto round = must(store->renew_leases(b));
    EXPECT_EQ(ids(*round.held), "left news right ");
    EXPECT_TRUE(round.dead_nodes.empty()) << "its worker may go on for worker_lease";
    auto a = request("a", 1);
    a.worker_lease = Duration{0};
    EXPECT_EQ(ids(renew(a)), "");
    round = must(store->renew_leases(b));
    EXPECT_EQ(round.dead_nodes, std::vector<std::string>{"a"});
}

TEST_P(LeaseContract, WhoGoesByHimselfLeavesAtOnce) {
    renew(request("a", 1));
    renew(request("b", 2));
    must(store->release_leases("a", 1));
    const auto round = must(store->renew_leases(request("b", 2)));
    EXPECT_EQ(ids(*round.held), "left news right ");
    EXPECT_EQ(round.nodes, std::vector<std::string>{"b"});
}

TEST_P(LeaseContract, ALaterProcessOfTheSameNodeTakesOver) {
    const auto before = renew(request("a", 1));
    const auto after = renew(request("a", 5));
    EXPECT_EQ(ids(after), "left news right ");
    EXPECT_GT(after.at(DagId("news")), before.at(DagId("news")));
    EXPECT_EQ(code_of(store->renew_leases(request("a", 1))), ErrorCode::conflict);
    must(store->release_leases("a", 1));  // of the earlier process: nothing of the later one's
    EXPECT_EQ(ids(renew(request("a", 5))), "left news right ");
}

TEST_P(LeaseContract, APlanWithoutItsLeaseWritesNothing) {
    const auto run = must(store->create_dag_run(a_run(news, "r1")));
    Plan plan;
    plan.runs = {{.run = run.key}};
    plan.tasks = {{.id = task("r1", "a").id, .to = TaskState::scheduled, .try_number = 1}};
    plan.node_id = "a";
    plan.leases = renew(request("a", 1));
    auto b = request("b", 2);
    b.dead_after = Duration{0};
    renew(b);
    auto outcome = must(store->apply(plan));
    EXPECT_EQ(outcome.lost_leases.size(), 3u);
    EXPECT_EQ(task("r1", "a").state, TaskState::none);
    EXPECT_EQ(must(store->get_dag_run(DagId("news"), RunId("r1"))).state, DagRunState::queued);

    auto a = request("a", 1);
    a.dead_after = Duration{0};
    plan.leases = renew(a);  // and back again
    outcome = must(store->apply(plan));
    EXPECT_TRUE(outcome.lost_leases.empty());
    EXPECT_EQ(task("r1", "a").state, TaskState::scheduled);
}

TEST_P(LeaseContract, AnOldFenceOfOnesOwnIsNoLease) {
    must(store->set_dag_paused(DagId("news"), false));
    Plan plan;
    plan.node_id = "a";
    plan.pause_dags = {DagId("news")};
    plan.leases = renew(request("a", 1));
    renew(request("a", 2));
    EXPECT_EQ(must(store->apply(plan)).lost_leases.size(), 3u);
    EXPECT_FALSE(must(store->get_dag(DagId("news"))).is_paused);
}

TEST_P(LeaseContract, TheInboxIsReadByTheLeader) {
    renew(request("a", 1));
    must(store->apply({.consume_inbox = inbox_ids(*store)}));
    for (const auto& item : must(store->read_inbox("a"))) must(store->apply({.consume_inbox = {item.id}}));
    must(store->create_dag_run(a_run(news, "r1")));
    EXPECT_EQ(must(store->read_inbox("a")).size(), 1u);
    EXPECT_TRUE(must(store->read_inbox("b")).empty());
    must(store->release_leases("a", 1));
    EXPECT_EQ(must(store->read_inbox("b")).size(), 1u) << "nobody leads it: all see it";
    must(store->delete_dag(DagId("news")));
    const auto left = must(store->read_inbox("b"));
    ASSERT_FALSE(left.empty());
    EXPECT_TRUE(left.back().dag_is_gone);
}

TEST_P(LeaseContract, TriesAreOfTheNodeThatGotThem) {
    const auto first = queued_at("a", "r1");
    queued_at("b", "r2", 60);
    const auto of_a = must(store->tries_of_node("a"));
    ASSERT_EQ(of_a.size(), 1u);
    EXPECT_EQ(of_a[0].id, first.id);
    EXPECT_EQ(of_a[0].node_id, "a");
    EXPECT_TRUE(must(store->tries_of_node("c")).empty());
}

TEST_P(LeaseContract, AForeignReportCountsWithoutALeaseAndIsTold) {
    renew(request("b", 2));
    const auto try_of_a = queued_at("a", "r1");
    must(store->apply({.consume_inbox = inbox_ids(*store)}));
    for (const auto& item : must(store->read_inbox("b"))) must(store->apply({.consume_inbox = {item.id}}));
    ForeignTransition report{DagId("news"), try_of_a.run, {}};
    report.change = {.id = try_of_a.id, .from = TaskState::queued, .from_try_number = 1, .to = TaskState::running};
    Plan plan;
    plan.node_id = "a";
    plan.foreign_tasks = {report};
    must(store->apply(plan));
    EXPECT_EQ(task("r1", "a").state, TaskState::running);
    ASSERT_EQ(must(store->read_inbox("b")).size(), 1u);
    EXPECT_EQ(must(store->read_inbox("b"))[0].run, try_of_a.run);
    must(store->apply(plan));  // once more: too late, and no news
    EXPECT_EQ(must(store->read_inbox("b")).size(), 1u);
}

TEST_P(LeaseContract, ATryThatNeverBeganLeavesNoHistory) {
    const auto queued = queued_at("a", "r1");
    const TaskInstanceId fresh(uuid7());
    Plan plan;
    plan.tasks = {{.id = queued.id,
                   .from = TaskState::queued,
                   .from_try_number = 1,
                   .to = TaskState::scheduled,
                   .new_id = fresh,
                   .never_began = true}};
    EXPECT_TRUE(must(store->apply(plan)).task_conflicts.empty());
    EXPECT_EQ(task("r1", "a").id, fresh);
    EXPECT_EQ(must(store->list_tries(key("r1", "a"))).size(), 1u);
}

TEST_P(LeaseContract, ASharedPoolIsNeverOverfull) {
    must(store->set_pool({PoolName("default_pool"), 2, "", false}));
    queued_at("b", "r1");
    const auto run = must(store->create_dag_run(a_run(news, "r2", {"x", "y"}, 60)));
    const TaskInstanceId x = task("r2", "x").id, y = task("r2", "y").id;
    Plan plan;
    plan.shares_pools = true;
    plan.tasks = {{.id = x, .to = TaskState::queued, .try_number = 1},
                  {.id = y, .to = TaskState::queued, .try_number = 1}};
    auto outcome = must(store->apply(plan));
    EXPECT_EQ(outcome.pool_refusals, std::vector{y});
    EXPECT_TRUE(outcome.task_conflicts.empty());
    EXPECT_EQ(task("r2", "x").state, TaskState::queued);
    EXPECT_EQ(task("r2", "y").state, TaskState::none);
    // What ends in the same plan makes room, wherever it stands in it.
    plan.tasks = {{.id = y, .to = TaskState::queued, .try_number = 1},
                  {.id = x, .from = TaskState::queued, .from_try_number = 1, .to = TaskState::success}};
    outcome = must(store->apply(plan));
    EXPECT_TRUE(outcome.pool_refusals.empty());
    EXPECT_EQ(task("r2", "y").state, TaskState::queued);
}

TEST_P(LeaseContract, WhatOthersTakeOfThePools) {
    queued_at("a", "r1");
    auto b = request("b", 2);
    renew(b);
    EXPECT_TRUE(must(store->pools_used_elsewhere("b")).empty());
    const auto used = must(store->pools_used_elsewhere("a"));
    ASSERT_EQ(used.size(), 1u);
    EXPECT_EQ(used.at(PoolName("default_pool")).queued, 1);
}

TEST_P(LeaseContract, TheClockIsTheDatabases) {
    const TimePoint first = must(store->now());
    EXPECT_LE(first, must(store->now()));
    EXPECT_LT(std::chrono::abs(first - system_clock().now()), std::chrono::minutes{1});
    const auto round = must(store->renew_leases(request("a", 1)));
    EXPECT_GE(round.now, first);
}

// Each DAG has exactly one leader, however the renewals meet.
TEST_P(LeaseContract, SchedulersThatRenewAtOnceNeverLeadTheSame) {
    if (!database->is_shared()) GTEST_SKIP() << "one process only";
    for (int i = 0; i < 20; ++i)
        must(store->record_parsed_file(a_file("f" + std::to_string(i), {a_dag("dag" + std::to_string(i))})));
    std::vector<std::map<DagId, std::int64_t>> held(3);
    {
        std::vector<std::jthread> schedulers;
        for (size_t n = 0; n < held.size(); ++n) {
            schedulers.emplace_back([&, n] {
                const auto own = database->open();
                for (int round = 0; round < 20; ++round)
                    held[n] =
                        *must(own->renew_leases(request("node" + std::to_string(n), static_cast<int>(n) + 1))).held;
            });
        }
    }
    // A last round, in which whoever ended last gives back what is not for him to lead.
    for (size_t n = 0; n < held.size(); ++n) renew(request("node" + std::to_string(n), static_cast<int>(n) + 1));
    size_t leases = 0;
    std::set<DagId> led;
    for (size_t n = 0; n < held.size(); ++n) {
        held[n] = renew(request("node" + std::to_string(n), static_cast<int>(n) + 1));
        leases += held[n].size();
        for (const auto& [dag_id, fence] : held[n]) led.insert(dag_id);
    }
    EXPECT_EQ(leases, led.size());
    EXPECT_GE(led.size(), 20u);
}

}  // namespace
}  // namespace gale
