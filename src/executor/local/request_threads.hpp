// Threads that answer what tasks ask, so that a slow database holds up no event.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace gale {

class RequestThreads {
public:
    explicit RequestThreads(size_t count) {
        for (size_t i = 0; i < count; ++i) threads_.emplace_back([this](const std::stop_token& stop) { run(stop); });
    }
    ~RequestThreads() {
        for (auto& thread : threads_) thread.request_stop();
    }
    // A task asks one thing at a time, so the queue is bounded by the number of running tries.
    void add(std::function<void()> work) {
        {
            const std::scoped_lock lock(mutex_);
            queue_.push_back(std::move(work));
        }
        changed_.notify_one();
    }

private:
    void run(const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        while (changed_.wait(lock, stop, [&] { return !queue_.empty(); })) {
            const auto work = std::move(queue_.front());
            queue_.pop_front();
            lock.unlock();
            work();
            lock.lock();
            if (stop.stop_requested()) return;
        }
    }

    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<std::function<void()>> queue_;
    std::vector<std::jthread> threads_;  // last: they end before the rest goes
};

}  // namespace gale
