// Pools: named slot limits (contract, section 5.7).
#pragma once

#include <string>

#include "model/ids.hpp"
#include "model/states.hpp"

namespace gale {

inline constexpr int kUnlimitedSlots = -1;

struct Pool {
    PoolName name;
    int slots = 128;
    std::string description;
    bool include_deferred = false;
};

struct PoolUse {
    int running = 0, queued = 0, scheduled = 0, deferred = 0;  // in slots
    void add(TaskState state, int pool_slots);
};

// INT_MAX when the pool is unlimited; may be negative after a pool was shrunk.
int open_slots(const Pool& pool, const PoolUse& use);

}  // namespace gale
