// Makes connections to one PostgreSQL database, with patience while it is away.
#pragma once

#include <libpq-fe.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "store/postgres/postgres_store.hpp"
#include "store/postgres/url.hpp"

namespace gale::postgres {

struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
};
using Handle = std::unique_ptr<PGconn, Finish>;
struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
};
using Held = std::unique_ptr<PGresult, Clear>;

// Thread-safe.
class Connector {
public:
    Connector(Address address, const PostgresOptions& options);

    // One try. Errors: permission_denied, not_found (no such database), unsupported (too old a server, another encoding
    // than UTF-8), unavailable.
    Result<Handle> connect();
    // Tries again, at growing intervals, while the error is one that may pass and the time is not over.
    Result<Handle> connect_within(std::chrono::milliseconds patience);
    // Nobody waits any longer.
    void stop();
    bool is_stopped() const { return stopped_; }
    // False when stopped meanwhile.
    bool sleep(std::chrono::milliseconds duration);

    const std::string& name() const { return address_.name; }
    const PostgresOptions& options() const { return options_; }

    // By these the database knows afterwards whether a transaction of this process was committed.
    const std::string& writer() const { return writer_; }
    std::int64_t next_receipt() { return ++receipts_; }

    // Prepared statements do not last where a pooler gives each transaction another connection.
    bool may_prepare() const { return may_prepare_; }
    void stop_preparing();

private:
    Result<void> check_server(PGconn* connection) const;
    void note_away(const Error& error, std::chrono::milliseconds patience);
    void note_back();

    const Address address_;
    const PostgresOptions options_;
    const std::string writer_ = random_alphanumeric(20);
    std::atomic<std::int64_t> receipts_{0};
    std::atomic<bool> may_prepare_{true};
    std::atomic<bool> is_away_{false};
    std::atomic<bool> stopped_{false};
    std::mutex mutex_;
    std::condition_variable woken_;
};

}  // namespace gale::postgres
