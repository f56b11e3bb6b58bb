#include "engine.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

namespace gale::docker_proxy {
namespace {
namespace http = boost::beast::http;

constexpr size_t kLargestAnswer = size_t{16} << 20;

// False: the client has hung up before the engine had something.
bool wait_for_engine(int engine, int client) {
    pollfd both[2] = {{engine, POLLIN, 0}, {client, POLLRDHUP, 0}};
    for (;;) {
        const int count = ::poll(both, client < 0 ? 1 : 2, -1);
        if (count < 0 && errno == EINTR) continue;
        if (both[0].revents != 0 || count < 0) return true;
        return false;
    }
}

}  // namespace

Result<void> EngineCall::begin(const std::string& method, const std::string& target, const std::string& body) {
    boost::system::error_code error;
    socket_.connect(boost::asio::local::stream_protocol::endpoint(socket_path_.native()), error);
    http::request<http::string_body> request;
    request.method_string(method);
    request.target(target);
    request.version(11);
    request.set(http::field::host, "docker");
    request.set(http::field::connection, "close");
    if (!body.empty()) request.set(http::field::content_type, "application/json");
    request.body() = body;
    request.prepare_payload();
    if (!error) http::write(socket_, request, error);
    parser_.body_limit(boost::none);
    if (!error) http::read_header(socket_, buffer_, parser_, error);
    if (!error) return {};
    return fail(ErrorCode::unavailable,
                fmt::format("the Docker engine does not answer at {}: {}. Is it running, and may "
                            "the proxy use its socket?",
                            socket_path_.native(), error.message()));
}

std::string EngineCall::content_type() const {
    const auto found = parser_.get().find(http::field::content_type);
    return found == parser_.get().end() ? "" : std::string(found->value());
}

Result<std::string_view> EngineCall::next(int client) {
    while (!parser_.is_done()) {
        parser_.get().body().data = piece_;
        parser_.get().body().size = sizeof piece_;
        // What was read with the head is in the buffer, and no event of the socket tells of it.
        if (buffer_.size() == 0 && !wait_for_engine(socket_.native_handle(), client))
            return fail(ErrorCode::cancelled, "the client hung up");
        boost::system::error_code error;
        http::read_some(socket_, buffer_, parser_, error);
        if (error == http::error::need_buffer) error = {};
        if (error) return fail(ErrorCode::unavailable, "the Docker engine's answer broke off: " + error.message());
        const size_t size = sizeof piece_ - parser_.get().body().size;
        if (size > 0) return std::string_view(piece_, size);
    }
    return std::string_view();
}

Result<std::string> EngineCall::read_all() {
    std::string all;
    for (;;) {
        const std::string_view piece = TRY(next(-1));
        if (piece.empty()) return all;
        if (all.size() + piece.size() > kLargestAnswer)
            return fail(ErrorCode::resource_exhausted, "the Docker engine's answer is too large");
        all += piece;
    }
}

}  // namespace gale::docker_proxy
