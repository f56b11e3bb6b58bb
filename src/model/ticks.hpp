// Where a periodic timetable's moments lie: a cron expression or a fixed step. Internal to the model room.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "model/cron.hpp"

namespace gale::detail {

using MaybeTime = std::optional<TimePoint>;

// nullopt: there is no such moment.
class Ticks {
public:
    virtual ~Ticks() = default;
    virtual MaybeTime next_after(TimePoint time) const = 0;
    virtual MaybeTime previous_before(TimePoint time) const = 0;
    virtual MaybeTime align_to_next(TimePoint time) const = 0;
    virtual MaybeTime align_to_previous(TimePoint time) const = 0;
    // A trigger's first run when there is neither a start date nor an earlier run.
    virtual MaybeTime first_run(TimePoint now) const = 0;
    // The start of the newest data interval that is over at `now`, not before the start date.
    virtual MaybeTime latest_interval_start(MaybeTime start_date, TimePoint now) const = 0;
    // The data interval's end of a run started by hand at `run_after`.
    virtual MaybeTime manual_interval_end(TimePoint run_after) const = 0;
    virtual std::string summary() const = 0;
    virtual std::string description() const = 0;
};

// A step of time: `months` on the calendar, the day clamped to the month's length, then `rest`.
struct Step {
    int months = 0;
    Duration rest{0};
};

std::unique_ptr<const Ticks> make_cron_ticks(Cron cron);
std::unique_ptr<const Ticks> make_step_ticks(Step step);  // the step moves forward

}  // namespace gale::detail
