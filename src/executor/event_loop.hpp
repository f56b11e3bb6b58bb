// A small event loop over epoll: descriptors, timers, and work posted from other threads.
//
// Threads: one thread runs the loop; everything but `post` and `stop` is called on that thread, or before `run`.
// It holds no thread of its own and no state that a fork would break: a forked child closes its descriptors and never
// runs it. Callbacks may watch, unwatch and cancel anything, themselves included.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "base/file.hpp"

namespace gale {

class EventLoop {
public:
    using Callback = std::function<void()>;
    using ReadyCallback = std::function<void(std::uint32_t events)>;  // EPOLL… bits
    using SteadyClock = std::chrono::steady_clock;
    struct Timer {
        SteadyClock::time_point due;
        std::uint64_t sequence = 0;  // 0: no timer
        auto operator<=>(const Timer&) const = default;
    };

    EventLoop();
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    // Level-triggered. The descriptor stays the caller's, who unwatches it before closing it.
    void watch(int fd, std::uint32_t events, ReadyCallback callback);
    void change(int fd, std::uint32_t events);
    void unwatch(int fd);

    Timer after(std::chrono::microseconds delay, Callback callback);
    void cancel(Timer& timer);  // also resets it; a timer that has fired is fine

    void post(Callback callback);  // from any thread
    void stop();                   // from any thread: `run` returns after the current callback
    void run();

private:
    struct Watch {
        std::uint64_t sequence;
        std::shared_ptr<ReadyCallback> callback;
    };
    int milliseconds_to_next_timer() const;
    void run_due_timers();
    void run_posted();

    Fd epoll_;
    Fd wake_up_;
    std::unordered_map<int, Watch> watches_;
    std::map<Timer, Callback> timers_;
    std::uint64_t next_sequence_ = 1;
    bool stopped_ = false;
    std::mutex mutex_;
    std::vector<Callback> posted_;  // guarded by mutex_
};

}  // namespace gale
