// The store on PostgreSQL 13 or later, for several schedulers on one database.
//
// Threads: as on SQLite, writes share one writing thread, its connection and its commits; reads run on the caller's
// thread, on a few connections, each on a snapshot. Processes: all writes exclude one another by an advisory lock of
// their transaction, so what is read in a write stays true until it is committed. A process that stops in a transaction
// is cut off by the server (idle_in_transaction, statement_timeout). When the server goes away, reads wait for it up to
// `read_patience`, writes up to `write_patience`; then they are unavailable errors. A commit during which the
// connection was lost is asked after; only when the server cannot say what became of it the error says that this is
// unknown. PgBouncer may stand between, in transaction mode too (then without prepared statements and wake-ups:
// subscribers are woken each 250 ms).
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "store/store.hpp"

namespace gale {

struct PostgresOptions {
    std::string url;      // SQLAlchemy's form: postgresql+psycopg2://user:password@host:5432/database?sslmode=require
    int max_readers = 5;  // connections for reads; more callers wait. Two more: one writes, one listens.
    std::chrono::milliseconds connect_timeout{10'000};
    std::chrono::milliseconds read_patience{10'000};
    std::chrono::milliseconds write_patience{30'000};
    // Of a write between two statements; what is stopped for longer is cut off.
    std::chrono::milliseconds idle_in_transaction{2'000};
    std::chrono::milliseconds statement_timeout{60'000};
    std::chrono::milliseconds lock_timeout{10'000};
    // For tests: a look at each statement's text, as PostgreSQL gets it, before it is prepared; and a call between a
    // transaction's last statement and its commit.
    std::function<void(std::string_view sql)> on_prepare;
    std::function<void()> before_commit;
};

bool is_postgres_url(std::string_view url);

// Does not touch the schema: call migrate() before the rest. Errors: invalid_argument (the URL), permission_denied,
// not_found (no such database), unsupported, unavailable; each names server and database, none the password.
Result<std::unique_ptr<Store>> open_postgres_store(const PostgresOptions& options);

}  // namespace gale
