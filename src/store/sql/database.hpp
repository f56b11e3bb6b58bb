// What an adapter gives the store: connections, who wakes whom, and the schema's history.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "store/sql/connection_pool.hpp"
#include "store/sql/migrations.hpp"
#include "store/store.hpp"

namespace gale::sql {

class Database {
public:
    virtual ~Database() = default;
    virtual ConnectionPool& readers() = 0;
    virtual ConnectionPool& writer() = 0;  // of one connection
    // How long writes wait for a database that went away.
    virtual std::chrono::milliseconds patience() const { return std::chrono::milliseconds(0); }
    // Before it is destroyed: nobody shall wait any longer.
    virtual void stop_waiting() {}

    virtual std::unique_ptr<Store::Subscription> subscribe(Channel channel, std::function<void()> wake) = 0;
    // After a commit, for whatever the commit itself did not tell.
    virtual void tell(const Told& told) = 0;

    virtual const Schema& schema() const = 0;
    virtual std::string_view trivial_query() const = 0;
    // The database's clock. Within a transaction of `connection` or without one.
    virtual Result<TimePoint> now(Connection& connection) = 0;
    virtual Result<void> check() { return {}; }  // besides it
    // Reads everything; a sentence for each damage.
    virtual Result<std::vector<std::string>> find_damage(Connection& connection) = 0;
};

}  // namespace gale::sql
