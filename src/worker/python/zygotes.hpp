// Warm Python processes, one a DAG file: each has imported its file once, and forks for each try.
//
// A zygote is made at a file's first try and again when the file, or a module that it imported beside it, has changed.
// At most kMaxZygotes are kept, the least recently used go first, and idle ones after kIdleLimit. Where asked for
// (WorkerOptions::max_tasks_per_child), a fork runs several tries (kept_children.hpp). All on the loop's thread.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/json.hpp"
#include "executor/event_loop.hpp"
#include "worker/python/kept_children.hpp"
#include "worker/python/python_process.hpp"
#include "worker/worker.hpp"

namespace gale {

// One `run` for a zygote, and where its course is told. Exactly one of `on_exited`, `on_ended` and `on_failed` comes,
// as the last.
struct PythonRun {
    std::string path;       // of the DAG file
    std::string mode;       // "run" or "render"
    std::array<Fd, 4> fds;  // the child's ends: requests, stdout, stderr, logs
    std::function<void(pid_t pid)> on_started;
    std::function<void(int wait_status)> on_exited;
    std::function<void(int exit_code)> on_ended;     // its process goes on, with other tries
    std::function<void(std::string why)> on_failed;  // no child, or none that can be followed
};

class PythonZygotes {
public:
    PythonZygotes(EventLoop& loop, const WorkerOptions& options);
    ~PythonZygotes();
    void run(PythonRun run);
    // Starts the root ahead of the first try.
    void warm_up();

private:
    static constexpr size_t kMaxZygotes = 16;
    static constexpr Duration kIdleLimit = std::chrono::minutes{10};

    struct Zygote {
        std::int64_t id = 0;  // of the request to the root
        std::string path;
        std::int64_t mtime_ns = 0, size = 0;
        Fd control;
        pid_t pid = 0;
        bool retired = false;  // takes no new tries
        bool ready = false;
        std::string import_error;
        std::map<std::int64_t, std::shared_ptr<PythonRun>> runs;
        std::shared_ptr<KeptChildren> kept;
        std::deque<std::int64_t> unsent;  // of runs: its queue was full
        bool wants_write = false;         // EPOLLOUT is watched
        EventLoop::SteadyClock::time_point last_used;
        EventLoop::Timer limit;  // of the import, then of idling
    };
    using ZygotePtr = std::shared_ptr<Zygote>;

    Result<void> ensure_root();
    Result<ZygotePtr> zygote_for(const std::string& path);
    Result<ZygotePtr> make_zygote(const std::string& path, std::int64_t mtime_ns, std::int64_t size);
    void hand_over(const ZygotePtr& zygote, std::shared_ptr<PythonRun> run);
    Result<void> fork_for(Zygote& zygote, std::int64_t id, const PythonRun& run);
    void send_unsent(const ZygotePtr& zygote);
    void on_root_message();
    void on_root_lost();
    void on_zygote_message(const ZygotePtr& zygote);
    void on_run_message(const ZygotePtr& zygote, const std::string& op, const json::object& message);
    void on_forked_message(const ZygotePtr& zygote, const std::string& op, const json::object& message);
    void hand_over_again(const ZygotePtr& zygote, std::int64_t run);
    void retire(const ZygotePtr& zygote);
    void drop(const ZygotePtr& zygote, const std::string& why);
    void after_use(const ZygotePtr& zygote);
    void make_room();

    EventLoop& loop_;
    const WorkerOptions& options_;
    PythonProcess root_;
    std::map<std::int64_t, ZygotePtr> zygotes_;  // by id; retired ones, too
    std::int64_t last_id_ = 0;
};

}  // namespace gale
