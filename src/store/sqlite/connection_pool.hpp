// Connections that threads borrow, opened when first needed.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "store/sqlite/connection.hpp"

namespace gale::sqlite {

// Thread-safe. `acquire` waits while all are lent; a thread must not hold two.
class ConnectionPool {
public:
    ConnectionPool(ConnectionOptions options, int capacity) : options_(std::move(options)), capacity_(capacity) {}

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
        returned_.wait(lock, [&] { return !idle_.empty() || open_ < capacity_; });
        if (!idle_.empty()) {
            auto connection = std::move(idle_.back());
            idle_.pop_back();
            return Lease(*this, std::move(connection));
        }
        ++open_;
        lock.unlock();
        auto connection = Connection::open(options_);
        if (!connection) {
            lock.lock();
            --open_;
            returned_.notify_one();
            return std::unexpected(connection.error());
        }
        return Lease(*this, std::move(*connection));
    }

private:
    void give_back(std::unique_ptr<Connection> connection) {
        std::scoped_lock lock(mutex_);
        idle_.push_back(std::move(connection));
        returned_.notify_one();
    }

    const ConnectionOptions options_;
    const int capacity_;
    std::mutex mutex_;
    std::condition_variable returned_;
    std::vector<std::unique_ptr<Connection>> idle_;
    int open_ = 0;
};

}  // namespace gale::sqlite
