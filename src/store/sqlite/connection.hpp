// One SQLite connection with its prepared statements.
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
#include "store/sql/connection.hpp"

namespace gale::sqlite {

struct ConnectionOptions {
    std::string path;
    std::chrono::milliseconds busy_timeout{10'000};
    bool query_only = false;
    int max_pages = 0;  // 0: no limit of our own
    std::function<void(std::string_view sql)> on_prepare;
    bool read_only = false;  // another program's: nothing of it is changed, not even its journal mode
};

class Connection final : public sql::Connection {
public:
    // Errors: invalid_argument (a folder), not_found (no such folder), permission_denied, data_corrupt (not a
    // database), unavailable.
    static Result<std::unique_ptr<Connection>> open(const ConnectionOptions& options);
    ~Connection() override;

    Result<void> script(const std::string& sql) override;
    Result<void> begin(Access access) override;
    Result<void> commit(const sql::Told& told) override;
    void rollback() override;
    Result<void> set_savepoint() override;
    Result<void> release_savepoint() override;
    Result<void> undo_to_savepoint() override;
    bool in_transaction() const override { return sqlite3_get_autocommit(db_) == 0; }
    const std::string& name() const override { return options_.path; }
    Error error(int code, std::string_view sql) const;

protected:
    Result<std::unique_ptr<sql::Rows>> start(std::string_view sql, const sql::Params& values) override;
    Result<std::int64_t> run(std::string_view sql, const sql::Params& values) override;
    Result<std::vector<std::int64_t>> run_many(std::string_view sql, const std::vector<sql::Params>& rows) override;

private:
    class Statement;
    class StatementRows;
    explicit Connection(const ConnectionOptions& options) : options_(options) {}
    Result<void> connect();
    Result<bool> is_another_programs();
    Result<Statement> prepare(std::string_view sql);
    Result<void> bind(Statement& statement, const sql::Params& values, std::string_view sql);
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
