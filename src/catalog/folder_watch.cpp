#include "catalog/folder_watch.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/log.hpp"

namespace gale {

Result<FolderWatch> FolderWatch::open() {
    Fd inotify(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    if (!inotify) return std::unexpected(errno_error(errno, "cannot watch the dags folder (inotify)"));
    Fd wake(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
    if (!wake) return std::unexpected(errno_error(errno, "cannot watch the dags folder (eventfd)"));
    return FolderWatch(std::move(inotify), std::move(wake));
}

bool FolderWatch::add(const std::vector<std::filesystem::path>& folders) {
    constexpr std::uint32_t kEvents =
        IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE | IN_ATTRIB | IN_ONLYDIR;
    bool any_new = false;
    for (const auto& folder : folders) {
        const int watch = ::inotify_add_watch(inotify_.get(), folder.c_str(), kEvents);
        if (watch >= 0) {
            any_new = folders_.insert_or_assign(watch, folder).second || any_new;
        } else if (errno != ENOENT) {
            log::warning("dag-processor", "{}; changes there are seen at the next scan only",
                         errno_error(errno, "cannot watch " + folder.native()).message());
        }
    }
    return any_new;
}

void FolderWatch::read_events(std::set<std::filesystem::path>& changed) {
    alignas(inotify_event) std::array<char, 16384> buffer;
    for (;;) {
        const ssize_t count = ::read(inotify_.get(), buffer.data(), buffer.size());
        if (count <= 0) return;
        for (ssize_t at = 0; at < count;) {
            const auto* event = reinterpret_cast<const inotify_event*>(buffer.data() + at);
            at += static_cast<ssize_t>(sizeof(inotify_event)) + event->len;
            const auto folder = folders_.find(event->wd);
            if (folder == folders_.end()) continue;
            changed.insert(event->len > 0 ? folder->second / event->name : folder->second);
            if ((event->mask & IN_IGNORED) != 0) folders_.erase(folder);
        }
    }
}

std::set<std::filesystem::path> FolderWatch::wait(std::chrono::milliseconds timeout, const std::stop_token& stop) {
    std::stop_callback on_stop(stop, [this] {
        const std::uint64_t one = 1;
        (void)!::write(wake_.get(), &one, sizeof one);
    });
    std::set<std::filesystem::path> changed;
    int wait_ms = static_cast<int>(timeout.count());
    while (!stop.stop_requested()) {
        std::array<pollfd, 2> polled{pollfd{inotify_.get(), POLLIN, 0}, pollfd{wake_.get(), POLLIN, 0}};
        const int ready = ::poll(polled.data(), polled.size(), wait_ms);
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) break;
        read_events(changed);
        wait_ms = 20;
    }
    return changed;
}

}  // namespace gale
