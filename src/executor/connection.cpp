#include "executor/connection.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>

namespace gale {
namespace {
constexpr size_t kMaxQueued = size_t{512} << 20;
}

std::shared_ptr<FrameConnection> FrameConnection::make(EventLoop& loop, Fd socket) {
    return std::shared_ptr<FrameConnection>(new FrameConnection(loop, std::move(socket)));
}

FrameConnection::~FrameConnection() {
    close();
}

void FrameConnection::begin(FrameCallback on_frame, CloseCallback on_close) {
    on_frame_ = std::move(on_frame);
    on_close_ = std::move(on_close);
    loop_.watch(socket_.get(), EPOLLIN | (wants_write_ ? EPOLLOUT : 0U),
                [weak = weak_from_this()](std::uint32_t events) {
                    if (const auto self = weak.lock()) self->on_ready(events);
                });
}

void FrameConnection::close() {
    if (!socket_) return;
    loop_.unwatch(socket_.get());
    socket_.reset();
    queue_.clear();
    queued_bytes_ = 0;
}

void FrameConnection::lost(Error why) {
    if (!socket_) return;
    close();
    if (const auto callback = std::move(on_close_)) callback(why);
}

Result<void> FrameConnection::send(std::string_view payload) {
    if (!socket_) return fail(ErrorCode::unavailable, "the connection is closed");
    auto frame = TRY(to_frame(payload));
    if (queued_bytes_ + frame.size() > kMaxQueued)
        return fail(ErrorCode::resource_exhausted, "the peer takes no messages");
    queued_bytes_ += frame.size();
    queue_.push_back(std::move(frame));
    if (!wants_write_) write_some();
    return {};
}

void FrameConnection::on_ready(std::uint32_t events) {
    const auto keep = shared_from_this();
    if (events & EPOLLOUT) write_some();
    if (socket_ && events & (EPOLLIN | EPOLLHUP | EPOLLERR)) read_some();
}

void FrameConnection::read_some() {
    char buffer[65536];
    for (int round = 0; round < 16 && socket_; ++round) {  // bounded, so that one peer does not starve the others
        const ssize_t count = ::recv(socket_.get(), buffer, sizeof buffer, 0);
        if (count > 0) {
            reader_.feed({buffer, static_cast<size_t>(count)});
            deliver();
        } else if (count == 0) {
            return lost(Error(ErrorCode::unavailable, "the other side closed the connection"));
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return;
        } else if (errno != EINTR) {
            return lost(errno_error(errno, "cannot read from the connection"));
        }
    }
}

void FrameConnection::deliver() {
    while (socket_) {
        auto frame = reader_.next();
        if (!frame) return lost(std::move(frame).error());
        if (!*frame) return;
        on_frame_(std::move(**frame));
    }
}

void FrameConnection::write_some() {
    while (socket_ && !queue_.empty()) {
        const auto& first = queue_.front();
        const ssize_t count =
            ::send(socket_.get(), first.data() + written_of_first_, first.size() - written_of_first_, MSG_NOSIGNAL);
        if (count < 0) {
            if (errno == EINTR) continue;
            // A broken pipe is left to the read side, which first delivers what the peer still sent.
            break;
        }
        written_of_first_ += static_cast<size_t>(count);
        queued_bytes_ -= static_cast<size_t>(count);
        if (written_of_first_ < first.size()) continue;
        queue_.pop_front();
        written_of_first_ = 0;
    }
    const bool wants = socket_ && !queue_.empty() && (errno == EAGAIN || errno == EWOULDBLOCK);
    if (wants == wants_write_) return;
    wants_write_ = wants;
    if (on_frame_) loop_.change(socket_.get(), EPOLLIN | (wants ? EPOLLOUT : 0U));
}

}  // namespace gale
