#include "service/log_watch.hpp"

#include <sys/stat.h>

namespace gale {
namespace {

// -1: there is no file.
std::int64_t size_of(const std::string& path) {
    struct stat status{};
    return ::stat(path.c_str(), &status) == 0 ? status.st_size : -1;
}

}  // namespace

LogWatch::~LogWatch() {
    thread_.request_stop();
    changed_.notify_all();
}

LogWatch::Id LogWatch::follow(std::string path, std::function<void()> on_change) {
    std::scoped_lock lock(mutex_);
    const Id id = ++last_id_;
    followed_.emplace(id, Followed{std::move(path), std::move(on_change), -1});
    if (!thread_.joinable()) thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
    changed_.notify_all();
    return id;
}

void LogWatch::unfollow(Id id) {
    std::scoped_lock lock(mutex_);
    followed_.erase(id);
}

void LogWatch::run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    for (int turn = 0; !stop.stop_requested(); ++turn) {
        changed_.wait(lock, stop, [&] { return !followed_.empty(); });
        const bool tell_all = turn % (kAtLeastEvery / kEvery) == 0;
        for (auto& [id, one] : followed_) {
            const std::int64_t size = size_of(one.path);
            if (size != one.size || tell_all) one.on_change();
            one.size = size;
        }
        // Woken by stop alone: a new follower reads by itself first.
        changed_.wait_for(lock, stop, kEvery, [] { return false; });
    }
}

}  // namespace gale
