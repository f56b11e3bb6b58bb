#include "store/sqlite/connection.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <thread>

#include "base/check.hpp"

namespace gale::sqlite {
namespace {

constexpr size_t kMaxCachedStatements = 200;

Result<void> check_path(const std::string& path) {
    struct stat found{};
    if (::stat(path.c_str(), &found) == 0) {
        if (S_ISDIR(found.st_mode)) {
            return fail(ErrorCode::invalid_argument,
                        fmt::format("cannot open database {}: it is a folder; name a file in it", path));
        }
        return {};
    }
    const auto folder = std::filesystem::absolute(path).parent_path();
    if (::stat(folder.c_str(), &found) != 0 || !S_ISDIR(found.st_mode)) {
        return fail(ErrorCode::not_found, fmt::format("cannot open database {}: there is no folder {}; make it first",
                                                      path, folder.native()));
    }
    return {};
}

bool is_no_space(int system_errno) {
    return system_errno == ENOSPC || system_errno == EDQUOT || system_errno == EFBIG;
}

// Whose fault a result code is, and what to do about it.
std::pair<ErrorCode, std::string_view> explain(int code, int system_errno) {
    switch (code) {
        case SQLITE_CONSTRAINT_UNIQUE:
        case SQLITE_CONSTRAINT_PRIMARYKEY: return {ErrorCode::already_exists, "a row of this key exists"};
        case SQLITE_CONSTRAINT_FOREIGNKEY: return {ErrorCode::not_found, "what the row refers to does not exist"};
        default: break;
    }
    switch (code & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {ErrorCode::unavailable,
                    "another process keeps it locked; see which one (fuser shows it), or try again"};
        case SQLITE_FULL: return {ErrorCode::resource_exhausted, "the disk is full; nothing was written; make room"};
        case SQLITE_NOTADB:
            return {ErrorCode::data_corrupt, "this file is not an SQLite database; name another, or move it away"};
        case SQLITE_CORRUPT: return {ErrorCode::data_corrupt, "the file is damaged; restore a backup"};
        case SQLITE_READONLY:
        case SQLITE_PERM:
        case SQLITE_AUTH: return {ErrorCode::permission_denied, "no permission to write the file or its folder"};
        case SQLITE_CANTOPEN:
            if (system_errno == EACCES || system_errno == EPERM || system_errno == EROFS) {
                return {ErrorCode::permission_denied, "no permission to write the file or its folder"};
            }
            return {ErrorCode::unavailable, "the file cannot be opened or made"};
        case SQLITE_IOERR:
            if (is_no_space(system_errno)) {
                return {ErrorCode::resource_exhausted, "no room left for the file; nothing was written; make room"};
            }
            return {ErrorCode::unavailable, "the disk gives an input/output error"};
        case SQLITE_NOMEM: return {ErrorCode::resource_exhausted, "out of memory"};
        case SQLITE_TOOBIG:
            return {ErrorCode::invalid_argument, "a value is larger than a database field can be (1 GB)"};
        default: return {ErrorCode::internal, "unexpected error"};
    }
}

}  // namespace

// One prepared statement; it goes back to the cache with this.
class Connection::Statement {
public:
    Statement(Connection& connection, sqlite3_stmt* statement, bool cached)
        : connection_(&connection), statement_(statement), cached_(cached) {}
    Statement(Statement&& other) noexcept
        : connection_(other.connection_),
          statement_(std::exchange(other.statement_, nullptr)),
          cached_(other.cached_) {}
    Statement& operator=(Statement&&) = delete;
    ~Statement() {
        if (statement_ != nullptr) connection_->release(statement_, cached_);
    }
    sqlite3_stmt* get() const { return statement_; }
    Result<bool> step() {
        const int code = sqlite3_step(statement_);
        if (code == SQLITE_ROW) return true;
        if (code == SQLITE_DONE) return false;
        return std::unexpected(connection_->error(code, sqlite3_sql(statement_)));
    }

private:
    Connection* connection_;
    sqlite3_stmt* statement_;
    bool cached_;
};

class Connection::StatementRows final : public sql::Rows {
public:
    explicit StatementRows(Statement statement) : statement_(std::move(statement)) {}
    Result<bool> next() override { return statement_.step(); }
    int columns() const override { return sqlite3_column_count(statement_.get()); }
    bool is_null(int column) const override { return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL; }
    std::int64_t integer(int column) const override { return sqlite3_column_int64(statement_.get(), column); }
    double real(int column) const override { return sqlite3_column_double(statement_.get(), column); }
    std::string_view text(int column) const override {
        const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
        const auto size = static_cast<size_t>(sqlite3_column_bytes(statement_.get(), column));
        return bytes == nullptr ? std::string_view() : std::string_view(bytes, size);
    }
    std::string_view name(int column) const override { return sqlite3_column_name(statement_.get(), column); }

private:
    Statement statement_;
};

Result<std::unique_ptr<Connection>> Connection::open(const ConnectionOptions& options) {
    std::unique_ptr<Connection> connection(new Connection(options));
    TRY(connection->connect());
    return connection;
}

Result<void> Connection::connect() {
    if (options_.path != ":memory:") TRY(check_path(options_.path));
    const int code =
        sqlite3_open_v2(options_.path.c_str(), &db_,
                        (options_.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) |
                            SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                        nullptr);
    if (code != SQLITE_OK) return std::unexpected(error(code, "open"));
    sqlite3_busy_handler(db_, &Connection::on_busy, this);
    if (options_.read_only) return script("SELECT count(*) FROM sqlite_schema");
    // The first statement that reads the file.
    if (TRY(is_another_programs())) return {};
    std::string got;
    {
        auto mode = TRY(query("PRAGMA journal_mode = WAL"));
        if (TRY(mode.next())) TRY(mode.read("pragma", got));
    }
    if (got != "wal" && got != "memory") {
        return fail(
            ErrorCode::unavailable,
            fmt::format("cannot open database {}: its file system does not allow a write-ahead log (journal mode stays "
                        "'{}'); put it on a local disk",
                        options_.path, got));
    }
    TRY(
        script("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY;"
               "PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -16384;"));
    if (options_.max_pages > 0) TRY(script(fmt::format("PRAGMA max_page_count = {}", options_.max_pages)));
    if (options_.query_only) TRY(script("PRAGMA query_only = ON"));
    return {};
}

// That is left as it is, its journal mode included; whoever wants to use it hears whose it is from schema_status.
Result<bool> Connection::is_another_programs() {
    auto cursor =
        TRY(query("SELECT count(*) > 0 AND sum(name = 'schema_migrations') = 0 FROM sqlite_schema WHERE type = "
                  "'table' AND name NOT LIKE 'sqlite_%'"));
    bool found = false;
    if (TRY(cursor.next())) TRY(cursor.read("sqlite_schema", found));
    return found;
}

Connection::~Connection() {
    for (const auto& entry : cache_) {
        CHECK(!entry.in_use);
        sqlite3_finalize(entry.statement);
    }
    sqlite3_close_v2(db_);
}

// SQLite's own handler waits in steps of up to 100 ms, which many short commits by other processes turn into
// starvation.
int Connection::on_busy(void* self, int attempts) {
    auto& connection = *static_cast<Connection*>(self);
    const auto now = std::chrono::steady_clock::now();
    if (attempts == 0) connection.busy_since_ = now;
    if (now - connection.busy_since_ >= connection.options_.busy_timeout) return 0;
    std::this_thread::sleep_for(std::chrono::microseconds(attempts < 10 ? 200 : 1000));
    return 1;
}

Error Connection::error(int code, std::string_view sql) const {
    const std::string message = db_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(db_);
    if (code == SQLITE_ERROR && (message.starts_with("no such table") || message.starts_with("no such column"))) {
        return Error(ErrorCode::conflict,
                     fmt::format("database {} does not have this version's tables ({}); run 'gale db migrate'",
                                 options_.path, message));
    }
    const auto [kind, advice] = explain(code, db_ == nullptr ? 0 : sqlite3_system_errno(db_));
    auto result = Error(kind, fmt::format("database {}: {} ({}, code {})", options_.path, advice, message, code));
    return kind == ErrorCode::internal ? std::move(result).with("sql", std::string(sql)) : result;
}

Result<void> Connection::script(const std::string& sql) {
    const int code = sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return std::unexpected(error(code, sql));
    return {};
}

Result<sqlite3_stmt*> Connection::compile(std::string_view sql) {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                        &statement, nullptr);
    if (code != SQLITE_OK) return std::unexpected(error(code, sql));
    if (options_.on_prepare) options_.on_prepare(sql);
    return statement;
}

Result<void> Connection::begin(Access access) {
    TRY(execute(access == Access::write ? "BEGIN IMMEDIATE" : "BEGIN"));
    return {};
}

// The one place where anything becomes durable. Whom it tells is the wake-up's.
Result<void> Connection::commit(const sql::Told&) {
    auto committed = execute("COMMIT");
    if (committed) return {};
    rollback();
    return std::unexpected(committed.error());
}

// One that fails leaves no transaction either.
void Connection::rollback() {
    if (in_transaction()) (void)execute("ROLLBACK");
}

Result<void> Connection::set_savepoint() {
    TRY(execute("SAVEPOINT one"));
    return {};
}
Result<void> Connection::release_savepoint() {
    TRY(execute("RELEASE one"));
    return {};
}
Result<void> Connection::undo_to_savepoint() {
    TRY(execute("ROLLBACK TO one"));
    return {};
}

Result<std::unique_ptr<sql::Rows>> Connection::start(std::string_view sql, const sql::Params& values) {
    Statement statement = TRY(prepare(sql));
    TRY(bind(statement, values, sql));
    return std::make_unique<StatementRows>(std::move(statement));
}

Result<std::int64_t> Connection::run(std::string_view sql, const sql::Params& values) {
    Statement statement = TRY(prepare(sql));
    TRY(bind(statement, values, sql));
    while (TRY(statement.step())) {
    }
    return sqlite3_changes64(db_);
}

Result<std::vector<std::int64_t>> Connection::run_many(std::string_view sql, const std::vector<sql::Params>& rows) {
    std::vector<std::int64_t> changed;
    changed.reserve(rows.size());
    if (rows.empty()) return changed;
    Statement statement = TRY(prepare(sql));
    for (const auto& values : rows) {
        TRY(bind(statement, values, sql));
        while (TRY(statement.step())) {
        }
        changed.push_back(sqlite3_changes64(db_));
        sqlite3_reset(statement.get());
    }
    return changed;
}

Result<void> Connection::bind(Statement& statement, const sql::Params& values, std::string_view sql) {
    int index = 0;
    for (const auto& value : values.all()) {
        ++index;
        int code = SQLITE_OK;
        if (const auto* integer = std::get_if<std::int64_t>(&value)) {
            code = sqlite3_bind_int64(statement.get(), index, *integer);
        } else if (const auto* text = std::get_if<std::string_view>(&value)) {
            code =
                sqlite3_bind_text64(statement.get(), index, text->data(), text->size(), SQLITE_TRANSIENT, SQLITE_UTF8);
        } else if (const auto* real = std::get_if<double>(&value)) {
            code = sqlite3_bind_double(statement.get(), index, *real);
        } else {
            code = sqlite3_bind_null(statement.get(), index);
        }
        if (code != SQLITE_OK) return std::unexpected(error(code, sql));
    }
    return {};
}

Result<Connection::Statement> Connection::prepare(std::string_view sql) {
    const auto found = cached_.find(sql);
    if (found != cached_.end()) {
        if (found->second->in_use) return Statement(*this, TRY(compile(sql)), false);
        cache_.splice(cache_.begin(), cache_, found->second);
        found->second->in_use = true;
        return Statement(*this, found->second->statement, true);
    }
    sqlite3_stmt* statement = TRY(compile(sql));
    cache_.push_front({std::string(sql), statement, true});
    cached_.emplace(cache_.front().sql, cache_.begin());
    if (cache_.size() > kMaxCachedStatements && !cache_.back().in_use) {
        sqlite3_finalize(cache_.back().statement);
        cached_.erase(cache_.back().sql);
        cache_.pop_back();
    }
    return Statement(*this, statement, true);
}

void Connection::release(sqlite3_stmt* statement, bool cached) {
    if (!cached) {
        sqlite3_finalize(statement);
        return;
    }
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    for (auto& entry : cache_) {  // it is at or near the front
        if (entry.statement == statement) {
            entry.in_use = false;
            return;
        }
    }
    CHECK(false);
}

}  // namespace gale::sqlite
