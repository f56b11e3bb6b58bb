// Timetables: which runs a DAG is due (contract, section 5.6).
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/json.hpp"

namespace gale {

struct DataInterval {
    TimePoint start;
    TimePoint end;
    bool operator==(const DataInterval&) const = default;
};

// A run that is due: it may start at `run_after`.
struct DueRun {
    TimePoint run_after;
    TimePoint logical_date;
    DataInterval data_interval;
    bool operator==(const DueRun&) const = default;
};

struct ScheduleBounds {
    std::optional<TimePoint> start_date;
    std::optional<TimePoint> end_date;
    bool catchup = false;
};

// Pure: no clock of its own, the same inputs give the same answer. Thread-safe.
class Timetable {
public:
    virtual ~Timetable() = default;
    // The run after `last` (the data interval of the newest run that the timetable made; nullopt: none yet), or
    // nullopt when there is none.
    virtual std::optional<DueRun> next_run(std::optional<DataInterval> last, const ScheduleBounds& bounds,
                                           TimePoint now) const = 0;
    // The data interval of a run that a person starts at `run_after`.
    virtual DataInterval manual_interval(TimePoint run_after) const = 0;
    // False for None and @once-like ones, which make no series.
    virtual bool is_periodic() const = 0;
    virtual bool can_be_scheduled() const = 0;
    virtual std::string summary() const = 0;      // "@daily", "0 0 * * *", "1 day, 0:00:00", "None"
    virtual std::string description() const = 0;  // words, such as "At 00:00"; may be empty
};

struct ScheduleDefaults {
    bool create_cron_data_intervals = false;  // [scheduler] create_cron_data_intervals
};

// From a DAG definition's `schedule` (docs/reference/dag_definition.md).
Result<std::shared_ptr<const Timetable>> make_timetable(const json::object& schedule, const ScheduleDefaults& defaults);

}  // namespace gale
