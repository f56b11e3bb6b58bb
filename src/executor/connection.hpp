// A non-blocking stream socket of frames on an EventLoop.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "base/file.hpp"
#include "executor/event_loop.hpp"
#include "executor/frame.hpp"

namespace gale {

// All on the loop's thread. After `on_close` (called once, not for one's own `close`) nothing more is delivered.
// Callbacks may close or release the connection.
class FrameConnection : public std::enable_shared_from_this<FrameConnection> {
public:
    using FrameCallback = std::function<void(std::string payload)>;
    using CloseCallback = std::function<void(const Error& why)>;

    // The socket must be non-blocking. Call `begin` once to start reading.
    static std::shared_ptr<FrameConnection> make(EventLoop& loop, Fd socket);
    ~FrameConnection();
    void begin(FrameCallback on_frame, CloseCallback on_close);
    // Queues a frame and writes what the socket takes. Fails when it is too large or too much is queued; a lost peer
    // shows in on_close.
    Result<void> send(std::string_view payload);
    void close();
    bool is_open() const { return static_cast<bool>(socket_); }
    size_t queued_bytes() const { return queued_bytes_; }

private:
    FrameConnection(EventLoop& loop, Fd socket) : loop_(loop), socket_(std::move(socket)) {}
    void on_ready(std::uint32_t events);
    void read_some();
    void deliver();
    void write_some();
    void lost(Error why);

    EventLoop& loop_;
    Fd socket_;
    FrameReader reader_;
    std::deque<std::string> queue_;
    size_t written_of_first_ = 0;
    size_t queued_bytes_ = 0;
    bool wants_write_ = false;
    FrameCallback on_frame_;
    CloseCallback on_close_;
};

}  // namespace gale
