// The database's clock, for all machines that share it: theirs may differ by minutes or be moved.
//
// Between two looks at the database it goes by the machine's monotonic clock, so that a moved wall clock changes
// nothing. `sync` is to be called every few seconds. Thread-safe.
#pragma once

#include <chrono>
#include <mutex>

#include "base/clock.hpp"
#include "store/lease_store.hpp"

namespace gale {

class DatabaseClock final : public Clock {
public:
    // The time now comes from the machine until the first sync.
    DatabaseClock();
    TimePoint now() const override;
    Result<void> sync(LeaseStore& store);

private:
    using Steady = std::chrono::steady_clock;
    mutable std::mutex mutex_;
    TimePoint base_;
    Steady::time_point at_;
};

}  // namespace gale
