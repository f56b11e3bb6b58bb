#include "store/sqlite/wake_up.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>

#include "base/check.hpp"
#include "base/log.hpp"

namespace gale::sqlite {
namespace {

constexpr Channel kAllChannels[] = {Channel::scheduler, Channel::events};
constexpr int kLookMillis = 1000;
constexpr int kBlindMillis = 100;

}  // namespace

WakeUp::WakeUp(std::string path, ConnectionOptions options) : path_(std::move(path)), options_(std::move(options)) {}

WakeUp::~WakeUp() {
    if (!thread_.joinable()) return;
    const std::uint64_t one = 1;
    CHECK(::write(stop_.get(), &one, sizeof one) == sizeof one);
    thread_.join();
}

std::string WakeUp::file_of(Channel channel) const {
    return path_ + (channel == Channel::scheduler ? ".wake-scheduler" : ".wake-events");
}

void WakeUp::tell(Channel channel) {
    if (path_.empty()) return subscribers_->wake(channel);
    const auto file = file_of(channel);
    if (::utimensat(AT_FDCWD, file.c_str(), nullptr, 0) == 0) return;
    // It is not there yet. Others that wait for it notice the commit by data_version.
    const Fd made(::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
    if (!made || ::futimens(made.get(), nullptr) != 0) {
        log::warning("store", "cannot touch {}: {}; other processes notice this change up to a second later", file,
                     std::strerror(errno));
    }
    subscribers_->wake(channel);
}

std::unique_ptr<Store::Subscription> WakeUp::subscribe(Channel channel, std::function<void()> wake) {
    auto subscription = subscribers_->add(channel, std::move(wake));
    start();
    return subscription;
}

void WakeUp::start() {
    std::scoped_lock lock(start_mutex_);
    if (path_.empty() || thread_.joinable()) return;
    stop_.reset(::eventfd(0, EFD_CLOEXEC));
    CHECK(stop_.get() >= 0);
    inotify_.reset(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    if (!inotify_) {
        log::warning("store", "cannot watch {}: {}; looking every {} ms instead (raise fs.inotify.max_user_instances)",
                     path_, std::strerror(errno), kBlindMillis);
    }
    // Before the first subscriber returns: what is committed from now on must not be missed.
    for (const Channel channel : kAllChannels) watch(channel);
    look_for_commits();
    thread_ = std::thread([this] { loop(); });
}

void WakeUp::watch(Channel channel) {
    if (!inotify_) return;
    const auto file = file_of(channel);
    const Fd made(::open(file.c_str(), O_RDONLY | O_CREAT | O_CLOEXEC, 0644));
    int& watch = watches_[static_cast<size_t>(channel)];
    watch = ::inotify_add_watch(inotify_.get(), file.c_str(), IN_ATTRIB | IN_MODIFY | IN_DELETE_SELF | IN_MOVE_SELF);
    if (watch < 0) {
        log::warning("store", "cannot watch {}: {}; looking every {} ms instead", file, std::strerror(errno),
                     kBlindMillis);
        inotify_.reset();
    }
}

void WakeUp::loop() {
    auto looked = std::chrono::steady_clock::now();
    for (;;) {
        pollfd polled[2] = {{stop_.get(), POLLIN, 0}, {inotify_.get(), POLLIN, 0}};
        const int ready = ::poll(polled, inotify_ ? 2 : 1, inotify_ ? kLookMillis : kBlindMillis);
        if (ready > 0 && (polled[0].revents & POLLIN) != 0) return;
        if (!inotify_) {
            subscribers_->wake_all();
            continue;
        }
        if (ready > 0) read_events();
        if (const auto now = std::chrono::steady_clock::now(); now - looked >= std::chrono::milliseconds(kLookMillis)) {
            looked = now;
            look_for_commits();
        }
    }
}

void WakeUp::read_events() {
    alignas(inotify_event) char buffer[4096];
    bool woken[2] = {false, false};
    bool lost[2] = {false, false};
    for (;;) {
        const ssize_t size = ::read(inotify_.get(), buffer, sizeof buffer);
        if (size <= 0) break;
        for (const char* at = buffer; at < buffer + size;) {
            const auto& event = *reinterpret_cast<const inotify_event*>(at);
            for (size_t i = 0; i < 2; ++i) {
                const bool ours = event.wd == watches_[i];
                woken[i] |= ours || (event.mask & IN_Q_OVERFLOW) != 0;
                lost[i] |= ours && (event.mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED)) != 0;
            }
            at += sizeof event + event.len;
        }
    }
    for (size_t i = 0; i < 2; ++i) {
        if (lost[i]) watch(static_cast<Channel>(i));
        if (woken[i]) subscribers_->wake(static_cast<Channel>(i));
    }
}

void WakeUp::look_for_commits() {
    const auto version = read_data_version();
    if (!version) {
        // Whether something was missed is unknown: then it was.
        log::warning("store", "cannot look for changes: {}", version.error().to_string());
        subscribers_->wake_all();
        return;
    }
    const bool changed = data_version_ >= 0 && *version != data_version_;
    data_version_ = *version;
    if (changed) subscribers_->wake_all();
}

Result<std::int64_t> WakeUp::read_data_version() {
    if (!connection_) connection_ = TRY(Connection::open(options_));
    std::int64_t version = 0;
    auto cursor = TRY(connection_->query("PRAGMA data_version"));
    if (TRY(cursor.next())) TRY(cursor.read("pragma", version));
    return version;
}

}  // namespace gale::sqlite
