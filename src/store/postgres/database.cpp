#include "store/postgres/database.hpp"

#include <fmt/format.h>

#include "store/postgres/connection.hpp"
#include "store/postgres/schema.hpp"
#include "store/sql/sql_store.hpp"

namespace gale {

bool is_postgres_url(std::string_view url) {
    return postgres::is_postgres_url(url);
}

Result<std::unique_ptr<Store>> open_postgres_store(const PostgresOptions& options) {
    auto address = TRY(postgres::parse_url(options.url));
    auto database = std::make_unique<postgres::Database>(std::move(address), options);
    auto store = std::make_unique<sql::SqlStore>(std::move(database));
    // Waits as reads do: where servers start together, the database may be the last.
    TRY(store->check());
    return store;
}

}  // namespace gale

namespace gale::postgres {

Database::Database(Address address, const PostgresOptions& options)
    : connector_(std::move(address), options),
      schema_(postgres::schema()),
      writer_(opener(options.write_patience), 1),
      readers_(opener(options.read_patience), options.max_readers),
      listener_(connector_) {}

sql::ConnectionPool::Open Database::opener(std::chrono::milliseconds patience) {
    return [this, patience]() -> Result<std::unique_ptr<sql::Connection>> {
        return std::make_unique<Connection>(connector_, TRY(connector_.connect_within(patience)));
    };
}

std::unique_ptr<Store::Subscription> Database::subscribe(Channel channel, std::function<void()> wake) {
    return listener_.subscribe(channel, std::move(wake));
}

Result<TimePoint> Database::now(sql::Connection& connection) {
    auto cursor = TRY(connection.query("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)"));
    TimePoint now;
    if (TRY(cursor.next())) TRY(cursor.read("clock", now));
    return now;
}

// What the server itself knows to be wrong. A damaged page ends the look at the table it is in, with its error.
Result<std::vector<std::string>> Database::find_damage(sql::Connection& connection) {
    std::vector<std::string> found;
    {
        auto cursor = TRY(connection.query(
            "SELECT format('index %s is not valid: REINDEX it', i.indexrelid::regclass) FROM pg_index i JOIN pg_class "
            "c "
            "ON c.oid = i.indrelid WHERE c.relnamespace = current_schema()::regnamespace AND NOT i.indisvalid UNION "
            "ALL "
            "SELECT format('constraint %s of table %s is not validated', conname, conrelid::regclass) FROM "
            "pg_constraint WHERE connamespace = current_schema()::regnamespace AND NOT convalidated UNION ALL "
            "SELECT format('%s pages of the database had a wrong checksum', checksum_failures) FROM pg_stat_database "
            "WHERE datname = current_database() AND checksum_failures > 0"));
        while (TRY(cursor.next())) TRY(cursor.read("pg_catalog", found.emplace_back()));
    }
    std::vector<std::string> tables;
    {
        auto cursor = TRY(connection.query(schema_.list_tables));
        while (TRY(cursor.next())) TRY(cursor.read("tables", tables.emplace_back()));
    }
    for (const std::string& table : tables) {
        auto read = connection.query(fmt::format("SELECT count(length(CAST(t.* AS TEXT))) FROM \"{}\" t", table));
        if (read) continue;
        // The snapshot is gone with the error: what comes after is not looked at.
        found.push_back(fmt::format("table {} cannot be read: {}", table, read.error().message()));
        break;
    }
    return found;
}

}  // namespace gale::postgres
