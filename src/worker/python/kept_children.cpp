#include "worker/python/kept_children.hpp"

#include <sys/epoll.h>

#include <algorithm>

#include "worker/python/control_channel.hpp"

namespace gale {

KeptChildren::KeptChildren(EventLoop& loop, int max_tasks_per_child, OnMessage on_message)
    : loop_(loop), max_tasks_(max_tasks_per_child), on_message_(std::move(on_message)) {}

KeptChildren::~KeptChildren() {
    for (auto& [first_run, child] : children_) close(child);
}

Result<Fd> KeptChildren::expect(std::int64_t run) {
    auto [ours, theirs] = TRY(make_seqpacket_pair());
    Child& child = children_[run];
    child.control = std::move(ours);
    child.run = run;
    loop_.watch(child.control.get(), EPOLLIN, [this, run](std::uint32_t) { on_readable(run); });
    return std::move(theirs);
}

void KeptChildren::started(std::int64_t first_run, int pid) {
    const auto found = children_.find(first_run);
    if (found == children_.end()) return;
    found->second.pid = pid;
    found->second.has_begun = true;
}

bool KeptChildren::hand_over(std::int64_t run, const json::object& message, const std::vector<int>& fds) {
    while (!waiting_.empty()) {
        const std::int64_t first_run = waiting_.back();
        waiting_.pop_back();
        Child& child = children_.at(first_run);
        loop_.cancel(child.idle_limit);
        if (!send_message(child.control.get(), message, fds)) {
            close(child);  // it is gone, which its zygote will tell
            continue;
        }
        child.run = run;
        child.has_begun = false;
        ++child.tasks;
        return true;
    }
    return false;
}

std::optional<KeptChildren::Exited> KeptChildren::exited(std::int64_t first_run) {
    const auto found = children_.find(first_run);
    if (found == children_.end()) return std::nullopt;
    const Exited exited{found->second.run, found->second.has_begun};
    drop(first_run);
    return exited;
}

void KeptChildren::let_go() {
    is_let_go_ = true;
    for (const std::int64_t first_run : waiting_) close(children_.at(first_run));
    waiting_.clear();
}

void KeptChildren::on_readable(std::int64_t first_run) {
    const auto self = shared_from_this();  // what is told may end the zygote
    for (;;) {
        const auto found = children_.find(first_run);
        if (found == children_.end() || !found->second.control) return;
        const auto message = receive_message(found->second.control.get());
        if (!message) {
            std::erase(waiting_, first_run);
            return close(found->second);  // how it ended comes from its zygote, which reaps it
        }
        if (!*message) return;
        on_child_message(first_run, **message);
    }
}

void KeptChildren::on_child_message(std::int64_t first_run, const json::object& message) {
    Child& child = children_.at(first_run);
    const std::string op = json::get_string_or(message, "op", "").value_or("");
    json::object told = message;
    if (op == "started") {
        child.has_begun = true;
        told["pid"] = child.pid;
    } else if (op == "ended") {
        child.run = 0;
    } else if (op == "stale") {
        child.run = 0;
        close(child);
    }
    on_message_(op, told);
    // After it was told, so that a try which is being ended takes its process along.
    if (const auto found = children_.find(first_run); op == "ended" && found != children_.end())
        wait_for_work(first_run, found->second);
}

void KeptChildren::wait_for_work(std::int64_t first_run, Child& child) {
    if (!child.control) return;
    if (is_let_go_ || child.tasks >= max_tasks_) return close(child);
    waiting_.push_back(first_run);
    child.idle_limit = loop_.after(kIdleLimit, [this, first_run] {
        std::erase(waiting_, first_run);
        close(children_.at(first_run));
    });
}

void KeptChildren::close(Child& child) {
    loop_.cancel(child.idle_limit);
    if (!child.control) return;
    loop_.unwatch(child.control.get());
    child.control.reset();
}

void KeptChildren::drop(std::int64_t first_run) {
    const auto found = children_.find(first_run);
    if (found == children_.end()) return;
    std::erase(waiting_, first_run);
    close(found->second);
    children_.erase(found);
}

}  // namespace gale
