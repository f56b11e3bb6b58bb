// For tests: a server's options, and a client on a plain socket.
#pragma once

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include <string>

#include "api/http_server.hpp"

namespace gale {

inline HttpServerOptions local_options() {
    HttpServerOptions options;
    options.host = "127.0.0.1";
    options.port = 0;
    options.threads = 2;
    return options;
}

class Client {
public:
    explicit Client(std::uint16_t port, int receive_buffer = 0) : socket_(io_) {
        socket_.open(boost::asio::ip::tcp::v4());
        if (receive_buffer > 0) socket_.set_option(boost::asio::socket_base::receive_buffer_size(receive_buffer));
        socket_.connect({boost::asio::ip::make_address("127.0.0.1"), port});
    }
    void send(std::string_view text) { boost::asio::write(socket_, boost::asio::buffer(text)); }
    // All that comes until the server closes.
    std::string read_all() {
        std::string text = std::move(rest_);
        boost::system::error_code error;
        boost::asio::read(socket_, boost::asio::dynamic_buffer(text), error);
        return text;
    }
    // Up to `end` and with it; what came behind it is for the next read.
    std::string read_until(std::string_view end) {
        const size_t count = boost::asio::read_until(socket_, boost::asio::dynamic_buffer(rest_), end);
        std::string text = rest_.substr(0, count);
        rest_.erase(0, count);
        return text;
    }
    void close() { socket_.close(); }

private:
    boost::asio::io_context io_;
    boost::asio::ip::tcp::socket socket_;
    std::string rest_;
};

}  // namespace gale
