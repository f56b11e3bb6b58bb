// A bounded queue between threads.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <vector>

namespace gale {

// Many producers, one consumer. `push` waits while the queue is full; after `close` it returns false and drops the
// item.
template <class T>
class BoundedQueue {
public:
    explicit BoundedQueue(size_t capacity) : capacity_(capacity) {}

    bool push(T item) {
        std::unique_lock lock(mutex_);
        not_full_.wait(lock, [&] { return items_.size() < capacity_ || closed_; });
        if (closed_) return false;
        items_.push_back(std::move(item));
        not_empty_.notify_one();
        return true;
    }

    // Everything queued now, in order; waits until there is something, `deadline` passes or the queue is closed.
    std::vector<T> drain_until(std::chrono::steady_clock::time_point deadline) {
        std::unique_lock lock(mutex_);
        not_empty_.wait_until(lock, deadline, [&] { return !items_.empty() || closed_; });
        std::vector<T> taken(std::make_move_iterator(items_.begin()), std::make_move_iterator(items_.end()));
        items_.clear();
        not_full_.notify_all();
        return taken;
    }

    void close() {
        std::scoped_lock lock(mutex_);
        closed_ = true;
        not_empty_.notify_all();
        not_full_.notify_all();
    }

    bool closed() const {
        std::scoped_lock lock(mutex_);
        return closed_;
    }

private:
    const size_t capacity_;
    mutable std::mutex mutex_;
    std::condition_variable not_empty_;
    std::condition_variable not_full_;
    std::deque<T> items_;
    bool closed_ = false;
};

}  // namespace gale
