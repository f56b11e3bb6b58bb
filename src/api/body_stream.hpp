// An answer's body that is made while it is sent: a download, or events that come when something happens.
//
// The server pulls: it calls read() on a handler thread, sends what it got, and calls again once the client has taken
// it, so at most one chunk a connection is in memory. A stream that has nothing yet occupies no thread: the server
// calls again when its waker is woken. The connection closes with the stream's end.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace gale {

// Says that a stream has more. Copies wake the same stream. Any thread, any time, also after the stream or its server
// is gone: then nothing happens. Cheap and never blocking, so a store's subscription may call it.
class StreamWaker {
public:
    StreamWaker() = default;  // wakes nobody
    void wake() const;

    // The server's side of it.
    class Signal {
    public:
        explicit Signal(std::function<void()> on_wake) : on_wake_(std::move(on_wake)) {}
        void clear();  // what is woken from here on counts
        bool is_set();
        void disconnect();  // no wake is passed on after this returns
        void set();

    private:
        std::mutex mutex_;
        std::function<void()> on_wake_;
        bool set_ = false;
    };
    explicit StreamWaker(std::shared_ptr<Signal> signal) : signal_(std::move(signal)) {}

private:
    std::shared_ptr<Signal> signal_;
};

struct StreamPiece {
    enum class Kind { bytes, nothing_yet, end } kind = Kind::end;
    std::string bytes;

    static StreamPiece of(std::string bytes) { return {Kind::bytes, std::move(bytes)}; }
    static StreamPiece nothing_yet() { return {Kind::nothing_yet, {}}; }
    static StreamPiece end() { return {Kind::end, {}}; }
};

// Its methods and its destructor are called on handler threads, one at a time. The destructor comes as soon as the
// client is gone, the server stops, or the stream has ended or failed; no other method is called after that.
class BodyStream {
public:
    virtual ~BodyStream() = default;
    // Once, before the first read(). A wake between a read() and its answer `nothing_yet` is not lost.
    virtual void start(StreamWaker waker) { (void)waker; }
    // The next bytes (16 to 256 KB are a good size; empty ones are skipped), `nothing_yet` or `end`. May read files and
    // the store, must not wait for what others may never do. An error is logged and cuts the connection, so that the
    // client does not take the part for the whole.
    virtual Result<StreamPiece> read() = 0;
    // When it is known, the client is told. More or fewer bytes than this are an error of the stream's.
    virtual std::optional<std::uint64_t> length() const { return std::nullopt; }
    // What is sent when there has been nothing for HttpServerOptions::stream_idle_interval, to show both sides that the
    // other one is there. Empty: nothing.
    virtual std::string_view idle_text() const { return {}; }
};

}  // namespace gale
