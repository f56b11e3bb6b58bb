#include "scheduler/scheduler.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace gale {
namespace {

using Steady = std::chrono::steady_clock;
constexpr std::chrono::seconds kHeartbeat{5};
constexpr std::chrono::milliseconds kFirstPause{100};
constexpr std::chrono::milliseconds kLongestPause{10'000};

}  // namespace

Scheduler::Scheduler(Store& store, Executor& executor, const Clock& clock, SchedulerSettings settings)
    : store_(store),
      executor_(executor),
      clock_(clock),
      settings_(settings),
      core_(store, executor, std::move(settings)) {}

Result<void> Scheduler::open(TaskRequestHandler handler) {
    return executor_.open(
        [this](ExecutorEvent event) {
            std::scoped_lock lock(mutex_);
            events_.push_back(std::move(event));
            wake_.notify_one();
        },
        std::move(handler));
}

Result<void> Scheduler::run(std::stop_token stop) {
    const auto subscription = store_.subscribe(Channel::scheduler, [this] {
        std::scoped_lock lock(mutex_);
        inbox_changed_ = true;
        wake_.notify_one();
    });
    job_ = {0, "SchedulerJob", "running", settings_.hostname, clock_.now(), clock_.now(), std::nullopt};
    while (!stop.stop_requested()) {
        beat("running", false);
        take_events(stop, std::min(step_once(), next_beat_));
    }
    executor_.stop();
    beat("success", true);
    return {};
}

void Scheduler::take_events(std::stop_token stop, Steady::time_point until) {
    std::deque<ExecutorEvent> taken;
    bool inbox = false;
    {
        std::unique_lock lock(mutex_);
        // While the store fails, events are gathered but do not cut the pause short.
        wake_.wait_until(lock, stop, until, [&] { return failures_ == 0 && (!events_.empty() || inbox_changed_); });
        taken.swap(events_);
        inbox = std::exchange(inbox_changed_, false);
    }
    std::scoped_lock lock(core_mutex_);
    for (ExecutorEvent& event : taken) core_.add(std::move(event));
    if (inbox) core_.inbox_changed();
}

Steady::time_point Scheduler::step_once() {
    std::scoped_lock lock(core_mutex_);
    const TimePoint now = clock_.now();
    const auto next = core_.step(now);
    if (!next) {
        note_failure(next.error());
        return Steady::now() + std::min(kLongestPause, kFirstPause * (1 << std::min(failures_ - 1, 7)));
    }
    if (failures_ > 0) log::info("scheduler", "the database answers again after {} failed attempts", failures_);
    failures_ = 0;
    if (!*next) return Steady::time_point::max();
    return Steady::now() + std::clamp<Duration>(**next - now, Duration{0}, kHeartbeat);
}

void Scheduler::note_failure(const Error& error) {
    if (failures_++ > 0) return;
    if (error.code() == ErrorCode::resource_exhausted)
        log::error("scheduler", "the disk is full: no new work starts until there is room; free some. {}",
                   error.to_string());
    else
        log::error("scheduler", "the database failed, trying again: {}", error.to_string());
}

void Scheduler::beat(std::string_view state, bool now) {
    if (!now && Steady::now() < next_beat_) return;
    next_beat_ = Steady::now() + kHeartbeat;
    job_.state = state;
    job_.latest_heartbeat = clock_.now();
    if (state != "running") job_.end_date = job_.latest_heartbeat;
    if (const auto id = store_.save_job(job_))
        job_.id = *id;
    else
        log::warning("scheduler", "the heartbeat could not be written: {}", id.error().to_string());
}

}  // namespace gale
