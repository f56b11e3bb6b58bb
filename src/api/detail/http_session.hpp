// One HTTP connection: reads requests, has them handled, sends the answers in their order.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/string_body.hpp>

#include <memory>
#include <optional>

#include "api/detail/stream_sender.hpp"
#include "api/http_server.hpp"

namespace gale::detail {

class HttpSession;

// What a connection needs of its server. `joined` and `left` are called on the socket thread.
struct HttpSessionHost {
    const HttpServerOptions& options;
    const HttpHandler& handler;
    boost::asio::io_context& io;
    boost::asio::thread_pool& handlers;
    std::function<void(HttpSession*)> joined, left;
};

// All its members are used on the socket thread only.
class HttpSession final : public std::enable_shared_from_this<HttpSession> {
public:
    HttpSession(boost::asio::ip::tcp::socket socket, const HttpSessionHost& host)
        : stream_(std::move(socket)), host_(host) {}
    void start();
    // Ends an idle connection or a stream now, a busy one after its answer.
    void stop();
    void close();

private:
    using Error = boost::system::error_code;
    using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
    using Answer = boost::beast::http::response<boost::beast::http::string_body>;
    using StreamHeader = boost::beast::http::response<boost::beast::http::empty_body>;
    // How the request wants its answer.
    struct Wish {
        bool keep_alive = false;
        bool is_head = false;
        unsigned version = 11;
        std::string name;  // for the log
    };

    void await_request();
    void read_request();
    void on_header(const Error& error);
    void read_body();
    void on_request(const Error& error);
    void send(HttpResponse response, const Wish& wish);
    void send_stream(HttpResponse response, const Wish& wish);
    void on_sent(const Error& error, bool keep_alive);

    boost::beast::tcp_stream stream_;
    const HttpSessionHost& host_;
    boost::beast::flat_buffer buffer_;
    std::optional<Parser> parser_;
    std::optional<Answer> answer_;
    std::optional<StreamHeader> stream_header_;
    std::optional<boost::beast::http::response_serializer<boost::beast::http::empty_body>> serializer_;
    std::shared_ptr<StreamSender> sender_;
    bool busy_ = false;
    bool stopping_ = false;
};

}  // namespace gale::detail
