#include "model/pool.hpp"

#include <gtest/gtest.h>

#include <climits>

namespace gale {
namespace {

PoolUse some_use() {
    PoolUse use;
    use.add(TaskState::running, 2);
    use.add(TaskState::restarting, 1);
    use.add(TaskState::queued, 4);
    use.add(TaskState::scheduled, 8);
    use.add(TaskState::deferred, 16);
    for (const auto state : {TaskState::none, TaskState::success, TaskState::awaiting_input, TaskState::up_for_retry})
        use.add(state, 1000);
    return use;
}

TEST(Pool, RunningAndQueuedTakeSlots) {
    const Pool pool{PoolName{"p"}, 10, "", false};
    EXPECT_EQ(open_slots(pool, some_use()), 3);
    EXPECT_EQ(some_use().scheduled, 8);
}

TEST(Pool, DeferredTakeSlotsWherePoolSaysSo) {
    const Pool pool{PoolName{"p"}, 30, "", true};
    EXPECT_EQ(open_slots(pool, some_use()), 7);
}

TEST(Pool, AShrunkPoolIsOverdrawn) {
    EXPECT_EQ(open_slots(Pool{PoolName{"p"}, 0, "", false}, some_use()), -7);
}

TEST(Pool, MinusOneIsUnlimited) {
    EXPECT_EQ(open_slots(Pool{PoolName{"p"}, kUnlimitedSlots, "", true}, some_use()), INT_MAX);
}

}  // namespace
}  // namespace gale
