#include "store/sql/sql_store.hpp"

namespace gale::sql {

SqlStore::SqlStore(std::unique_ptr<Database> database) : database_(std::move(database)), group_commit_(*database_) {}

SqlStore::~SqlStore() {
    database_->stop_waiting();
}

Result<void> SqlStore::open() {
    return write([&](Transaction& transaction) -> Result<void> {
        TRY(transaction.execute(database_->trivial_query()));
        return {};
    });
}

std::unique_ptr<Store::Subscription> SqlStore::subscribe(Channel channel, std::function<void()> wake) {
    return database_->subscribe(channel, std::move(wake));
}

Result<SchemaStatus> SqlStore::schema_status() {
    return read([&](Connection& connection) { return sql::schema_status(connection, database_->schema()); });
}

Result<void> SqlStore::migrate() {
    return write(
        [&](Transaction& transaction) { return apply_migrations(transaction.connection(), database_->schema()); });
}

Result<void> SqlStore::check() {
    TRY(database_->check());
    return read([&](Connection& connection) -> Result<void> {
        auto cursor = TRY(connection.query(database_->trivial_query()));
        TRY(cursor.next());
        return {};
    });
}

}  // namespace gale::sql
