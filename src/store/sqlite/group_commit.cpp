#include "store/sqlite/group_commit.hpp"

#include <algorithm>

namespace gale::sqlite {
namespace {

// Bounds how long the first of a batch waits for the last.
constexpr size_t kMaxBatch = 256;

}  // namespace

GroupCommit::GroupCommit(ConnectionPool& connections, std::function<void(Channel)> on_commit)
    : connections_(connections), on_commit_(std::move(on_commit)), thread_([this] { loop(); }) {}

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
    auto connection = connections_.acquire();
    const auto tried = connection ? attempt(**connection, batch) : Result<void>(std::unexpected(connection.error()));
    if (!tried) {
        for (Job* job : batch) {
            if (!job->result || *job->result) job->result = std::unexpected(tried.error());
        }
        return;
    }
    std::array<bool, kChannels> notified{};
    for (const Job* job : batch) {
        for (size_t i = 0; i < kChannels; ++i) notified[i] |= *job->result && job->notified[i];
        // Any write may have journalled a change (0002_changes.sql); whoever listens looks there.
        notified[static_cast<size_t>(Channel::events)] |= job->result->has_value();
    }
    for (size_t i = 0; i < kChannels; ++i) {
        if (notified[i]) on_commit_(static_cast<Channel>(i));
    }
}

// An error is one of all the batch; nothing of it was written then.
Result<void> GroupCommit::attempt(Connection& connection, std::span<Job* const> batch) {
    for (Job* job : batch) {
        if (!connection.in_transaction()) TRY(connection.execute("BEGIN IMMEDIATE"));
        job->result = run_one(connection, *job);
        if (connection.in_transaction()) continue;
        // SQLite undid the whole transaction, such as when the disk is full: the ones before it must not suffer.
        for (Job* earlier : batch) {
            if (earlier == job) break;
            if (!*earlier->result) continue;
            TRY(connection.execute("BEGIN IMMEDIATE"));
            earlier->result = run_one(connection, *earlier);
            if (!connection.in_transaction()) continue;
            if (auto committed = commit(connection); !committed) earlier->result = committed;
        }
    }
    return connection.in_transaction() ? commit(connection) : Result<void>();
}

Result<void> GroupCommit::run_one(Connection& connection, Job& job) {
    TRY(connection.execute("SAVEPOINT write"));
    Transaction transaction(connection);
    auto done = job.write(transaction);
    job.notified = transaction.notified();
    if (connection.in_transaction()) {
        if (!done) TRY(connection.execute("ROLLBACK TO write"));
        TRY(connection.execute("RELEASE write"));
    }
    return done;
}

// The one place where anything becomes durable.
Result<void> GroupCommit::commit(Connection& connection) {
    auto committed = connection.execute("COMMIT");
    if (committed) return {};
    // The commit's error is the one to tell; a failed rollback leaves no transaction either.
    if (connection.in_transaction()) (void)connection.execute("ROLLBACK");
    return std::unexpected(committed.error());
}

}  // namespace gale::sqlite
