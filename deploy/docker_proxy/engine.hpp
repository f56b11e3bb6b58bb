// The Docker engine behind its unix socket, for one request at a time.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace gale::docker_proxy {

class EngineCall {
public:
    explicit EngineCall(std::filesystem::path socket) : socket_path_(std::move(socket)), socket_(context_) {}

    // Sends the request and reads the answer's head; unavailable when the engine is not there.
    Result<void> begin(const std::string& method, const std::string& target, const std::string& body);
    unsigned status() const { return parser_.get().result_int(); }
    std::string content_type() const;

    // The next piece of the body; empty at its end. Waits for it without limit, unless `client` (a descriptor; -1:
    // none) hangs up: then it fails with cancelled.
    Result<std::string_view> next(int client);
    // The rest of the body, at most 16 MiB.
    Result<std::string> read_all();

private:
    const std::filesystem::path socket_path_;
    boost::asio::io_context context_;
    boost::asio::local::stream_protocol::socket socket_;
    boost::beast::flat_buffer buffer_;
    boost::beast::http::response_parser<boost::beast::http::buffer_body> parser_;
    char piece_[64 << 10];
};

}  // namespace gale::docker_proxy
