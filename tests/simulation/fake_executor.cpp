#include "fake_executor.hpp"

#include <algorithm>

namespace gale::simulation {

bool FakeExecutor::has_live(const std::string& name) const {
    return std::ranges::any_of(live_, [&](const Live& live) { return name_of(live.request) == name; });
}

bool FakeExecutor::knows(const TaskInstanceId& id) const {
    return std::ranges::any_of(live_, [&](const Live& live) { return live.request.id == id; }) ||
           std::ranges::any_of(unacknowledged_, [&](const Unacknowledged& held) { return held.report.id == id; });
}

void FakeExecutor::start(TryRequest request) {
    if (knows(request.id)) return;  // as a worker does
    if (on_start) on_start(request);
    live_.push_back({std::move(request)});
}

void FakeExecutor::terminate(const TaskInstanceId& id, std::string) {
    for (Live& live : live_)
        if (live.request.id == id) live.terminated = true;
}

void FakeExecutor::something_happens(TimePoint now, bool only_progress) {
    if (live_.empty()) return;
    const auto index = static_cast<size_t>(pick(random_, 0, static_cast<int>(live_.size()) - 1));
    Live& live = live_[index];
    if (live.started || live.terminated) return finish(index, now, only_progress);
    live.started = true;
    const TryStarted report{live.request.id, now, "host", pick(random_, 100, 999)};
    events_.push_back(report);
    if (chance(random_, 10)) events_.push_back(report);
}

void FakeExecutor::finish(size_t index, TimePoint now, bool only_progress) {
    const Live live = std::move(live_[index]);
    live_.erase(live_.begin() + static_cast<std::ptrdiff_t>(index));
    TryFinished report{live.request.id, now, TaskState::success, true, {}, {}, ""};
    if (live.terminated || chance(random_, only_progress ? 5 : 25))
        report.outcome = TaskState::failed;
    else if (chance(random_, 8))
        report.outcome = TaskState::skipped;
    if (report.outcome == TaskState::failed) report.retry_allowed = chance(random_, 80);
    if (report.outcome == TaskState::success && is_current(report.id)) succeeded_.insert(name_of(live.request));
    unacknowledged_.push_back({report, name_of(live.request)});
    events_.push_back(report);
    if (chance(random_, 10)) events_.push_back(report);
}

void FakeExecutor::worker_dies() {
    live_.clear();
    connect();
}

// A success that it could not report by now may be run again by others: its report may come too late to count.
void FakeExecutor::lease_ends(TimePoint now) {
    for (const Unacknowledged& held : unacknowledged_)
        if (held.report.outcome == TaskState::success) succeeded_.erase(held.name);
    for (Live& live : live_) {
        TryFinished report{live.request.id, now, TaskState::failed, true, {}, {}, "the server was silent"};
        unacknowledged_.push_back({report, name_of(live.request)});
        events_.push_back(std::move(report));
    }
    live_.clear();
}

void FakeExecutor::connect() {
    WorkerConnected hello{"host", {}};
    for (const Live& live : live_) hello.alive.push_back(live.request.id);
    for (const Unacknowledged& held : unacknowledged_) hello.alive.push_back(held.report.id);
    events_.clear();
    events_.push_back(hello);
    for (const Live& live : live_)
        if (live.started) events_.push_back(TryStarted{live.request.id, {}, "host", 1});
    for (const Unacknowledged& held : unacknowledged_) events_.push_back(held.report);
}

std::vector<ExecutorEvent> FakeExecutor::take_events(bool all) {
    std::vector<ExecutorEvent> taken;
    while (!events_.empty() && (all || chance(random_, 70))) {
        taken.push_back(std::move(events_.front()));
        events_.pop_front();
    }
    return taken;
}

}  // namespace gale::simulation
