// Tells subscribers that something was committed, in whichever process: NOTIFY comes with the commit, one connection
// listens. After a lost connection everybody is woken: what was missed is unknown. Where notifications do not arrive
// (PgBouncer in transaction mode; tried at each connect), everybody is woken each 250 ms.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "base/file.hpp"
#include "store/postgres/connector.hpp"
#include "store/sql/connection.hpp"
#include "store/sql/subscribers.hpp"

namespace gale::postgres {

const char* channel_name(Channel channel);

class Listener {
public:
    explicit Listener(Connector& connector) : connector_(connector) {}
    ~Listener();  // after Connector::stop()

    // Returns once what is committed from then on wakes it, or the database is away.
    std::unique_ptr<Store::Subscription> subscribe(Channel channel, std::function<void()> wake);

private:
    void start();
    void loop(const std::function<void()>& ready);
    Result<Handle> connect();
    Result<bool> hears(PGconn* connection);
    void listen(PGconn* connection);
    bool take_notifications(PGconn* connection);
    enum class Seen { stop, input, nothing };
    Seen wait(int socket, std::chrono::milliseconds timeout);

    Connector& connector_;
    std::shared_ptr<sql::Subscribers> subscribers_ = std::make_shared<sql::Subscribers>();
    std::mutex start_mutex_;
    Fd stop_;
    bool is_deaf_said_ = false;
    std::thread thread_;
};

}  // namespace gale::postgres
