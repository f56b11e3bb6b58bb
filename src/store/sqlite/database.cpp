#include "store/sqlite/database.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "store/sql/sql_store.hpp"
#include "store/sqlite/schema.hpp"

namespace gale {

Result<std::unique_ptr<Store>> open_sqlite_store(const SqliteOptions& options) {
    auto store = std::make_unique<sql::SqlStore>(std::make_unique<sqlite::Database>(options));
    TRY(store->open());
    return store;
}

}  // namespace gale

namespace gale::sqlite {
namespace {

ConnectionOptions connection_options(const SqliteOptions& options, bool query_only) {
    return {options.path, options.busy_timeout, query_only, options.max_pages, options.on_prepare};
}

sql::ConnectionPool::Open opener(const SqliteOptions& options, bool query_only) {
    return [options = connection_options(options, query_only)]() -> Result<std::unique_ptr<sql::Connection>> {
        return TRY(Connection::open(options));
    };
}

}  // namespace

Database::Database(const SqliteOptions& options)
    : options_(options),
      in_memory_(options.path == ":memory:"),
      schema_(sqlite::schema()),
      writer_(opener(options, false), 1),
      readers_(opener(options, true), options.max_readers),
      wake_up_(in_memory_ ? "" : options.path, connection_options(options, true)) {}

std::unique_ptr<Store::Subscription> Database::subscribe(Channel channel, std::function<void()> wake) {
    return wake_up_.subscribe(channel, std::move(wake));
}

void Database::tell(const sql::Told& told) {
    for (size_t i = 0; i < sql::kChannels; ++i) {
        if (told[i]) wake_up_.tell(static_cast<Channel>(i));
    }
}

Result<void> Database::check() {
    // SQLite goes on with a file that was removed under it; nobody else will ever see those writes.
    if (in_memory_ || ::access(options_.path.c_str(), F_OK) == 0) return {};
    return fail(ErrorCode::unavailable,
                fmt::format("database {} is gone: the file was removed; restart to make a new one, or put it back",
                            options_.path));
}

Result<std::vector<std::string>> Database::find_damage(sql::Connection& connection) {
    std::vector<std::string> found;
    {
        auto cursor = TRY(connection.query("PRAGMA quick_check"));
        std::string line;
        while (TRY(cursor.next())) {
            TRY(cursor.read("quick_check", line));
            if (line != "ok") found.push_back(line);
        }
    }
    auto cursor = TRY(connection.query("PRAGMA foreign_key_check"));
    while (TRY(cursor.next())) {
        const sql::Rows& row = cursor.row();
        found.push_back(fmt::format("row {} of table {} refers to a row of {} that is not there", row.text(1),
                                    row.text(0), row.text(2)));
    }
    return found;
}

}  // namespace gale::sqlite
