#include "api/http_server.hpp"

#include <fmt/format.h>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <unordered_set>
#include <vector>

#include "api/detail/http_session.hpp"
#include "base/log.hpp"

namespace gale {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Tcp = asio::ip::tcp;

using detail::HttpSession;

class Server final : public HttpServer {
public:
    Server(HttpServerOptions options, HttpHandler handler)
        : options_(std::move(options)),
          handler_(std::move(handler)),
          acceptor_(io_),
          pool_(static_cast<size_t>(std::max(1, options_.threads))) {}
    ~Server() override { stop(); }

    Result<void> listen();
    void run() {
        thread_ = std::jthread([this] { io_.run(); });
    }
    std::uint16_t port() const override { return port_; }
    void stop() override;

private:
    void accept();
    void on_accepted(Tcp::socket socket);
    void refuse(Tcp::socket socket);
    void joined(HttpSession* session);
    void left(HttpSession* session);
    Error listen_error(const error_code& error, std::string_view what) const;

    const HttpServerOptions options_;
    const HttpHandler handler_;
    asio::io_context io_{1};
    // While the only connection's request is with its handler there is no socket work, but there will be.
    const asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
    Tcp::acceptor acceptor_;
    asio::thread_pool pool_;
    const detail::HttpSessionHost host_{options_,
                                        handler_,
                                        io_,
                                        pool_,
                                        [this](HttpSession* session) { joined(session); },
                                        [this](HttpSession* session) { left(session); }};
    std::uint16_t port_ = 0;
    std::jthread thread_;
    std::atomic<bool> stopped_{false};
    std::unordered_set<HttpSession*> sessions_;  // socket thread only, except for its size under mutex_
    std::mutex mutex_;
    std::condition_variable all_left_;
    size_t count_ = 0;
};

Error Server::listen_error(const error_code& error, std::string_view what) const {
    const std::string address = fmt::format("{}:{}", options_.host, options_.port);
    if (error == asio::error::address_in_use) {
        return Error(ErrorCode::already_exists,
                     fmt::format("cannot listen on {}: the port is in use, maybe by another Gale or Airflow; stop that "
                                 "program (`ss -ltnp sport = :{}` "
                                 "names it) or choose another port with --port or AIRFLOW__API__PORT",
                                 address, options_.port));
    }
    if (error == asio::error::access_denied) {
        return Error(
            ErrorCode::permission_denied,
            fmt::format(
                "cannot listen on {}: not permitted; choose a port above 1023 with --port or AIRFLOW__API__PORT",
                address));
    }
    return Error(ErrorCode::invalid_argument,
                 fmt::format("cannot listen on {}: {}: {}; check --host and --port", address, what, error.message()));
}

Result<void> Server::listen() {
    error_code error;
    Tcp::resolver resolver(io_);
    const auto found = resolver.resolve(options_.host, std::to_string(options_.port), Tcp::resolver::passive, error);
    if (error) return std::unexpected(listen_error(error, "resolving the host"));
    const Tcp::endpoint endpoint = found.begin()->endpoint();
    acceptor_.open(endpoint.protocol(), error);
    if (error) return std::unexpected(listen_error(error, "opening a socket"));
    acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (error) return std::unexpected(listen_error(error, "binding"));
    acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return std::unexpected(listen_error(error, "listening"));
    port_ = acceptor_.local_endpoint(error).port();
    accept();
    return {};
}

void Server::accept() {
    acceptor_.async_accept([this](const error_code& error, Tcp::socket socket) {
        if (error == asio::error::operation_aborted || stopped_) return;
        if (error) {
            // Out of descriptors, most likely: wait for one to come free rather than spin.
            log::warning("api", "could not accept a connection: {}", error.message());
            auto timer = std::make_shared<asio::steady_timer>(io_, std::chrono::milliseconds{100});
            timer->async_wait([this, timer](const error_code& cancelled) {
                if (!cancelled && !stopped_) accept();
            });
            return;
        }
        on_accepted(std::move(socket));
        accept();
    });
}

void Server::on_accepted(Tcp::socket socket) {
    if (sessions_.size() >= static_cast<size_t>(options_.max_connections)) return refuse(std::move(socket));
    std::make_shared<HttpSession>(std::move(socket), host_)->start();
}

void Server::refuse(Tcp::socket socket) {
    static constexpr std::string_view kBusy =
        "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\nConnection: close\r\n\r\n";
    error_code ignored;  // the client is turned away with or without the words
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(kBusy), ignored);
    socket.shutdown(Tcp::socket::shutdown_both, ignored);
}

void Server::joined(HttpSession* session) {
    sessions_.insert(session);
    std::scoped_lock lock(mutex_);
    count_ = sessions_.size();
}

void Server::left(HttpSession* session) {
    sessions_.erase(session);
    std::scoped_lock lock(mutex_);
    count_ = sessions_.size();
    if (count_ == 0) all_left_.notify_all();
}

void Server::stop() {
    if (stopped_.exchange(true)) return;
    asio::post(io_, [this] {
        error_code ignored;  // it is closed either way
        acceptor_.close(ignored);
        const std::vector<HttpSession*> all(sessions_.begin(), sessions_.end());
        for (HttpSession* session : all) session->stop();
    });
    if (thread_.joinable()) {
        std::unique_lock lock(mutex_);
        if (!all_left_.wait_for(lock, options_.stop_timeout, [&] { return count_ == 0; })) {
            log::warning("api", "{} connections were still busy after {} ms and are cut", count_,
                         options_.stop_timeout.count());
            asio::post(io_, [this] {
                const std::vector<HttpSession*> busy(sessions_.begin(), sessions_.end());
                for (HttpSession* session : busy) session->close();
            });
            all_left_.wait_for(lock, std::chrono::seconds{1}, [&] { return count_ == 0; });
        }
    }
    io_.stop();
    if (thread_.joinable()) thread_.join();
    pool_.join();
}

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::start(HttpServerOptions options, HttpHandler handler) {
    auto server = std::make_unique<Server>(std::move(options), std::move(handler));
    TRY(server->listen());
    server->run();
    return server;
}

}  // namespace gale
