#include "store/sqlite/sqlite_store.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "store/sqlite/store_impl.hpp"

namespace gale {

Result<std::unique_ptr<Store>> open_sqlite_store(const SqliteOptions& options) {
    auto store = std::make_unique<sqlite::SqliteStore>(options);
    TRY(store->open());
    return store;
}

}  // namespace gale

namespace gale::sqlite {
namespace {

ConnectionOptions connection_options(const SqliteOptions& options, bool query_only) {
    return {options.path, options.busy_timeout, query_only, options.max_pages, options.on_prepare};
}

}  // namespace

SqliteStore::SqliteStore(const SqliteOptions& options)
    : options_(options),
      in_memory_(options.path == ":memory:"),
      writer_(connection_options(options, false), 1),
      readers_(connection_options(options, true), options.max_readers),
      wake_up_(in_memory_ ? "" : options.path, connection_options(options, true)),
      group_commit_(writer_, [this](Channel channel) { wake_up_.tell(channel); }) {}

Result<void> SqliteStore::open() {
    // The file is opened and written here, so that a wrong path shows now and not at the first use.
    return write([](Transaction& transaction) -> Result<void> {
        auto cursor = TRY(transaction.query("SELECT count(*) FROM sqlite_schema"));
        TRY(cursor.next());
        return {};
    });
}

std::unique_ptr<Store::Subscription> SqliteStore::subscribe(Channel channel, std::function<void()> wake) {
    return wake_up_.subscribe(channel, std::move(wake));
}

Result<SchemaStatus> SqliteStore::schema_status() {
    return read([&](Connection& connection) { return sqlite::schema_status(connection, migrations_); });
}

Result<void> SqliteStore::migrate() {
    return write([&](Transaction& transaction) { return apply_migrations(transaction.connection(), migrations_); });
}

Result<void> SqliteStore::check() {
    // SQLite goes on with a file that was removed under it; nobody else will ever see those writes.
    if (!in_memory_ && ::access(options_.path.c_str(), F_OK) != 0) {
        return fail(ErrorCode::unavailable,
                    fmt::format("database {} is gone: the file was removed; restart to make a new one, or "
                                "put it back",
                                options_.path));
    }
    return read([](Connection& connection) -> Result<void> {
        auto cursor = TRY(connection.query("SELECT count(*) FROM sqlite_schema"));
        TRY(cursor.next());
        return {};
    });
}

}  // namespace gale::sqlite
