// A database file of SQLite's, or one in memory, behind the port that the store is written against.
#pragma once

#include "base/clock.hpp"
#include "store/sql/database.hpp"
#include "store/sqlite/sqlite_store.hpp"
#include "store/sqlite/wake_up.hpp"

namespace gale::sqlite {

class Database final : public sql::Database {
public:
    explicit Database(const SqliteOptions& options);

    // In memory there is one connection for everything.
    sql::ConnectionPool& readers() override { return in_memory_ ? writer_ : readers_; }
    sql::ConnectionPool& writer() override { return writer_; }
    std::unique_ptr<Store::Subscription> subscribe(Channel channel, std::function<void()> wake) override;
    void tell(const sql::Told& told) override;
    const sql::Schema& schema() const override { return schema_; }
    std::string_view trivial_query() const override { return "SELECT count(*) FROM sqlite_schema"; }
    Result<TimePoint> now(sql::Connection&) override { return options_.now ? options_.now() : system_clock().now(); }
    Result<void> check() override;
    Result<std::vector<std::string>> find_damage(sql::Connection& connection) override;

private:
    const SqliteOptions options_;
    const bool in_memory_;
    const sql::Schema schema_;
    sql::ConnectionPool writer_;
    sql::ConnectionPool readers_;
    WakeUp wake_up_;
};

}  // namespace gale::sqlite
