#include "store/sql/group_commit.hpp"

#include <algorithm>
#include <chrono>

#include "base/fault.hpp"

namespace gale::sql {
namespace {

// Bounds how long the first of a batch waits for the last.
constexpr size_t kMaxBatch = 256;

// Any write may have journalled a change (0002_changes.sql); whoever listens for events looks there.
void add_told(Told& told, const Result<void>& result, const Told& notified) {
    if (!result) return;
    for (size_t i = 0; i < kChannels; ++i) told[i] |= notified[i];
    told[static_cast<size_t>(Channel::events)] = true;
}

Error error_of(const Result<void>& result, const Connection& connection) {
    if (!result) return result.error();
    return Error(ErrorCode::unavailable, "lost the connection to database " + connection.name());
}

}  // namespace

GroupCommit::GroupCommit(Database& database) : database_(database), thread_([this] { loop(); }) {}

GroupCommit::~GroupCommit() {
    {
        std::scoped_lock lock(mutex_);
        stopping_ = true;
    }
    arrived_.notify_one();
    thread_.join();
}

Result<void> GroupCommit::run(Write write) {
    Job job;
    job.write = std::move(write);
    std::unique_lock lock(mutex_);
    if (stopping_) return fail(ErrorCode::cancelled, "the store is being closed");
    waiting_.push_back(&job);
    arrived_.notify_one();
    job.finished.wait(lock, [&] { return job.done; });
    return std::move(*job.result);
}

void GroupCommit::loop() {
    std::vector<Job*> batch;
    std::unique_lock lock(mutex_);
    for (;;) {
        arrived_.wait(lock, [&] { return !waiting_.empty() || stopping_; });
        if (waiting_.empty()) return;
        const size_t count = std::min(waiting_.size(), kMaxBatch);
        batch.assign(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
        waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
        lock.unlock();
        run_batch(batch);
        lock.lock();
        for (Job* job : batch) {
            job->done = true;
            job->finished.notify_one();  // under the lock: the job is gone as soon as its owner sees `done`
        }
    }
}

void GroupCommit::run_batch(std::span<Job* const> batch) {
    const auto give_up = std::chrono::steady_clock::now() + database_.patience();
    Result<void> tried;
    for (bool may_run_again = true; may_run_again;) {
        for (Job* job : batch) job->result.reset();
        may_run_again = false;
        tried = attempt(batch, may_run_again);
        if (std::chrono::steady_clock::now() >= give_up) break;
    }
    if (tried) return;
    for (Job* job : batch) {
        if (!job->result || *job->result) job->result = std::unexpected(tried.error());
    }
}

// An error is one of all the batch; nothing of it was written then, unless it says that this is unknown.
Result<void> GroupCommit::attempt(std::span<Job* const> batch, bool& may_run_again) {
    auto connection = TRY(database_.writer().acquire());
    auto done = run_all(*connection, batch);
    may_run_again = !done && connection->may_run_again();
    return done;
}

Result<void> GroupCommit::run_all(Connection& connection, std::span<Job* const> batch) {
    for (size_t i = 0; i < batch.size(); ++i) {
        if (!connection.in_transaction()) TRY(connection.begin(Connection::Access::write));
        batch[i]->result = run_one(connection, *batch[i], batch.size() == 1);
        if (connection.is_lost()) return std::unexpected(error_of(*batch[i]->result, connection));
        // An error may undo the whole transaction, such as when the disk is full: the ones before must not suffer.
        if (!connection.in_transaction()) TRY(run_each_alone(connection, batch.first(i)));
    }
    if (!connection.in_transaction()) return {};
    Told told{};
    for (const Job* job : batch) add_told(told, *job->result, job->notified);
    if (auto fault = fault::point("store.commit"); !fault) {
        connection.rollback();
        return fault;
    }
    TRY(connection.commit(told));
    if (fault::in_doubt("store.committed")) return fail(ErrorCode::unavailable, "whether it was committed is unknown");
    database_.tell(told);
    return {};
}

Result<void> GroupCommit::run_each_alone(Connection& connection, std::span<Job* const> batch) {
    for (Job* job : batch) {
        if (!*job->result) continue;
        TRY(connection.begin(Connection::Access::write));
        job->result = run_one(connection, *job, true);
        if (!connection.in_transaction()) continue;
        Told told{};
        add_told(told, *job->result, job->notified);
        if (auto committed = connection.commit(told); !committed)
            job->result = committed;
        else
            database_.tell(told);
    }
    return {};
}

// One that is alone takes the transaction with it when it fails.
Result<void> GroupCommit::run_one(Connection& connection, Job& job, bool is_alone) {
    if (!is_alone) TRY(connection.set_savepoint());
    Transaction transaction(connection);
    auto done = fault::point("store.write");
    if (done) done = job.write(transaction);
    job.notified = transaction.notified();
    if (!connection.in_transaction()) return done;
    if (is_alone) {
        if (!done) connection.rollback();
        return done;
    }
    if (!done) TRY(connection.undo_to_savepoint());
    TRY(connection.release_savepoint());
    return done;
}

}  // namespace gale::sql
