// Connections that threads borrow, opened when first needed.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "store/sql/connection.hpp"

namespace gale::sql {

// Thread-safe. `acquire` waits while all are lent; a thread must not hold two.
class ConnectionPool {
public:
    using Open = std::function<Result<std::unique_ptr<Connection>>()>;
    ConnectionPool(Open open, int capacity) : open_(std::move(open)), capacity_(capacity) {}

    class Lease {
    public:
        Lease(ConnectionPool& pool, std::unique_ptr<Connection> connection)
            : pool_(&pool), connection_(std::move(connection)) {}
        Lease(Lease&&) noexcept = default;
        Lease& operator=(Lease&&) = delete;
        ~Lease() {
            if (connection_) pool_->give_back(std::move(connection_));
        }
        Connection& operator*() { return *connection_; }
        Connection* operator->() { return connection_.get(); }

    private:
        ConnectionPool* pool_;
        std::unique_ptr<Connection> connection_;
    };

    Result<Lease> acquire() {
        std::unique_lock lock(mutex_);
        returned_.wait(lock, [&] { return !idle_.empty() || opened_ < capacity_; });
        if (!idle_.empty()) {
            auto connection = std::move(idle_.back());
            idle_.pop_back();
            return Lease(*this, std::move(connection));
        }
        ++opened_;
        lock.unlock();
        auto connection = open_();
        if (!connection) {
            lock.lock();
            --opened_;
            returned_.notify_one();
            return std::unexpected(connection.error());
        }
        return Lease(*this, std::move(*connection));
    }

private:
    // Where one was lost the others are not worth a try.
    void give_back(std::unique_ptr<Connection> connection) {
        std::vector<std::unique_ptr<Connection>> closed;
        std::scoped_lock lock(mutex_);
        if (connection->is_lost()) {
            closed.swap(idle_);
            closed.push_back(std::move(connection));
            opened_ -= static_cast<int>(closed.size());
            returned_.notify_all();
        } else {
            idle_.push_back(std::move(connection));
            returned_.notify_one();
        }
    }

    const Open open_;
    const int capacity_;
    std::mutex mutex_;
    std::condition_variable returned_;
    std::vector<std::unique_ptr<Connection>> idle_;
    int opened_ = 0;
};

}  // namespace gale::sql
