#include "store/postgres/connector.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <random>
#include <vector>

#include "base/log.hpp"
#include "store/postgres/errors.hpp"

namespace gale::postgres {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kFirstPause{100};
constexpr std::chrono::milliseconds kLongestPause{5'000};
constexpr int kOldestVersion = 130000;

// What a user may set in the URL and otherwise is as Gale needs it: a server that vanishes without a word is noticed.
constexpr std::pair<const char*, const char*> kDefaults[] = {
    {"application_name", "gale"}, {"keepalives_idle", "30"},     {"keepalives_interval", "10"},
    {"keepalives_count", "3"},    {"tcp_user_timeout", "30000"},
};

// Half to all of it, so that many processes do not come back at the same moment.
std::chrono::milliseconds jittered(std::chrono::milliseconds pause) {
    thread_local std::minstd_rand random{std::random_device{}()};
    return std::chrono::milliseconds(
        std::uniform_int_distribution<std::int64_t>(pause.count() / 2, pause.count())(random));
}

int poll_for(PGconn* connection, short events, Clock::time_point until) {
    pollfd polled{PQsocket(connection), events, 0};
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
    return ::poll(&polled, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
}

}  // namespace

Connector::Connector(Address address, const PostgresOptions& options)
    : address_(std::move(address)), options_(options) {
    for (const auto& name : address_.ignored) {
        log::warning("store", "database {}: libpq does not know the parameter '{}'; it is ignored", address_.name,
                     name);
    }
}

Result<Handle> Connector::connect() {
    std::vector<const char*> keywords, values;
    for (const auto& [keyword, value] : kDefaults) {
        keywords.push_back(keyword);
        values.push_back(value);
    }
    for (const auto& [keyword, value] : address_.parameters) {
        keywords.push_back(keyword.c_str());
        values.push_back(value.c_str());
    }
    keywords.push_back("client_encoding");
    values.push_back("UTF8");
    keywords.push_back(nullptr);
    values.push_back(nullptr);
    Handle connection(PQconnectStartParams(keywords.data(), values.data(), 0));
    if (!connection) return fail(ErrorCode::resource_exhausted, "out of memory for a database connection");
    PQsetErrorVerbosity(connection.get(), PQERRORS_VERBOSE);  // with codes: texts are in the server's language
    const auto until = Clock::now() + options_.connect_timeout;
    for (auto next = PGRES_POLLING_WRITING; next != PGRES_POLLING_OK; next = PQconnectPoll(connection.get())) {
        if (next == PGRES_POLLING_FAILED || PQstatus(connection.get()) == CONNECTION_BAD)
            return std::unexpected(connect_error(address_.name, PQerrorMessage(connection.get())));
        const short events = next == PGRES_POLLING_READING ? POLLIN : POLLOUT;
        const int ready = poll_for(connection.get(), events, until);
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0)
            return std::unexpected(
                connect_error(address_.name, fmt::format("no answer within {} ms", options_.connect_timeout.count())));
    }
    PQsetNoticeProcessor(connection.get(), [](void*, const char*) {}, nullptr);
    TRY(check_server(connection.get()));
    return connection;
}

Result<void> Connector::check_server(PGconn* connection) const {
    const int version = PQserverVersion(connection);
    if (version < kOldestVersion)
        return fail(ErrorCode::unsupported, fmt::format("database {}: its server is PostgreSQL {}.{}; Gale needs 13 or "
                                                        "later",
                                                        address_.name, version / 10000, version % 10000));
    const char* encoding = PQparameterStatus(connection, "server_encoding");
    if (encoding != nullptr && std::string_view(encoding) != "UTF8")
        return fail(ErrorCode::unsupported,
                    fmt::format("database {} keeps text as {}; Gale needs one made with ENCODING 'UTF8'", address_.name,
                                encoding));
    return {};
}

Result<Handle> Connector::connect_within(std::chrono::milliseconds patience) {
    const auto until = Clock::now() + patience;
    for (auto pause = kFirstPause;; pause = std::min(pause * 2, kLongestPause)) {
        auto connection = connect();
        if (connection) {
            note_back();
            return connection;
        }
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
        if (connection.error().code() != ErrorCode::unavailable || left.count() <= 0) return connection;
        note_away(connection.error(), patience);
        if (!sleep(std::min(jittered(pause), left))) return fail(ErrorCode::cancelled, "the store is being closed");
    }
}

void Connector::note_away(const Error& error, std::chrono::milliseconds patience) {
    if (is_away_.exchange(true)) return;
    log::warning("store", "{}; trying again for up to {} s", error.to_string(), patience.count() / 1000);
}

void Connector::note_back() {
    if (is_away_.exchange(false)) log::info("store", "database {} is back", address_.name);
}

void Connector::stop_preparing() {
    if (!may_prepare_.exchange(false)) return;
    log::info("store",
              "database {}: a pooler gives each transaction another connection; going on without prepared statements",
              address_.name);
}

void Connector::stop() {
    std::scoped_lock lock(mutex_);
    stopped_ = true;
    woken_.notify_all();
}

bool Connector::sleep(std::chrono::milliseconds duration) {
    std::unique_lock lock(mutex_);
    return !woken_.wait_for(lock, duration, [&] { return stopped_.load(); });
}

}  // namespace gale::postgres
