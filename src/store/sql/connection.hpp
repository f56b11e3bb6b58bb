// The port to an SQL database: one connection, and a cursor over a statement's rows. One thread at a time.
//
// The statements are the same for all databases: what SQLite and PostgreSQL both understand, with '?' (or '?1', '?2' …)
// where a value stands. The few words in which they differ are written as SQLite's; the other adapter translates them.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "store/sql/columns.hpp"
#include "store/store.hpp"

namespace gale::sql {

inline constexpr size_t kChannels = 2;
using Told = std::array<bool, kChannels>;  // by Channel: whom a commit wakes

// Must not outlive its connection.
class Cursor {
public:
    explicit Cursor(std::unique_ptr<Rows> rows) : rows_(std::move(rows)) {}
    Result<bool> next() { return rows_->next(); }  // false: no more rows

    // Reads the row's columns in order. The first one is the row's id, which the error names besides `table`.
    template <class... T>
    Result<void> read(std::string_view table, T&... out) {
        ColumnReader reader(*rows_);
        (read_column(reader, out), ...);
        return reader.finish(table);
    }
    // For rows whose columns are not known beforehand.
    const Rows& row() const { return *rows_; }

private:
    std::unique_ptr<Rows> rows_;
};

class Connection {
public:
    virtual ~Connection() = default;
    Connection() = default;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // Errors by constraint: already_exists (unique), not_found (foreign key). invalid_argument: a text that no database
    // keeps (see Params::text).
    template <class... Args>
    Result<Cursor> query(std::string_view sql, const Args&... args) {
        const Params values = params(args...);
        TRY(values.check());
        return Cursor(TRY(start(sql, values)));
    }
    // Runs a statement to its end; returns the rows it changed.
    template <class... Args>
    Result<std::int64_t> execute(std::string_view sql, const Args&... args) {
        const Params values = params(args...);
        TRY(values.check());
        return run(sql, values);
    }
    // The statement once for each row of values, in order; returns how many rows each changed. The first error ends it.
    Result<std::vector<std::int64_t>> execute_many(std::string_view sql, const std::vector<Params>& rows) {
        for (const Params& row : rows) TRY(row.check());
        return run_many(sql, rows);
    }
    // Several statements without values.
    virtual Result<void> script(const std::string& sql) = 0;

    enum class Access { read, write };
    // A read sees one snapshot. A write excludes every other process's.
    virtual Result<void> begin(Access access) = 0;
    // Durable on return. An error leaves nothing written, unless it says that this is unknown.
    virtual Result<void> commit(const Told& told) = 0;
    virtual void rollback() = 0;
    // One at a time.
    virtual Result<void> set_savepoint() = 0;
    virtual Result<void> release_savepoint() = 0;
    virtual Result<void> undo_to_savepoint() = 0;
    // False once an error has rolled back the whole transaction by itself.
    virtual bool in_transaction() const = 0;

    virtual bool is_lost() const { return false; }  // of no use any more
    // What was begun here left nothing, through no fault of its statements: it may run again on another connection.
    virtual bool may_run_again() const { return false; }
    virtual const std::string& name() const = 0;  // the database's, for messages

protected:
    virtual Result<std::unique_ptr<Rows>> start(std::string_view sql, const Params& values) = 0;
    virtual Result<std::int64_t> run(std::string_view sql, const Params& values) = 0;
    virtual Result<std::vector<std::int64_t>> run_many(std::string_view sql, const std::vector<Params>& rows) = 0;
};

// A statement that changes one row and ends in RETURNING and a number of it.
template <class... Args>
Result<std::int64_t> returned_number(Connection& connection, std::string_view sql, const Args&... args) {
    auto cursor = TRY(connection.query(sql, args...));
    std::int64_t id = 0;
    // To the end: only then is the statement done.
    while (TRY(cursor.next())) TRY(cursor.read("returned", id));
    return id;
}

}  // namespace gale::sql
