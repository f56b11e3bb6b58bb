// Sends a BodyStream over a connection whose header is sent: framing, pace, wake-ups, idle text.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "api/body_stream.hpp"

namespace gale::detail {

// All its methods but piece_read() are called on the socket thread; the stream's own on handler threads. What is under
// way keeps the sender alive; nothing is called back after stop().
class StreamSender final : public std::enable_shared_from_this<StreamSender> {
public:
    struct Place {
        boost::beast::tcp_stream& socket;
        boost::asio::io_context& io;
        boost::asio::thread_pool& handlers;
        std::shared_ptr<void> owner;  // of the three above
        std::chrono::milliseconds write_timeout;
        std::chrono::milliseconds idle_interval;
    };
    enum class Framing { chunked, plain };

    StreamSender(Place place, std::unique_ptr<BodyStream> stream, Framing framing, std::string name);
    // `on_end` is called once, whether the stream came to its end or not: the connection is to be closed.
    void start(std::function<void()> on_end);
    // The connection closes: the stream is destroyed, at once or when its read() returns.
    void stop();

private:
    void watch_client();
    void read();
    void begin_reading();
    void piece_read(Result<StreamPiece> piece);
    void on_piece(Result<StreamPiece> piece);
    void write(std::string bytes, bool is_idle_text);
    void write_end();
    void wait();
    void on_wake();
    void fail(const Error& error);
    void finish();
    Result<void> count(std::uint64_t bytes, bool is_end);

    Place place_;
    std::unique_ptr<BodyStream> stream_;
    const Framing framing_;
    const std::string name_;
    const std::optional<std::uint64_t> length_;
    std::uint64_t sent_ = 0;
    std::function<void()> on_end_;
    std::shared_ptr<StreamWaker::Signal> signal_;
    boost::asio::steady_timer idle_timer_;
    std::string chunk_;
    std::array<char, 512> ignored_{};  // what the client sends meanwhile
    std::size_t ignored_bytes_ = 0;
    bool waiting_ = false;
    bool ended_ = false;
    // Who destroys the stream: the reader, or the one who stops it.
    std::mutex mutex_;
    bool reading_ = false;
    bool unwanted_ = false;
};

}  // namespace gale::detail
