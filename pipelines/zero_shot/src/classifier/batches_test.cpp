#include "classifier/batches.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>
#include <numeric>
#include <set>

namespace gale::zero_shot {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAreArray;

using Lengths = std::vector<std::size_t>;

std::vector<std::size_t> all_places(std::span<const std::vector<std::size_t>> plan) {
    std::vector<std::size_t> all;
    for (const auto& batch : plan) all.insert(all.end(), batch.begin(), batch.end());
    return all;
}

std::vector<std::size_t> count_to(std::size_t end) {
    std::vector<std::size_t> places(end);
    std::iota(places.begin(), places.end(), std::size_t{0});
    return places;
}

TEST(PlanBatches, PutsSimilarLengthsTogetherWithinTheLimits) {
    EXPECT_THAT(plan_batches(Lengths{9, 2, 9, 2, 40, 3}, {.rows = 3, .tokens = 20}),
                ElementsAre(ElementsAre(4), ElementsAre(0, 2), ElementsAre(5, 1, 3)));
}

TEST(PlanBatches, HasEveryInputExactlyOnce) {
    Lengths lengths;
    for (std::size_t i = 0; i < 100; ++i) lengths.push_back((i * 37) % 50);
    EXPECT_THAT(all_places(plan_batches(lengths, {.rows = 16, .tokens = 128})),
                UnorderedElementsAreArray(count_to(100)));
}

TEST(Pad, FillsToTheLongest) {
    const std::vector<TokenIds> inputs{{1}, {2, 3, 4}, {5, 6}};
    const std::vector<TokenIds> types{{0}, {0, 0, 1}, {0, 1}};
    const auto batch = pad(inputs, types, std::vector<std::size_t>{2, 0}, 9);
    EXPECT_EQ(batch.rows, 2U);
    EXPECT_EQ(batch.width, 2U);
    EXPECT_THAT(batch.ids, ElementsAre(5, 6, 1, 9));
    EXPECT_THAT(batch.mask, ElementsAre(1, 1, 1, 0));
    EXPECT_THAT(batch.types, ElementsAre(0, 1, 0, 0));
}

/// Refuses batches of one row; notes which streams ran.
class FakeNetwork final : public EncoderNetwork {
public:
    std::size_t streams() const override { return 3; }

    Result<NetworkOutput> run(const PaddedBatch& batch, std::size_t stream) override {
        const std::lock_guard lock(mutex_);
        streams_seen_.insert(stream);
        if (batch.rows == 1) return fail(ErrorKind::kInput, "one row");
        return NetworkOutput{values_, 1};
    }

    std::set<std::size_t> streams_seen_;

private:
    std::mutex mutex_;
    std::vector<float> values_{1, 2};
};

TEST(RunBatches, TakesEveryBatchOnTheNetworksStreams) {
    FakeNetwork network;
    const auto plan = plan_batches(Lengths(40, 5), {.rows = 2, .tokens = 100});
    std::mutex mutex;
    std::vector<std::size_t> taken;
    const auto done = run_batches(
        network, plan, [](auto places) { return PaddedBatch{.rows = places.size()}; },
        [&](auto places, const auto&, const auto&) {
            const std::lock_guard lock(mutex);
            taken.insert(taken.end(), places.begin(), places.end());
        });
    ASSERT_TRUE(done);
    EXPECT_THAT(taken, UnorderedElementsAreArray(count_to(40)));
    EXPECT_LE(*network.streams_seen_.rbegin(), 2U);
}

TEST(RunBatches, EndsWithTheNetworksError) {
    FakeNetwork network;
    const auto plan = plan_batches(Lengths(5, 5), {.rows = 2, .tokens = 100});
    const auto done = run_batches(
        network, plan, [](auto places) { return PaddedBatch{.rows = places.size()}; },
        [](auto, const auto&, const auto&) {});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().message, "one row");
}

}  // namespace
}  // namespace gale::zero_shot
