#include "api/http_server.hpp"

#include <fmt/format.h>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <unordered_set>

#include "base/json.hpp"
#include "base/log.hpp"

namespace gale {

std::optional<std::string_view> HttpRequest::header(std::string_view name) const {
    const auto same = [](char left, char right) {
        return std::tolower(static_cast<unsigned char>(left)) == std::tolower(static_cast<unsigned char>(right));
    };
    for (const auto& [key, value] : headers) {
        if (std::ranges::equal(key, name, same)) return value;
    }
    return std::nullopt;
}

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;
using Tcp = asio::ip::tcp;

HttpResponse plain_error(int status, std::string_view detail) {
    return {status, "application/json", json::serialize(json::object{{"detail", detail}}), {}};
}

HttpResponse call_handler(const HttpHandler& handler, const HttpRequest& request) {
    try {
        return handler(request);
    } catch (const std::exception& error) {
        log::error("api", "{} {} failed: {}", request.method, request.target, error.what());
        return plain_error(500, "Internal Server Error; the server's log has the cause");
    }
}

// What the read of a request failed with, as an answer; nullopt: nobody is there to be told.
std::optional<HttpResponse> answer_to(const error_code& error, const HttpServerOptions& options) {
    if (error == http::error::header_limit)
        return plain_error(431, fmt::format("the request's header has more than {} bytes", options.max_header_bytes));
    if (error == http::error::body_limit)
        return plain_error(413, fmt::format("the request's body has more than {} bytes", options.max_body_bytes));
    if (error == http::error::end_of_stream || error == http::error::partial_message) return std::nullopt;
    if (error.category() == http::make_error_code(http::error::bad_method).category()) {
        return plain_error(400, fmt::format("not an HTTP request: {}", error.message()));
    }
    return std::nullopt;
}

class Server;

// One connection. All its members are used on the socket thread only.
class Session final : public std::enable_shared_from_this<Session> {
public:
    Session(Tcp::socket socket, Server& server) : stream_(std::move(socket)), server_(server) {}
    void start();
    // Ends an idle connection now, a busy one after its answer.
    void stop();
    void close();

private:
    using Parser = http::request_parser<http::string_body>;
    using Answer = http::response<http::string_body>;

    void await_request();
    void read_request();
    void on_header(const error_code& error);
    void read_body();
    void on_request(const error_code& error);
    void send(HttpResponse response, bool keep_alive, bool is_head, unsigned version);
    void on_sent(const error_code& error, bool keep_alive);

    beast::tcp_stream stream_;
    Server& server_;
    beast::flat_buffer buffer_;
    std::optional<Parser> parser_;
    std::optional<Answer> answer_;
    bool busy_ = false;
    bool stopping_ = false;
};

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
    friend class Session;
    void accept();
    void on_accepted(Tcp::socket socket);
    void refuse(Tcp::socket socket);
    void joined(Session* session);
    void left(Session* session);
    Error listen_error(const error_code& error, std::string_view what) const;

    const HttpServerOptions options_;
    const HttpHandler handler_;
    asio::io_context io_{1};
    Tcp::acceptor acceptor_;
    asio::thread_pool pool_;
    std::uint16_t port_ = 0;
    std::jthread thread_;
    std::atomic<bool> stopped_{false};
    std::unordered_set<Session*> sessions_;  // socket thread only, except for its size under mutex_
    std::mutex mutex_;
    std::condition_variable all_left_;
    size_t count_ = 0;
};

void Session::start() {
    error_code ignored;  // an answer without TCP_NODELAY is late, not wrong
    stream_.socket().set_option(Tcp::no_delay(true), ignored);
    server_.joined(this);
    await_request();
}

void Session::stop() {
    stopping_ = true;
    if (!busy_) close();
}

void Session::close() {
    error_code ignored;  // it is closed either way
    stream_.socket().shutdown(Tcp::socket::shutdown_both, ignored);
    stream_.close();
    server_.left(this);
}

void Session::await_request() {
    busy_ = false;
    if (stopping_) return close();
    if (buffer_.size() > 0) return read_request();  // pipelined
    stream_.expires_after(server_.options_.idle_timeout);
    // A read of the first bytes alone, so that a quiet connection may be idle for longer than a request may take.
    stream_.async_read_some(buffer_.prepare(4096), [self = shared_from_this()](const error_code& error, size_t count) {
        if (error) return self->close();
        self->buffer_.commit(count);
        self->read_request();
    });
}

void Session::read_request() {
    busy_ = true;
    parser_.emplace();
    parser_->header_limit(server_.options_.max_header_bytes);
    parser_->body_limit(server_.options_.max_body_bytes);
    stream_.expires_after(server_.options_.request_timeout);
    http::async_read_header(stream_, buffer_, *parser_,
                            [self = shared_from_this()](const error_code& error, size_t) { self->on_header(error); });
}

void Session::on_header(const error_code& error) {
    if (error) return on_request(error);
    if (!beast::iequals(parser_->get()[http::field::expect], "100-continue")) return read_body();
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(stream_, asio::buffer(kContinue), [self = shared_from_this()](const error_code& failed, size_t) {
        if (failed) return self->close();
        self->read_body();
    });
}

void Session::read_body() {
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](const error_code& error, size_t) { self->on_request(error); });
}

void Session::on_request(const error_code& error) {
    if (error == beast::error::timeout) return close();
    if (error) {
        auto answer = answer_to(error, server_.options_);
        return answer ? send(std::move(*answer), false, false, 11) : close();
    }
    auto message = parser_->release();
    HttpRequest request;
    request.method = std::string(message.method_string());
    request.target = std::string(message.target());
    for (const auto& field : message) request.headers.emplace_back(field.name_string(), field.value());
    request.body = std::move(message.body());
    error_code unknown;  // a peer that is gone has no address
    const auto peer = stream_.socket().remote_endpoint(unknown);
    if (!unknown) request.client = peer.address().to_string();
    const bool keep_alive = message.keep_alive();
    const unsigned version = message.version();
    stream_.expires_never();
    asio::post(server_.pool_, [self = shared_from_this(), request = std::move(request), keep_alive, version] {
        auto response = call_handler(self->server_.handler_, request);
        asio::post(self->server_.io_, [self, response = std::move(response), keep_alive, version,
                                       is_head = request.method == "HEAD"]() mutable {
            self->send(std::move(response), keep_alive, is_head, version);
        });
    });
}

void Session::send(HttpResponse response, bool keep_alive, bool is_head, unsigned version) {
    answer_.emplace(static_cast<http::status>(response.status), version);
    answer_->set(http::field::server, "gale");
    answer_->set("X-Content-Type-Options", "nosniff");
    for (const auto& [name, value] : response.headers) answer_->set(name, value);
    const bool has_body = response.status != 204 && response.status != 304;
    if (has_body) {
        answer_->set(http::field::content_type, response.content_type);
        answer_->content_length(response.body.size());
        if (!is_head) answer_->body() = std::move(response.body);
    }
    keep_alive = keep_alive && !stopping_;
    answer_->keep_alive(keep_alive);
    stream_.expires_after(server_.options_.request_timeout);
    http::async_write(stream_, *answer_, [self = shared_from_this(), keep_alive](const error_code& error, size_t) {
        self->on_sent(error, keep_alive);
    });
}

void Session::on_sent(const error_code& error, bool keep_alive) {
    answer_.reset();
    if (error || !keep_alive) return close();
    await_request();
}

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
    std::make_shared<Session>(std::move(socket), *this)->start();
}

void Server::refuse(Tcp::socket socket) {
    static constexpr std::string_view kBusy =
        "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\nConnection: close\r\n\r\n";
    error_code ignored;  // the client is turned away with or without the words
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(kBusy), ignored);
    socket.shutdown(Tcp::socket::shutdown_both, ignored);
}

void Server::joined(Session* session) {
    sessions_.insert(session);
    std::scoped_lock lock(mutex_);
    count_ = sessions_.size();
}

void Server::left(Session* session) {
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
        const std::vector<Session*> all(sessions_.begin(), sessions_.end());
        for (Session* session : all) session->stop();
    });
    if (thread_.joinable()) {
        std::unique_lock lock(mutex_);
        if (!all_left_.wait_for(lock, options_.stop_timeout, [&] { return count_ == 0; })) {
            log::warning("api", "{} connections were still busy after {} ms and are cut", count_,
                         options_.stop_timeout.count());
            asio::post(io_, [this] {
                const std::vector<Session*> busy(sessions_.begin(), sessions_.end());
                for (Session* session : busy) session->close();
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
