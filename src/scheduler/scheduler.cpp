#include "scheduler/scheduler.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/memory.hpp"

namespace gale {
namespace {

constexpr std::chrono::seconds kHeartbeat{5};
constexpr std::chrono::milliseconds kFirstPause{100};
constexpr std::chrono::milliseconds kLongestPause{10'000};
constexpr Duration kSameTime = std::chrono::milliseconds{200};

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
            event = at_our_time(std::move(event));
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
        renew_when_due();
        take_events(stop, std::min({step_once(), next_beat_, next_renewal_}));
        if (superseded_) return std::unexpected(*superseded_);
    }
    executor_.stop();
    if (const auto released = core_.release_leases(); !released)
        log::warning("scheduler", "the leases could not be given back, so others wait until they lapse: {}",
                     released.error().to_string());
    beat("success", true);
    return {};
}

void Scheduler::renew_when_due() {
    if (Steady::now() < next_renewal_) return;
    next_renewal_ = Steady::now() + settings_.leases.renew_every;
    std::scoped_lock lock(core_mutex_);
    core_.renew_leases(job_.id);
}

// Workers tell the time of their machine's clock; all else goes by the database's.
ExecutorEvent Scheduler::at_our_time(ExecutorEvent event) const {
    const Duration ahead = clock_.now() - system_clock().now();
    if (ahead < kSameTime && ahead > -kSameTime) return event;
    if (auto* start = std::get_if<TryStarted>(&event)) start->at += ahead;
    if (auto* finish = std::get_if<TryFinished>(&event)) {
        finish->at += ahead;
        if (finish->reschedule_at) *finish->reschedule_at += ahead;
    }
    return event;
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

Scheduler::Steady::time_point Scheduler::pause() const {
    return Steady::now() + std::min(kLongestPause, kFirstPause * (1 << std::min(failures_ - 1, 7)));
}

Scheduler::Steady::time_point Scheduler::step_once() {
    if (job_.id == 0) return next_beat_;  // the first heartbeat failed; it names this process
    std::scoped_lock lock(core_mutex_);
    const TimePoint now = clock_.now();
    const auto next = core_.step(now);
    if (!next && next.error().code() == ErrorCode::conflict) {
        superseded_ = next.error();
        return Steady::now();
    }
    if (!next) {
        note_failure(next.error());
        return pause();
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
    give_back_memory();
    job_.state = state;
    job_.latest_heartbeat = clock_.now();
    if (state != "running") job_.end_date = job_.latest_heartbeat;
    const auto id = store_.save_job(job_);
    if (id) job_.id = *id;
    next_beat_ = Steady::now() + kHeartbeat;
    if (id) return;
    if (job_.id != 0) {
        log::warning("scheduler", "the heartbeat could not be written: {}", id.error().to_string());
        return;
    }
    note_failure(id.error());
    next_beat_ = pause();
}

}  // namespace gale
