// Many writers, one commit: a thread takes all writes that wait, runs them in one transaction, each in a savepoint when
// it is not alone, and commits once.
//
// A commit costs a flush to disk, whatever it holds; writes that arrive while one is under way share the next.
// A write that fails rolls back only itself. When the commit fails, all of its writes fail with the reason. A batch
// whose connection was lost runs again, for as long as the database's patience lasts.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <thread>

#include "store/sql/database.hpp"
#include "store/store.hpp"

namespace gale::sql {

// What one write sees. It may be run again after an error that undid its neighbours, so it must not use up what it
// captured.
class Transaction {
public:
    explicit Transaction(Connection& connection) : connection_(connection) {}
    Connection& connection() { return connection_; }
    template <class... Args>
    Result<Cursor> query(std::string_view sql, const Args&... args) {
        return connection_.query(sql, args...);
    }
    template <class... Args>
    Result<std::int64_t> execute(std::string_view sql, const Args&... args) {
        return connection_.execute(sql, args...);
    }
    // Once it is committed.
    void notify(Channel channel) { notified_[static_cast<size_t>(channel)] = true; }
    const Told& notified() const { return notified_; }

private:
    Connection& connection_;
    Told notified_{};
};

class GroupCommit {
public:
    using Write = std::function<Result<void>(Transaction&)>;
    explicit GroupCommit(Database& database);
    ~GroupCommit();  // after the writes that wait

    // Returns when the write is durable, or has failed and left nothing.
    Result<void> run(Write write);

private:
    struct Job {
        Write write;
        std::optional<Result<void>> result;
        Told notified{};
        bool done = false;
        std::condition_variable finished;
    };
    void loop();
    void run_batch(std::span<Job* const> batch);
    Result<void> attempt(std::span<Job* const> batch, bool& may_run_again);
    Result<void> run_all(Connection& connection, std::span<Job* const> batch);
    Result<void> run_each_alone(Connection& connection, std::span<Job* const> batch);
    Result<void> run_one(Connection& connection, Job& job, bool is_alone);

    Database& database_;
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<Job*> waiting_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace gale::sql
