// A DAG of random shape, rules and limits, as its definition's JSON.
#pragma once

#include <random>
#include <string>

namespace gale::simulation {

using Random = std::mt19937_64;
inline int pick(Random& random, int from, int to) {
    return std::uniform_int_distribution<int>(from, to)(random);
}
inline bool chance(Random& random, int percent) {
    return pick(random, 1, 100) <= percent;
}

inline constexpr int kDueRuns = 4;  // hourly from the first of January 2026, with catchup

std::string random_dag(Random& random, const std::string& dag_id);

}  // namespace gale::simulation
