#include "api/detail/http_session.hpp"

#include <fmt/format.h>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

#include "api/detail/compress.hpp"
#include "base/json.hpp"
#include "base/log.hpp"

namespace gale::detail {
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
        auto response = handler(request);
        compress(request, response);
        return response;
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

void set_fields(auto& message, const HttpResponse& response) {
    message.set(http::field::server, "gale");
    message.set("X-Content-Type-Options", "nosniff");
    // A cookie is a header of its own each time; of all others the last one counts.
    for (const auto& [name, value] : response.headers) {
        beast::iequals(name, "Set-Cookie") ? message.insert(name, value) : message.set(name, value);
    }
}

HttpRequest request_of(http::request<http::string_body> message, const Tcp::socket& socket) {
    HttpRequest request;
    request.method = std::string(message.method_string());
    request.target = std::string(message.target());
    for (const auto& field : message) request.headers.emplace_back(field.name_string(), field.value());
    request.body = std::move(message.body());
    error_code unknown;  // a peer that is gone has no address
    const auto peer = socket.remote_endpoint(unknown);
    if (!unknown) request.client = peer.address().to_string();
    return request;
}

}  // namespace

void HttpSession::start() {
    error_code ignored;  // an answer without TCP_NODELAY is late, not wrong
    stream_.socket().set_option(Tcp::no_delay(true), ignored);
    host_.joined(this);
    await_request();
}

void HttpSession::stop() {
    stopping_ = true;
    if (!busy_ || sender_) close();
}

void HttpSession::close() {
    if (sender_) sender_->stop();
    sender_.reset();
    error_code ignored;  // it is closed either way
    stream_.socket().shutdown(Tcp::socket::shutdown_both, ignored);
    stream_.close();
    host_.left(this);
}

void HttpSession::await_request() {
    busy_ = false;
    if (stopping_) return close();
    if (buffer_.size() > 0) return read_request();  // pipelined
    stream_.expires_after(host_.options.idle_timeout);
    // A read of the first bytes alone, so that a quiet connection may be idle for longer than a request may take.
    stream_.async_read_some(buffer_.prepare(4096), [self = shared_from_this()](const error_code& error, size_t count) {
        if (error) return self->close();
        self->buffer_.commit(count);
        self->read_request();
    });
}

void HttpSession::read_request() {
    busy_ = true;
    parser_.emplace();
    parser_->header_limit(host_.options.max_header_bytes);
    parser_->body_limit(host_.options.max_body_bytes);
    stream_.expires_after(host_.options.request_timeout);
    http::async_read_header(stream_, buffer_, *parser_,
                            [self = shared_from_this()](const error_code& error, size_t) { self->on_header(error); });
}

void HttpSession::on_header(const error_code& error) {
    if (error) return on_request(error);
    if (!beast::iequals(parser_->get()[http::field::expect], "100-continue")) return read_body();
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(stream_, asio::buffer(kContinue), [self = shared_from_this()](const error_code& failed, size_t) {
        if (failed) return self->close();
        self->read_body();
    });
}

void HttpSession::read_body() {
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](const error_code& error, size_t) { self->on_request(error); });
}

void HttpSession::on_request(const error_code& error) {
    if (error == beast::error::timeout) return close();
    if (error) {
        auto answer = answer_to(error, host_.options);
        return answer ? send(std::move(*answer), {}) : close();
    }
    auto message = parser_->release();
    Wish wish{message.keep_alive(), message.method() == http::verb::head, message.version(),
              fmt::format("{} {}", std::string_view(message.method_string()), std::string_view(message.target()))};
    auto request = request_of(std::move(message), stream_.socket());
    stream_.expires_never();
    asio::post(host_.handlers, [self = shared_from_this(), request = std::move(request), wish = std::move(wish)] {
        auto response = call_handler(self->host_.handler, request);
        asio::post(self->host_.io,
                   [self, response = std::move(response), wish]() mutable { self->send(std::move(response), wish); });
    });
}

void HttpSession::send(HttpResponse response, const Wish& wish) {
    if (response.stream && !wish.is_head) return send_stream(std::move(response), wish);
    answer_.emplace(static_cast<http::status>(response.status), wish.version);
    set_fields(*answer_, response);
    const bool has_body = response.status != 204 && response.status != 304;
    if (has_body) {
        answer_->set(http::field::content_type, response.content_type);
        if (!response.stream) answer_->content_length(response.body.size());
        if (!wish.is_head) answer_->body() = std::move(response.body);
    }
    const bool keep_alive = wish.keep_alive && !stopping_;
    answer_->keep_alive(keep_alive);
    stream_.expires_after(host_.options.request_timeout);
    http::async_write(stream_, *answer_, [self = shared_from_this(), keep_alive](const error_code& error, size_t) {
        self->on_sent(error, keep_alive);
    });
}

void HttpSession::send_stream(HttpResponse response, const Wish& wish) {
    stream_header_.emplace(static_cast<http::status>(response.status), wish.version);
    set_fields(*stream_header_, response);
    stream_header_->set(http::field::content_type, response.content_type);
    const auto length = response.stream->length();
    const bool chunked = !length && wish.version >= 11;
    if (length) stream_header_->content_length(*length);
    if (chunked) stream_header_->chunked(true);
    stream_header_->keep_alive(false);
    using Framing = StreamSender::Framing;
    sender_ = std::make_shared<StreamSender>(
        StreamSender::Place{stream_, host_.io, host_.handlers, shared_from_this(), host_.options.request_timeout,
                            host_.options.stream_idle_interval},
        std::move(response.stream), chunked ? Framing::chunked : Framing::plain, wish.name);
    if (stopping_) return close();
    serializer_.emplace(*stream_header_);
    stream_.expires_after(host_.options.request_timeout);
    http::async_write_header(stream_, *serializer_, [self = shared_from_this()](const error_code& error, size_t) {
        if (!self->sender_) return;  // closed meanwhile
        if (error) return self->close();
        self->sender_->start([session = self.get()] { session->close(); });
    });
}

void HttpSession::on_sent(const error_code& error, bool keep_alive) {
    answer_.reset();
    if (error || !keep_alive) return close();
    await_request();
}

}  // namespace gale::detail
