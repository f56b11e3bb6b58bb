// Tells subscribers, in whichever process, that something was committed.
//
// Across processes: beside the database stands an empty file for each channel, `<db>.wake-scheduler` and
// `<db>.wake-events`. After a commit that matters the writer sets its time stamp, and every process watches it with
// inotify: a wake takes well under a millisecond. Should a writer be killed between the commit and the touch, or the
// files be lost, SQLite's counter of foreign commits (PRAGMA data_version), read each second, still wakes everybody.
// Without inotify (its instances are limited) subscribers are woken each 100 ms, needed or not.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/file.hpp"
#include "store/sql/subscribers.hpp"
#include "store/sqlite/connection.hpp"

namespace gale::sqlite {

class WakeUp {
public:
    // `path` empty: a database in memory, which only this object sees. `options`: how to open the file.
    WakeUp(std::string path, ConnectionOptions options);
    ~WakeUp();

    void tell(Channel channel);
    std::unique_ptr<Store::Subscription> subscribe(Channel channel, std::function<void()> wake);

private:
    std::string file_of(Channel channel) const;
    void start();
    void watch(Channel channel);
    void loop();
    void read_events();
    void look_for_commits();
    Result<std::int64_t> read_data_version();

    const std::string path_;
    const ConnectionOptions options_;
    std::shared_ptr<sql::Subscribers> subscribers_ = std::make_shared<sql::Subscribers>();
    std::mutex start_mutex_;
    Fd inotify_, stop_;
    int watches_[2] = {-1, -1};
    // Its own connection: data_version counts what others than this connection committed.
    std::unique_ptr<Connection> connection_;
    std::int64_t data_version_ = -1;
    std::thread thread_;
};

}  // namespace gale::sqlite
