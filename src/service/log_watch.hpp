// Tells who follows a log that it may have more to read.
//
// One thread looks at the size of each followed file every kEvery while there are followers, which works on every file
// system, also for files that are not there yet, and costs a stat each. Every kAtLeastEvery a follower is told without
// a change too: that a try has ended does not show in its file. Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>

namespace gale {

class LogWatch {
public:
    static constexpr std::chrono::milliseconds kEvery{100};
    static constexpr std::chrono::milliseconds kAtLeastEvery{1000};

    LogWatch() = default;
    ~LogWatch();

    // `on_change` is called on the watch's thread; it must not block, nor call this watch. Not called any more once
    // unfollow() has returned.
    using Id = std::uint64_t;
    Id follow(std::string path, std::function<void()> on_change);
    void unfollow(Id id);

private:
    struct Followed {
        std::string path;
        std::function<void()> on_change;
        std::int64_t size = -1;
    };
    void run(const std::stop_token& stop);

    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::map<Id, Followed> followed_;
    Id last_id_ = 0;
    std::jthread thread_;  // started by the first follower
};

}  // namespace gale
