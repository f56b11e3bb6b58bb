// The forked children of one zygote that run tries one after another (GALE_MAX_TASKS_PER_CHILD).
//
// A child is named by the id of its first run, as its zygote names it. After a try that left nothing behind it waits
// for the next; one that has waited for kIdleLimit, or has run as many tries as it may, is let go. All on the loop's
// thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "executor/event_loop.hpp"

namespace gale {

class KeptChildren : public std::enable_shared_from_this<KeptChildren> {
public:
    // What a child says: started, ended or stale, each with the id of its run.
    using OnMessage = std::function<void(const std::string& op, const json::object& message)>;

    KeptChildren(EventLoop& loop, int max_tasks_per_child, OnMessage on_message);
    KeptChildren(const KeptChildren&) = delete;
    KeptChildren& operator=(const KeptChildren&) = delete;
    ~KeptChildren();

    bool keeps_any() const { return max_tasks_ > 1; }
    // For a child that is about to be forked: its end of the socket on which it hears of further runs.
    Result<Fd> expect(std::int64_t run);
    // The fork did not come about.
    void forget(std::int64_t run) { drop(run); }
    // The zygote has forked it.
    void started(std::int64_t first_run, int pid);

    // Gives the run to a child that waits; false when none does.
    bool hand_over(std::int64_t run, const json::object& message, const std::vector<int>& fds);

    struct Exited {
        std::int64_t run = 0;   // which it had; 0: none
        bool had_begun = true;  // false: it never took that run, another may
    };
    // `first_run`'s child is gone. nullopt: it is none of ours.
    std::optional<Exited> exited(std::int64_t first_run);
    // Those that wait end; the others with their tries.
    void let_go();

private:
    static constexpr Duration kIdleLimit = std::chrono::seconds{10};

    struct Child {
        int pid = 0;
        Fd control;
        std::int64_t run = 0;  // 0: it waits
        bool has_begun = false;
        int tasks = 1;
        EventLoop::Timer idle_limit;
    };

    void on_readable(std::int64_t first_run);
    void on_child_message(std::int64_t first_run, const json::object& message);
    void wait_for_work(std::int64_t first_run, Child& child);
    void close(Child& child);
    void drop(std::int64_t first_run);

    EventLoop& loop_;
    const int max_tasks_;
    const OnMessage on_message_;
    std::map<std::int64_t, Child> children_;  // by first run
    std::vector<std::int64_t> waiting_;       // the one that waited least is last
    bool is_let_go_ = false;
};

}  // namespace gale
