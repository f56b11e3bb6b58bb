#include "store/postgres/listener.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <future>

#include "base/check.hpp"
#include "base/hash.hpp"
#include "base/log.hpp"

namespace gale::postgres {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kDeafPause{250};
constexpr milliseconds kTestWait{2'000};
// A connection over which nothing comes may be dead.
constexpr milliseconds kProbe{30'000};
constexpr milliseconds kRetry{500};

Result<void> execute(const Connector& connector, PGconn* connection, const std::string& sql) {
    const Held result(PQexec(connection, sql.c_str()));
    const auto status = PQresultStatus(result.get());
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return {};
    return fail(ErrorCode::unavailable, fmt::format("database {}: cannot listen for changes: {}", connector.name(),
                                                    PQresultErrorMessage(result.get())));
}

}  // namespace

const char* channel_name(Channel channel) {
    return channel == Channel::scheduler ? "gale_scheduler" : "gale_events";
}

Listener::~Listener() {
    if (!thread_.joinable()) return;
    const std::uint64_t one = 1;
    CHECK(::write(stop_.get(), &one, sizeof one) == sizeof one);
    thread_.join();
}

std::unique_ptr<Store::Subscription> Listener::subscribe(Channel channel, std::function<void()> wake) {
    auto subscription = subscribers_->add(channel, std::move(wake));
    start();
    return subscription;
}

void Listener::start() {
    std::scoped_lock lock(start_mutex_);
    if (thread_.joinable()) return;
    stop_.reset(::eventfd(0, EFD_CLOEXEC));
    CHECK(stop_.get() >= 0);
    std::promise<void> tried;
    thread_ = std::thread([this, &tried] {
        bool is_first = true;
        loop([&] {
            if (std::exchange(is_first, false)) tried.set_value();
        });
    });
    tried.get_future().wait();
}

// `ready` is called after each try to listen, be it in vain.
void Listener::loop(const std::function<void()>& ready) {
    for (bool was_listening = false; !connector_.is_stopped();) {
        auto connection = connect();
        if (!connection) {
            ready();
            if (!connector_.sleep(kRetry)) break;
            continue;
        }
        const auto heard = hears(connection->get());
        if (was_listening) subscribers_->wake_all();
        was_listening = true;
        ready();
        if (heard && *heard) {
            listen(connection->get());
            continue;
        }
        if (heard && !std::exchange(is_deaf_said_, true)) {
            log::warning("store",
                         "database {}: its notifications do not arrive (a pooler in transaction mode?); looking each "
                         "{} ms instead",
                         connector_.name(), kDeafPause.count());
        }
        // Deaf, or lost again: looks, and comes back to try once a probe's time.
        for (auto waited = milliseconds(0); waited < kProbe; waited += kDeafPause) {
            if (!connector_.sleep(kDeafPause)) return;
            subscribers_->wake_all();
            if (!heard) break;
        }
    }
}

Result<Handle> Listener::connect() {
    auto connection = TRY(connector_.connect());
    for (const Channel channel : {Channel::scheduler, Channel::events})
        TRY(execute(connector_, connection.get(), fmt::format("LISTEN {}", channel_name(channel))));
    return connection;
}

// Whether a notification of another connection arrives here.
Result<bool> Listener::hears(PGconn* connection) {
    const auto test = "gale_test_" + random_alphanumeric(10);
    TRY(execute(connector_, connection, fmt::format("LISTEN \"{}\"", test)));
    const auto other = TRY(connector_.connect());
    TRY(execute(connector_, other.get(), fmt::format("NOTIFY \"{}\"", test)));
    const auto until = std::chrono::steady_clock::now() + kTestWait;
    bool has_come = false;
    while (!has_come && std::chrono::steady_clock::now() < until) {
        if (wait(PQsocket(connection), kTestWait) == Seen::stop) return false;
        if (PQconsumeInput(connection) != 1) return fail(ErrorCode::unavailable, "the connection was lost");
        while (PGnotify* notified = PQnotifies(connection)) {
            has_come |= notified->relname == test;
            PQfreemem(notified);
        }
    }
    TRY(execute(connector_, connection, fmt::format("UNLISTEN \"{}\"", test)));
    return has_come;
}

// Until the connection is lost.
void Listener::listen(PGconn* connection) {
    for (;;) {
        const auto seen = wait(PQsocket(connection), kProbe);
        if (seen == Seen::stop) return;
        // A server that went away without a word does not say so by itself.
        if (seen == Seen::nothing && !execute(connector_, connection, "SELECT 1")) return;
        if (!take_notifications(connection)) return;
    }
}

bool Listener::take_notifications(PGconn* connection) {
    if (PQconsumeInput(connection) != 1) return false;
    bool told[sql::kChannels] = {};
    while (PGnotify* notified = PQnotifies(connection)) {
        for (size_t i = 0; i < sql::kChannels; ++i)
            told[i] |= std::string_view(notified->relname) == channel_name(static_cast<Channel>(i));
        PQfreemem(notified);
    }
    for (size_t i = 0; i < sql::kChannels; ++i) {
        if (told[i]) subscribers_->wake(static_cast<Channel>(i));
    }
    return true;
}

Listener::Seen Listener::wait(int socket, milliseconds timeout) {
    pollfd polled[2] = {{stop_.get(), POLLIN, 0}, {socket, POLLIN, 0}};
    int ready = -1;
    do {
        ready = ::poll(polled, 2, static_cast<int>(timeout.count()));
    } while (ready < 0 && errno == EINTR);
    if ((polled[0].revents & POLLIN) != 0) return Seen::stop;
    return ready > 0 ? Seen::input : Seen::nothing;
}

}  // namespace gale::postgres
