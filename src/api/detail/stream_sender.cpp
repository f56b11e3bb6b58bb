#include "api/detail/stream_sender.hpp"

#include <fmt/format.h>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/chunk_encode.hpp>

#include <utility>

#include "base/log.hpp"

namespace gale::detail {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

// A client that talks while it listens to a stream has nothing to say that is read.
constexpr std::size_t kMaxIgnoredBytes = 64 * 1024;

// As a stream's read(): what it throws is its error.
template <class F>
Result<StreamPiece> guarded(F&& call) {
    try {
        return call();
    } catch (const std::exception& error) {
        return gale::fail(ErrorCode::internal, error.what());
    }
}

}  // namespace

StreamSender::StreamSender(Place place, std::unique_ptr<BodyStream> stream, Framing framing, std::string name)
    : place_(std::move(place)),
      stream_(std::move(stream)),
      framing_(framing),
      name_(std::move(name)),
      length_(stream_->length()),
      idle_timer_(place_.io) {}

void StreamSender::start(std::function<void()> on_end) {
    on_end_ = std::move(on_end);
    signal_ = std::make_shared<StreamWaker::Signal>([io = &place_.io, weak = weak_from_this()] {
        asio::post(*io, [weak] {
            if (const auto self = weak.lock()) self->on_wake();
        });
    });
    watch_client();
    begin_reading();
    asio::post(place_.handlers, [self = shared_from_this()] {
        self->piece_read(guarded([&]() -> Result<StreamPiece> {
            self->stream_->start(StreamWaker(self->signal_));
            return self->stream_->read();
        }));
    });
}

void StreamSender::stop() {
    if (ended_) return;
    ended_ = true;
    on_end_ = nullptr;
    idle_timer_.cancel();
    if (signal_) signal_->disconnect();
    std::scoped_lock lock(mutex_);
    unwanted_ = true;
    // It may close files or leave a hub: not the socket thread's work.
    if (!reading_) asio::post(place_.handlers, [stream = std::move(stream_)]() mutable { stream.reset(); });
}

// The only way to notice, while there is nothing to send, that the client is gone.
void StreamSender::watch_client() {
    place_.socket.expires_never();
    place_.socket.async_read_some(asio::buffer(ignored_),
                                  [self = shared_from_this()](const error_code& error, size_t count) {
                                      if (self->ended_) return;
                                      self->ignored_bytes_ += count;
                                      if (error || self->ignored_bytes_ > kMaxIgnoredBytes) return self->finish();
                                      self->watch_client();
                                  });
}

void StreamSender::begin_reading() {
    std::scoped_lock lock(mutex_);
    reading_ = true;
}

void StreamSender::read() {
    begin_reading();
    signal_->clear();
    asio::post(place_.handlers,
               [self = shared_from_this()] { self->piece_read(guarded([&] { return self->stream_->read(); })); });
}

// From the handler's thread to the socket thread, which may have stopped the stream meanwhile, and itself.
void StreamSender::piece_read(Result<StreamPiece> piece) {
    std::scoped_lock lock(mutex_);
    reading_ = false;
    if (unwanted_) return stream_.reset();
    asio::post(place_.io,
               [self = shared_from_this(), piece = std::move(piece)]() mutable { self->on_piece(std::move(piece)); });
}

void StreamSender::on_piece(Result<StreamPiece> piece) {
    if (ended_) return;
    if (!piece) return fail(piece.error());
    switch (piece->kind) {
        case StreamPiece::Kind::bytes:
            if (piece->bytes.empty()) return read();
            if (const auto fits = count(piece->bytes.size(), false); !fits) return fail(fits.error());
            return write(std::move(piece->bytes), false);
        case StreamPiece::Kind::nothing_yet: return wait();
        case StreamPiece::Kind::end:
            if (const auto fits = count(0, true); !fits) return fail(fits.error());
            return write_end();
    }
}

Result<void> StreamSender::count(std::uint64_t bytes, bool is_end) {
    sent_ += bytes;
    if (!length_ || (is_end ? sent_ == *length_ : sent_ <= *length_)) return {};
    return gale::fail(ErrorCode::internal,
                      fmt::format("the stream said that it has {} bytes, and gave {}", *length_, sent_));
}

void StreamSender::write(std::string bytes, bool is_idle_text) {
    chunk_ = std::move(bytes);
    place_.socket.expires_after(place_.write_timeout);
    auto on_written = [self = shared_from_this(), is_idle_text](const error_code& error, size_t) {
        if (self->ended_) return;
        if (error) return self->finish();
        is_idle_text ? self->wait() : self->read();
    };
    if (framing_ == Framing::chunked) {
        asio::async_write(place_.socket, http::make_chunk(asio::buffer(chunk_)), std::move(on_written));
    } else {
        asio::async_write(place_.socket, asio::buffer(chunk_), std::move(on_written));
    }
}

void StreamSender::write_end() {
    if (framing_ == Framing::plain) return finish();
    place_.socket.expires_after(place_.write_timeout);
    asio::async_write(place_.socket, http::make_chunk_last(), [self = shared_from_this()](const error_code&, size_t) {
        if (!self->ended_) self->finish();
    });
}

void StreamSender::wait() {
    if (signal_->is_set()) return read();  // woken while it was reading
    waiting_ = true;
    if (stream_->idle_text().empty()) return;
    idle_timer_.expires_after(place_.idle_interval);
    idle_timer_.async_wait([self = shared_from_this()](const error_code& cancelled) {
        if (cancelled || self->ended_ || !self->waiting_) return;
        self->waiting_ = false;
        self->write(std::string(self->stream_->idle_text()), true);
    });
}

void StreamSender::on_wake() {
    if (ended_ || !waiting_) return;
    waiting_ = false;
    idle_timer_.cancel();
    read();
}

void StreamSender::fail(const Error& error) {
    log::warning("api", "{}: the answer was cut: {}", name_, error.to_string());
    finish();
}

void StreamSender::finish() {
    const auto on_end = std::exchange(on_end_, nullptr);
    stop();
    if (on_end) on_end();
}

}  // namespace gale::detail
