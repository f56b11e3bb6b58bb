#include "service/detail/login_guard.hpp"

#include <algorithm>

namespace gale::detail {
namespace {

constexpr int kFreeFailures = 5;
constexpr size_t kMaxKeys = 10'000;
constexpr Duration kMaxWait = std::chrono::minutes{1};
constexpr Duration kForgetAfter = std::chrono::minutes{15};

Duration wait_after(int failures) {
    if (failures < kFreeFailures) return Duration::zero();
    const int doublings = std::min(failures - kFreeFailures, 6);
    return std::min<Duration>(std::chrono::seconds{1 << doublings}, kMaxWait);
}

}  // namespace

Duration LoginGuard::wait_for(const std::string& key, TimePoint now) const {
    std::scoped_lock lock(mutex_);
    const auto found = failures_.find(key);
    if (found == failures_.end()) return Duration::zero();
    return std::max(Duration::zero(), found->second.last + wait_after(found->second.count) - now);
}

void LoginGuard::failed(const std::string& key, TimePoint now) {
    std::scoped_lock lock(mutex_);
    if (failures_.size() >= kMaxKeys && !failures_.contains(key)) {
        std::erase_if(failures_, [&](const auto& entry) { return entry.second.last + kForgetAfter < now; });
        if (failures_.size() >= kMaxKeys) {
            failures_.erase(
                std::ranges::min_element(failures_, {}, [](const auto& entry) { return entry.second.last; }));
        }
    }
    Failures& failures = failures_[key];
    if (failures.last + kForgetAfter < now) failures.count = 0;
    ++failures.count;
    failures.last = now;
}

void LoginGuard::succeeded(const std::string& key) {
    std::scoped_lock lock(mutex_);
    failures_.erase(key);
}

}  // namespace gale::detail
