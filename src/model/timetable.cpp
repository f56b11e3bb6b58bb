#include "model/timetable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "model/ticks.hpp"

namespace gale {
namespace {

using detail::MaybeTime;
using detail::Ticks;

bool is_past(MaybeTime end_date, TimePoint time) {
    return end_date && time > *end_date;
}

DueRun due_at_end_of(DataInterval interval) {
    return {interval.end, interval.start, interval};
}

class NoTimetable final : public Timetable {
public:
    std::optional<DueRun> next_run(std::optional<DataInterval>, const ScheduleBounds&, TimePoint) const override {
        return std::nullopt;
    }
    DataInterval manual_interval(TimePoint run_after) const override { return {run_after, run_after}; }
    bool is_periodic() const override { return false; }
    bool can_be_scheduled() const override { return false; }
    std::string summary() const override { return "None"; }
    std::string description() const override { return "Never, external triggers only"; }
};

class OnceTimetable final : public Timetable {
public:
    std::optional<DueRun> next_run(std::optional<DataInterval> last, const ScheduleBounds& bounds,
                                   TimePoint now) const override {
        if (last) return std::nullopt;
        const TimePoint at = bounds.start_date.value_or(now);
        if (is_past(bounds.end_date, at)) return std::nullopt;
        return due_at_end_of({at, at});
    }
    DataInterval manual_interval(TimePoint run_after) const override { return {run_after, run_after}; }
    bool is_periodic() const override { return false; }
    bool can_be_scheduled() const override { return true; }
    std::string summary() const override { return "@once"; }
    std::string description() const override { return "Once, as soon as possible"; }
};

// One run after the other; that only one is active is the DAG's max_active_runs.
class ContinuousTimetable final : public Timetable {
public:
    std::optional<DueRun> next_run(std::optional<DataInterval> last, const ScheduleBounds& bounds,
                                   TimePoint now) const override {
        const DataInterval interval = next_interval(last, bounds.start_date.value_or(now), now);
        if (is_past(bounds.end_date, interval.end)) return std::nullopt;
        return due_at_end_of(interval);
    }
    DataInterval manual_interval(TimePoint run_after) const override { return {run_after, run_after}; }
    bool is_periodic() const override { return false; }
    bool can_be_scheduled() const override { return true; }
    std::string summary() const override { return "@continuous"; }
    std::string description() const override { return "As frequently as possible, but only one run at a time."; }

private:
    static DataInterval next_interval(std::optional<DataInterval> last, TimePoint start_date, TimePoint now) {
        if (!last) return {start_date, std::max(start_date, now)};
        if (last->end > now) return {start_date, start_date + (last->end - last->start)};  // start date in the future
        return {last->end, now};
    }
};

// A run at each tick, with an empty data interval.
class TriggerTimetable final : public Timetable {
public:
    explicit TriggerTimetable(std::unique_ptr<const Ticks> ticks) : ticks_(std::move(ticks)) {}

    std::optional<DueRun> next_run(std::optional<DataInterval> last, const ScheduleBounds& bounds,
                                   TimePoint now) const override {
        const auto at = bounds.catchup ? next_in_series(last, bounds, now) : next_without_catchup(last, bounds, now);
        if (!at || is_past(bounds.end_date, *at)) return std::nullopt;
        return due_at_end_of({*at, *at});
    }
    DataInterval manual_interval(TimePoint run_after) const override { return {run_after, run_after}; }
    bool is_periodic() const override { return true; }
    bool can_be_scheduled() const override { return true; }
    std::string summary() const override { return ticks_->summary(); }
    std::string description() const override { return ticks_->description(); }

private:
    MaybeTime next_in_series(std::optional<DataInterval> last, const ScheduleBounds& bounds, TimePoint now) const {
        if (last) return ticks_->next_after(last->end);
        if (bounds.start_date) return ticks_->align_to_next(*bounds.start_date);
        return ticks_->first_run(now);
    }

    // At most one overdue run: the newest.
    MaybeTime next_without_catchup(std::optional<DataInterval> last, const ScheduleBounds& bounds,
                                   TimePoint now) const {
        MaybeTime at;
        if (last || !bounds.start_date) {
            at = next_in_series(last, bounds, now);
            if (!at) return at;
        }
        if (bounds.start_date) {
            const auto first = ticks_->align_to_next(*bounds.start_date);
            if (!first) return first;
            at = at ? std::max(*at, *first) : *first;
        }
        const auto newest = ticks_->align_to_previous(now);
        return newest ? std::max(*at, *newest) : *at;
    }

    std::unique_ptr<const Ticks> ticks_;
};

// Data intervals from tick to tick; a run at each one's end (Airflow 2).
class IntervalTimetable final : public Timetable {
public:
    explicit IntervalTimetable(std::unique_ptr<const Ticks> ticks) : ticks_(std::move(ticks)) {}

    std::optional<DueRun> next_run(std::optional<DataInterval> last, const ScheduleBounds& bounds,
                                   TimePoint now) const override {
        const auto start = next_start(last, bounds, now);
        if (!start || is_past(bounds.end_date, *start)) return std::nullopt;
        const auto end = ticks_->next_after(*start);
        if (!end) return std::nullopt;
        return due_at_end_of({*start, *end});
    }

    DataInterval manual_interval(TimePoint run_after) const override {
        const auto end = ticks_->manual_interval_end(run_after);
        const auto start = end ? ticks_->previous_before(*end) : std::nullopt;
        return start ? DataInterval{*start, *end} : DataInterval{run_after, run_after};
    }
    bool is_periodic() const override { return true; }
    bool can_be_scheduled() const override { return true; }
    std::string summary() const override { return ticks_->summary(); }
    std::string description() const override { return ticks_->description(); }

private:
    MaybeTime next_start(std::optional<DataInterval> last, const ScheduleBounds& bounds, TimePoint now) const {
        MaybeTime earliest;
        if (!bounds.catchup)
            earliest = ticks_->latest_interval_start(bounds.start_date, now);
        else if (bounds.start_date)
            earliest = ticks_->align_to_next(*bounds.start_date);
        if (!last) return earliest;
        // Aligned again: the schedule may have changed since the last run.
        MaybeTime start = ticks_->align_to_previous(last->end);
        if (earliest) start = start ? std::max(*start, *earliest) : *earliest;
        // The new schedule may lead back to the last run's start, whose logical date is taken.
        if (start && *start <= last->start) start = ticks_->next_after(*start);
        if (start && *start <= last->start) start = ticks_->next_after(last->start);
        return start;
    }

    std::unique_ptr<const Ticks> ticks_;
};

std::shared_ptr<const Timetable> make_periodic(std::unique_ptr<const Ticks> ticks, bool interval) {
    if (interval) return std::make_shared<IntervalTimetable>(std::move(ticks));
    return std::make_shared<TriggerTimetable>(std::move(ticks));
}

Result<std::unique_ptr<const Ticks>> cron_ticks(const json::object& schedule) {
    const std::string expression = TRY(json::get_string(schedule, "expression"));
    const std::string timezone = TRY(json::get_string_or(schedule, "timezone", "UTC"));
    return detail::make_cron_ticks(TRY(Cron::parse(expression, timezone)));
}

Result<std::unique_ptr<const Ticks>> step_ticks(const json::object& schedule) {
    constexpr std::int64_t kMostMonths = 12'000;
    constexpr double kMostSeconds = 1e11;  // the calendar ends before
    const double seconds = TRY(json::get_double_or(schedule, "seconds", 0));
    const std::int64_t months = TRY(json::get_int_or(schedule, "months", 0));
    const auto reject = [](std::string message) { return fail(ErrorCode::invalid_argument, std::move(message)); };
    if (std::abs(seconds) > kMostSeconds || std::abs(months) > kMostMonths)
        return reject(fmt::format("schedule of {} months and {} seconds is longer than the calendar", months, seconds));
    const detail::Step step{static_cast<int>(months), from_seconds(seconds)};
    // A step must lead forward from every day, also from one before the shortest month.
    if (step.months < 0 || step.rest + step.months * std::chrono::days{28} <= Duration{0} ||
        (step.months == 0 && step.rest <= Duration{0}))
        return reject(fmt::format("schedule of {} months and {} seconds does not lead forward: it must be positive",
                                  months, seconds));
    return detail::make_step_ticks(step);
}

}  // namespace

Result<std::shared_ptr<const Timetable>> make_timetable(const json::object& schedule,
                                                        const ScheduleDefaults& defaults) {
    const std::string kind = TRY(json::get_string(schedule, "kind"));
    if (kind == "none") return std::make_shared<NoTimetable>();
    if (kind == "once") return std::make_shared<OnceTimetable>();
    if (kind == "continuous") return std::make_shared<ContinuousTimetable>();
    const bool interval =
        TRY(json::get_optional_bool(schedule, "interval")).value_or(defaults.create_cron_data_intervals);
    if (kind == "cron") return make_periodic(TRY(cron_ticks(schedule)), interval);
    if (kind == "delta") return make_periodic(TRY(step_ticks(schedule)), interval);
    return fail(ErrorCode::invalid_argument,
                fmt::format("schedule kind '{}' is unknown: write none, once, continuous, cron or delta", kind));
}

}  // namespace gale
