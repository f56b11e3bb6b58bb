#include "executor/event_loop.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>

#include "base/check.hpp"

namespace gale {
namespace {

// A watch's sequence number travels with its event, so that an event for a descriptor that was closed and reused in the
// same round reaches nobody.
std::uint64_t pack(int fd, std::uint64_t sequence) {
    return (sequence << 32) | static_cast<std::uint32_t>(fd);
}

}  // namespace

EventLoop::EventLoop() : epoll_(::epoll_create1(EPOLL_CLOEXEC)), wake_up_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    CHECK(epoll_ && wake_up_);
    watch(wake_up_.get(), EPOLLIN, [this](std::uint32_t) {
        std::uint64_t count = 0;
        [[maybe_unused]] const auto ignored = ::read(wake_up_.get(), &count, sizeof count);
        run_posted();
    });
}

void EventLoop::watch(int fd, std::uint32_t events, ReadyCallback callback) {
    CHECK(!watches_.contains(fd));
    const auto sequence = next_sequence_++ & 0xffffffff;
    epoll_event event{.events = events, .data = {.u64 = pack(fd, sequence)}};
    CHECK(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0);
    watches_[fd] = {sequence, std::make_shared<ReadyCallback>(std::move(callback))};
}

void EventLoop::change(int fd, std::uint32_t events) {
    const auto found = watches_.find(fd);
    CHECK(found != watches_.end());
    epoll_event event{.events = events, .data = {.u64 = pack(fd, found->second.sequence)}};
    CHECK(::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) == 0);
}

void EventLoop::unwatch(int fd) {
    if (watches_.erase(fd) > 0) ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

EventLoop::Timer EventLoop::after(std::chrono::microseconds delay, Callback callback) {
    const Timer timer{SteadyClock::now() + delay, next_sequence_++};
    timers_.emplace(timer, std::move(callback));
    return timer;
}

void EventLoop::cancel(Timer& timer) {
    timers_.erase(timer);
    timer = {};
}

void EventLoop::post(Callback callback) {
    {
        const std::scoped_lock lock(mutex_);
        posted_.push_back(std::move(callback));
    }
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto ignored = ::write(wake_up_.get(), &one, sizeof one);
}

void EventLoop::stop() {
    post([this] { stopped_ = true; });
}

int EventLoop::milliseconds_to_next_timer() const {
    if (timers_.empty()) return -1;
    const auto wait = timers_.begin()->first.due - SteadyClock::now();
    if (wait <= SteadyClock::duration::zero()) return 0;
    const auto whole = std::chrono::ceil<std::chrono::milliseconds>(wait).count();
    return static_cast<int>(std::min<std::int64_t>(whole, 1'000'000));
}

void EventLoop::run_due_timers() {
    const auto now = SteadyClock::now();
    while (!timers_.empty() && timers_.begin()->first.due <= now && !stopped_) {
        auto node = timers_.extract(timers_.begin());
        node.mapped()();
    }
}

void EventLoop::run_posted() {
    std::vector<Callback> work;
    {
        const std::scoped_lock lock(mutex_);
        work.swap(posted_);
    }
    for (auto& callback : work) callback();
}

void EventLoop::run() {
    stopped_ = false;
    epoll_event events[128];
    while (!stopped_) {
        const int count = ::epoll_wait(epoll_.get(), events, std::size(events), milliseconds_to_next_timer());
        CHECK(count >= 0 || errno == EINTR);
        for (int i = 0; i < count && !stopped_; ++i) {
            const auto found = watches_.find(static_cast<int>(events[i].data.u64 & 0xffffffff));
            if (found == watches_.end() || found->second.sequence != events[i].data.u64 >> 32) continue;
            const auto callback = found->second.callback;  // outlives an unwatch inside
            (*callback)(events[i].events);
        }
        run_due_timers();
    }
}

}  // namespace gale
