// Several threads, Store objects and processes on one database.
#include <sys/wait.h>

#include <condition_variable>
#include <csignal>
#include <mutex>
#include <thread>

#include "store_fixture.hpp"

namespace gale {
namespace {

class Woken {
public:
    void wake() {
        std::scoped_lock lock(mutex_);
        ++count_;
        changed_.notify_all();
    }
    bool wait() {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, std::chrono::seconds(20), [&] { return count_ > 0; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int count_ = 0;
};

class ProcessContract : public StoreContract {};
INSTANTIATE_TEST_SUITE_P(Stores, ProcessContract, testing::ValuesIn(adapters()), adapter_name);

TEST_P(ProcessContract, ManyThreadsLoseNoUpdate) {
    const auto made = a_run(news, "r", {"a"});
    must(store->create_dag_run(made));
    auto other = database->is_shared() ? database->open() : nullptr;
    std::atomic<int> won{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&, t] {
            Store& mine = other && t % 2 == 1 ? *other : *store;
            for (int number = 0; number < 25; ++number) {
                Plan plan;
                plan.tasks = {{.id = made.task_instances[0].id,
                               .from_try_number = number,
                               .to = TaskState::none,
                               .try_number = number + 1}};
                if (must(mine.apply(plan)).task_conflicts.empty()) ++won;
                must(mine.set_variable({.key = std::to_string(t) + "/" + std::to_string(number), .value = "v"}));
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(task("r", "a").try_number, won.load());
    EXPECT_GE(won.load(), 25);
    EXPECT_EQ(must(store->list_variables({}, {})).total, 8 * 25);
}

TEST_P(ProcessContract, AFailingWriteLeavesItsNeighbours) {
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 20; ++i) {
                must(store->set_variable({.key = std::to_string(t) + "/" + std::to_string(i), .value = "v"}));
                EXPECT_EQ(code_of(store->set_dag_paused(DagId("none"), true)), ErrorCode::not_found);
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(must(store->list_variables({}, {})).total, 160);
}

TEST_P(ProcessContract, ASubscriberIsWokenAndNoMoreOnceItIsGone) {
    Woken woken;
    auto subscription = store->subscribe(Channel::scheduler, [&] { woken.wake(); });
    auto writer = database->is_shared() ? database->open() : nullptr;
    must((writer ? *writer : *store).set_dag_paused(DagId("news"), false));
    EXPECT_TRUE(woken.wait());
    EXPECT_FALSE(must(store->get_dag(DagId("news"))).is_paused);
    subscription.reset();
    must(store->set_dag_paused(DagId("news"), true));
}

TEST_P(ProcessContract, ASubscriptionMayOutliveItsStore) {
    auto subscription = store->subscribe(Channel::events, [] {});
    store.reset();
    subscription.reset();
}

TEST_P(ProcessContract, ACommitOfAnotherProcessWakes) {
    if (!database->is_shared()) GTEST_SKIP() << "not shared";
    Woken woken;
    auto subscription = store->subscribe(Channel::scheduler, [&] { woken.wake(); });
    const pid_t child = ::fork();
    if (child == 0) {
        auto mine = database->open();
        ::_exit(mine->set_dag_paused(DagId("news"), false) ? 0 : 1);
    }
    EXPECT_TRUE(woken.wait());
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
}

// The child reports each write that returned; whatever it reported must be there, and nothing may be half there.
TEST_P(ProcessContract, AProcessKilledWhileItWritesLosesNothingThatHadReturned) {
    if (!database->is_shared()) GTEST_SKIP() << "not shared";
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        auto mine = database->open();
        const auto dag = must(mine->get_dag(DagId("news")));
        for (int i = 0;; ++i) {
            must(mine->create_dag_run(a_run(dag, "r" + std::to_string(i), {"a", "b", "c"}, i * 60)));
            if (::write(ends[1], &i, sizeof i) != sizeof i) ::_exit(1);
        }
    }
    ::close(ends[1]);
    int last = -1;
    for (int seen = 0; seen < 25; ++seen) ASSERT_EQ(::read(ends[0], &last, sizeof last), ssize_t{sizeof last});
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    while (::read(ends[0], &last, sizeof last) == ssize_t{sizeof last}) {
    }
    ::close(ends[0]);
    auto reopened = database->open();
    const auto runs = must(reopened->load_active_runs());
    EXPECT_GE(runs.size(), static_cast<size_t>(last) + 1);
    EXPECT_LE(runs.size(), static_cast<size_t>(last) + 2);
    for (const auto& run : runs) EXPECT_EQ(run.task_instances.size(), 3u);
}

}  // namespace
}  // namespace gale
