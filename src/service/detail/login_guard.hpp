// Slows down the guessing of passwords.
#pragma once

#include <mutex>
#include <string>
#include <unordered_map>

#include "base/clock.hpp"

namespace gale::detail {

// After five failures in a row for one key (who, from where), each further one doubles a wait, from a second to a
// minute. Keeps at most 10,000 keys: the oldest failure makes room. Thread-safe.
class LoginGuard {
public:
    // How long `key` has to wait yet; zero: it may try.
    Duration wait_for(const std::string& key, TimePoint now) const;
    void failed(const std::string& key, TimePoint now);
    void succeeded(const std::string& key);

private:
    struct Failures {
        int count = 0;
        TimePoint last;
    };
    mutable std::mutex mutex_;
    std::unordered_map<std::string, Failures> failures_;
};

}  // namespace gale::detail
