#include "classifier/batches.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <numeric>
#include <optional>
#include <thread>
#include <utility>

namespace gale::zero_shot {

std::vector<std::vector<std::size_t>> plan_batches(std::span<const std::size_t> lengths, const BatchLimits& limits) {
    std::vector<std::size_t> order(lengths.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t place) { return lengths[place]; });

    std::vector<std::vector<std::size_t>> batches;
    for (const std::size_t place : order) {
        const bool fits = !batches.empty() && batches.back().size() < limits.rows &&
                          (batches.back().size() + 1) * lengths[batches.back().front()] <= limits.tokens;
        if (!fits) batches.emplace_back();
        batches.back().push_back(place);
    }
    return batches;
}

PaddedBatch pad(std::span<const TokenIds> inputs, std::span<const TokenIds> types, std::span<const std::size_t> places,
                std::int32_t pad_id) {
    PaddedBatch batch;
    batch.rows = places.size();
    for (const std::size_t place : places) batch.width = std::max(batch.width, inputs[place].size());
    batch.ids.assign(batch.rows * batch.width, pad_id);
    batch.mask.assign(batch.rows * batch.width, 0);
    batch.types.assign(batch.rows * batch.width, 0);
    for (std::size_t row = 0; row < batch.rows; ++row) {
        const TokenIds& input = inputs[places[row]];
        const auto start = static_cast<std::ptrdiff_t>(row * batch.width);
        std::ranges::copy(input, batch.ids.begin() + start);
        std::fill_n(batch.mask.begin() + start, input.size(), 1);
        if (!types.empty()) std::ranges::copy(types[places[row]], batch.types.begin() + start);
    }
    return batch;
}

namespace {

class BatchRun {
public:
    BatchRun(EncoderNetwork& network, std::span<const std::vector<std::size_t>> plan,
             const std::function<PaddedBatch(std::span<const std::size_t>)>& make,
             const std::function<void(std::span<const std::size_t>, const PaddedBatch&, const NetworkOutput&)>& take)
        : network_(network), plan_(plan), make_(make), take_(take) {}

    Result<void> run() {
        const std::size_t streams = std::min(network_.streams(), plan_.size());
        {
            std::vector<std::jthread> others;
            for (std::size_t stream = 1; stream < streams; ++stream) {
                others.emplace_back([this, stream] { work(stream); });
            }
            if (streams > 0) work(0);
        }
        if (error_) return std::unexpected(*error_);
        return {};
    }

private:
    void work(std::size_t stream) {
        for (std::size_t next = next_++; next < plan_.size(); next = next_++) {
            const PaddedBatch batch = make_(plan_[next]);
            const auto output = network_.run(batch, stream);
            if (output) {
                take_(plan_[next], batch, *output);
                continue;
            }
            const std::lock_guard lock(mutex_);
            if (!error_) error_ = output.error();
            next_ = plan_.size();
        }
    }

    EncoderNetwork& network_;
    std::span<const std::vector<std::size_t>> plan_;
    const std::function<PaddedBatch(std::span<const std::size_t>)>& make_;
    const std::function<void(std::span<const std::size_t>, const PaddedBatch&, const NetworkOutput&)>& take_;
    std::atomic<std::size_t> next_ = 0;
    std::mutex mutex_;
    std::optional<Error> error_;
};

}  // namespace

Result<void> run_batches(
    EncoderNetwork& network, std::span<const std::vector<std::size_t>> plan,
    const std::function<PaddedBatch(std::span<const std::size_t>)>& make,
    const std::function<void(std::span<const std::size_t>, const PaddedBatch&, const NetworkOutput&)>& take) {
    return BatchRun(network, plan, make, take).run();
}

}  // namespace gale::zero_shot
