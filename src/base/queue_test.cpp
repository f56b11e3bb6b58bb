#include "base/queue.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace gale {
namespace {

TEST(BoundedQueue, KeepsOrderAndBlocksProducersWhenFull) {
    BoundedQueue<int> queue(2);
    std::jthread producer([&] {
        for (int i = 0; i < 100; ++i) queue.push(i);
    });
    std::vector<int> seen;
    while (seen.size() < 100) {
        const auto batch = queue.drain_until(std::chrono::steady_clock::now() + std::chrono::seconds{30});
        ASSERT_LE(batch.size(), 2u);
        ASSERT_FALSE(batch.empty());
        seen.insert(seen.end(), batch.begin(), batch.end());
    }
    for (int i = 0; i < 100; ++i) EXPECT_EQ(seen[static_cast<size_t>(i)], i);
}

TEST(BoundedQueue, CloseWakesTheConsumerAndRefusesItems) {
    BoundedQueue<int> queue(1);
    queue.close();
    EXPECT_FALSE(queue.push(1));
    EXPECT_TRUE(queue.drain_until(std::chrono::steady_clock::time_point::max()).empty());
}

}  // namespace
}  // namespace gale
