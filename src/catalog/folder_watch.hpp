// Tells when something below the dags folder changes (inotify). Where the kernel cannot tell (network file systems, no
// watches left) the processor's own rescans find changes later.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <set>
#include <stop_token>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"

namespace gale {

class FolderWatch {
public:
    static Result<FolderWatch> open();

    // Watches these folders, too; idempotent. True when one was new: what changed in it before this went unseen, so
    // look again.
    bool add(const std::vector<std::filesystem::path>& folders);
    // Waits until something changes or `timeout` passes or a stop is requested, then gathers until it is quiet for 20
    // ms (an editor writes a file in several steps). The changed paths, empty when none.
    std::set<std::filesystem::path> wait(std::chrono::milliseconds timeout, const std::stop_token& stop);

private:
    FolderWatch(Fd inotify, Fd wake) : inotify_(std::move(inotify)), wake_(std::move(wake)) {}
    void read_events(std::set<std::filesystem::path>& changed);

    Fd inotify_;
    Fd wake_;
    std::map<int, std::filesystem::path> folders_;
};

}  // namespace gale
