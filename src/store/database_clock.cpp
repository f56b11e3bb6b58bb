#include "store/database_clock.hpp"

namespace gale {

DatabaseClock::DatabaseClock() : base_(system_clock().now()), at_(Steady::now()) {}

TimePoint DatabaseClock::now() const {
    const std::scoped_lock lock(mutex_);
    return base_ + std::chrono::duration_cast<Duration>(Steady::now() - at_);
}

Result<void> DatabaseClock::sync(LeaseStore& store) {
    const auto asked = Steady::now();
    const TimePoint told = TRY(store.now());
    const auto answered = Steady::now();
    const auto half = std::chrono::duration_cast<Duration>(answered - asked) / 2;
    const TimePoint wanted = told + half;
    const Duration away = wanted - now();
    // What the way may have taken is no news: the clock does not tremble.
    if (std::chrono::abs(away) <= half + std::chrono::milliseconds{1}) return {};
    const std::scoped_lock lock(mutex_);
    base_ = wanted;
    at_ = answered;
    return {};
}

}  // namespace gale
