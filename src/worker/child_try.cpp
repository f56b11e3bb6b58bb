#include "worker/child_try.hpp"

#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "base/fault.hpp"

namespace gale {

ChildTry::~ChildTry() {
    for (const Stream* stream : {&out_, &err_, &control_}) {
        if (stream->fd) host_.loop().unwatch(stream->fd.get());
    }
    if (pidfd_) host_.loop().unwatch(pidfd_.get());
}

void ChildTry::watch_child(pid_t pid, Fd out, Fd err, Fd control) {
    pid_ = pid;
    auto pidfd = open_pidfd(pid);
    if (!pidfd) {
        ::kill(-pid, SIGKILL);
        ::waitpid(pid, nullptr, 0);
        report(TaskState::failed, pidfd.error().to_string());
        return;
    }
    pidfd_ = std::move(*pidfd);
    watch_stream(out_, std::move(out), &ChildTry::on_stdout_line);
    if (err) watch_stream(err_, std::move(err), &ChildTry::on_stderr_line);
    if (control) watch_stream(control_, std::move(control), &ChildTry::on_control_line);
    host_.loop().watch(pidfd_.get(), EPOLLIN, [this](std::uint32_t) { on_exit(); });
    fault::pass("worker.spawned");
    host_.started(request_.id, pid);
}

void ChildTry::watch_stream(Stream& stream, Fd fd, OnLine on_line) {
    stream.fd = std::move(fd);
    host_.loop().watch(stream.fd.get(), EPOLLIN,
                       [this, &stream, on_line](std::uint32_t) { read_stream(stream, on_line); });
}

void ChildTry::read_stream(Stream& stream, OnLine on_line) {
    std::array<char, 65536> buffer;
    const auto take = [&](std::string_view line) { (this->*on_line)(line); };
    log().hold();
    // Bounded, so that a task that writes without end holds up no other.
    for (int round = 0; round < 16 && stream.fd; ++round) {
        const ssize_t count = ::read(stream.fd.get(), buffer.data(), buffer.size());
        if (count > 0) {
            stream.lines.feed({buffer.data(), static_cast<size_t>(count)}, take);
            continue;
        }
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) break;
        stream.lines.finish(take);
        host_.loop().unwatch(stream.fd.get());
        stream.fd.reset();
    }
    log().flush();
}

void ChildTry::on_exit() {
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) != pid_) return;
    host_.loop().unwatch(pidfd_.get());
    pidfd_.reset();
    // What it wrote is in the pipes. A process that it left behind may hold them open: it is not waited for.
    const std::array<std::pair<Stream*, OnLine>, 3> streams{{{&out_, &ChildTry::on_stdout_line},
                                                             {&err_, &ChildTry::on_stderr_line},
                                                             {&control_, &ChildTry::on_control_line}}};
    for (const auto& [stream, on_line] : streams) {
        if (!stream->fd) continue;
        read_stream(*stream, on_line);
        if (!stream->fd) continue;
        stream->lines.finish([&, on_line = on_line](std::string_view line) { (this->*on_line)(line); });
        host_.loop().unwatch(stream->fd.get());
        stream->fd.reset();
    }
    if (was_terminated()) ::kill(-pid_, SIGKILL);
    fault::pass("worker.exited");
    conclude(status);
}

void ChildTry::signal_work(bool hard) {
    if (pid_ > 0 && pidfd_) ::kill(-pid_, hard ? SIGKILL : SIGTERM);
}

}  // namespace gale
