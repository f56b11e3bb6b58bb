#pragma once
// Inputs of any length as batches for a network: similar lengths together, so that little is padding, and as
// many batches at a time as the network has streams.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "classifier/text_encoder.hpp"
#include "tsv/result.hpp"

namespace gale::zero_shot {

/// How much goes into one batch.
struct BatchLimits {
    std::size_t rows = 16;
    std::size_t tokens = 2048;  ///< padding counted; a longer single input is a batch of its own
};

/// Places of inputs of these lengths in batches, the longest first, so that the streams end together. Every
/// place is in exactly one batch; the plan depends on nothing but the lengths.
std::vector<std::vector<std::size_t>> plan_batches(std::span<const std::size_t> lengths, const BatchLimits& limits);

/// The inputs at `places`, padded with `pad_id` to the longest of them. `types` is empty or as long as `inputs`.
PaddedBatch pad(std::span<const TokenIds> inputs, std::span<const TokenIds> types, std::span<const std::size_t> places,
                std::int32_t pad_id);

/// Makes each batch of `plan`, runs it, and hands the output on, on as many threads as the network has streams;
/// `make` and `take` are called from these threads, for different batches at a time. Ends with the first error.
Result<void> run_batches(
    EncoderNetwork& network, std::span<const std::vector<std::size_t>> plan,
    const std::function<PaddedBatch(std::span<const std::size_t>)>& make,
    const std::function<void(std::span<const std::size_t>, const PaddedBatch&, const NetworkOutput&)>& take);

}  // namespace gale::zero_shot
