#include "network/relative_positions.hpp"

#include <algorithm>
#include <cmath>

namespace gale::zero_shot {

namespace {

/// Distances to half the number of buckets keep a bucket each; those beyond grow with the logarithm. In float,
/// as the models were trained.
std::int64_t bucket(std::int64_t distance, const DebertaConfig& config) {
    const auto middle = static_cast<std::int64_t>(config.position_buckets / 2);
    const std::int64_t size = std::abs(distance);
    if (size <= middle) return distance;
    const auto half = static_cast<float>(middle);
    const float reach = std::log((static_cast<float>(config.max_relative_positions) - 1) / half);
    const float steps = std::ceil(std::log(static_cast<float>(size) / half) / reach * (half - 1)) + half;
    return static_cast<std::int64_t>(steps) * (distance < 0 ? -1 : 1);
}

}  // namespace

std::vector<std::int64_t> position_rows(const DebertaConfig& config, std::size_t longest) {
    const auto span = static_cast<std::int64_t>(config.position_span);
    const auto furthest = static_cast<std::int64_t>(longest) - 1;
    std::vector<std::int64_t> rows;
    for (std::int64_t distance = -furthest; distance <= furthest; ++distance) {
        const std::int64_t place = config.position_buckets > 0 ? bucket(distance, config) : distance;
        rows.push_back(std::clamp<std::int64_t>(place + span, 0, 2 * span - 1));
    }
    return rows;
}

}  // namespace gale::zero_shot
