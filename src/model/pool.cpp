#include "model/pool.hpp"

#include <limits>

namespace gale {

void PoolUse::add(TaskState state, int pool_slots) {
    switch (state) {
        case TaskState::running:
        case TaskState::restarting:  // its process still lives
            running += pool_slots;
            break;
        case TaskState::queued: queued += pool_slots; break;
        case TaskState::scheduled: scheduled += pool_slots; break;
        case TaskState::deferred: deferred += pool_slots; break;
        default: break;
    }
}

int open_slots(const Pool& pool, const PoolUse& use) {
    if (pool.slots == kUnlimitedSlots) return std::numeric_limits<int>::max();
    return pool.slots - use.running - use.queued - (pool.include_deferred ? use.deferred : 0);
}

}  // namespace gale
