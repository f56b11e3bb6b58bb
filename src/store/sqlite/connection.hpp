// One SQLite connection with its prepared statements, and a cursor over a statement's rows. One thread at a time.
#pragma once

#include <sqlite3.h>

#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/error.hpp"
#include "store/sqlite/columns.hpp"

namespace gale::sqlite {

struct ConnectionOptions {
    std::string path;
    std::chrono::milliseconds busy_timeout{10'000};
    bool query_only = false;
    int max_pages = 0;  // 0: no limit of our own
    std::function<void(std::string_view sql)> on_prepare;
};

class Connection;

// The rows of one statement. Must not outlive its connection; the statement goes back to the cache with it.
class Cursor {
public:
    Cursor(Connection& connection, sqlite3_stmt* statement, bool cached)
        : connection_(&connection), statement_(statement), cached_(cached) {}
    Cursor(Cursor&& other) noexcept
        : connection_(other.connection_),
          statement_(std::exchange(other.statement_, nullptr)),
          cached_(other.cached_) {}
    Cursor& operator=(Cursor&&) = delete;
    ~Cursor();

    Result<bool> next();  // false: no more rows

    // Reads the row's columns in order. The first one is the row's id, which the error names besides `table`.
    template <class... T>
    Result<void> read(std::string_view table, T&... out) {
        ColumnReader reader(statement_);
        (read_column(reader, out), ...);
        return reader.finish(table);
    }

    sqlite3_stmt* statement() { return statement_; }

private:
    Connection* connection_;
    sqlite3_stmt* statement_;
    bool cached_;
};

class Connection {
public:
    // Errors: invalid_argument (a folder), not_found (no such folder), permission_denied, data_corrupt (not a
    // database), unavailable.
    static Result<std::unique_ptr<Connection>> open(const ConnectionOptions& options);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // Errors by constraint: already_exists (unique), not_found (foreign key).
    template <class... Args>
    Result<Cursor> query(std::string_view sql, const Args&... args) {
        Cursor cursor = TRY(prepare(sql));
        Binder binder(cursor.statement());
        (bind_value(binder, args), ...);
        if (binder.failed() != SQLITE_OK) return std::unexpected(error(binder.failed(), sql));
        return cursor;
    }
    // Runs a statement to its end; returns the rows it changed.
    template <class... Args>
    Result<std::int64_t> execute(std::string_view sql, const Args&... args) {
        Cursor cursor = TRY(query(sql, args...));
        while (TRY(cursor.next())) {
        }
        return sqlite3_changes64(db_);
    }
    // Several statements without values.
    Result<void> script(const std::string& sql);

    std::int64_t last_insert_id() const { return sqlite3_last_insert_rowid(db_); }
    // False once an error has rolled back the whole transaction by itself.
    bool in_transaction() const { return sqlite3_get_autocommit(db_) == 0; }
    const std::string& path() const { return options_.path; }
    Error error(int code, std::string_view sql) const;

private:
    friend class Cursor;
    explicit Connection(const ConnectionOptions& options) : options_(options) {}
    Result<void> connect();
    Result<Cursor> prepare(std::string_view sql);
    Result<sqlite3_stmt*> compile(std::string_view sql);
    void release(sqlite3_stmt* statement, bool cached);
    static int on_busy(void* self, int attempts);

    struct Entry {
        std::string sql;
        sqlite3_stmt* statement;
        bool in_use;
    };
    ConnectionOptions options_;
    sqlite3* db_ = nullptr;
    std::chrono::steady_clock::time_point busy_since_;
    std::list<Entry> cache_;  // the most recently used first
    std::unordered_map<std::string_view, std::list<Entry>::iterator> cached_;
};

}  // namespace gale::sqlite
