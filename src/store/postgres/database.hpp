// A PostgreSQL database behind the port that the store is written against.
#pragma once

#include "store/postgres/connector.hpp"
#include "store/postgres/listener.hpp"
#include "store/postgres/postgres_store.hpp"
#include "store/sql/database.hpp"

namespace gale::postgres {

class Database final : public sql::Database {
public:
    Database(Address address, const PostgresOptions& options);

    sql::ConnectionPool& readers() override { return readers_; }
    sql::ConnectionPool& writer() override { return writer_; }
    std::chrono::milliseconds patience() const override { return connector_.options().write_patience; }
    void stop_waiting() override { connector_.stop(); }
    std::unique_ptr<Store::Subscription> subscribe(Channel channel, std::function<void()> wake) override;
    void tell(const sql::Told&) override {}  // NOTIFY came with the commit
    const sql::Schema& schema() const override { return schema_; }
    std::string_view trivial_query() const override { return "SELECT 1"; }
    Result<TimePoint> now(sql::Connection& connection) override;
    Result<std::vector<std::string>> find_damage(sql::Connection& connection) override;

private:
    sql::ConnectionPool::Open opener(std::chrono::milliseconds patience);

    Connector connector_;
    const sql::Schema schema_;
    sql::ConnectionPool writer_;
    sql::ConnectionPool readers_;
    Listener listener_;  // last: its thread uses the others
};

}  // namespace gale::postgres
