// The store port, part: what the web page shows of many runs at once. Reads only; each walks an index and parses no
// JSON, so that a grid of 100,000 task instances costs what reading their states costs.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "model/dag_run.hpp"
#include "store/run_store.hpp"

namespace gale {

// A dag run without its conf.
struct RunBrief {
    DagRunKey key;
    DagId dag_id;
    RunId run_id;
    RunType run_type = RunType::manual;
    DagRunState state = DagRunState::queued;
    std::optional<TimePoint> logical_date;
    TimePoint run_after;
    TimePoint queued_at;
    std::optional<TimePoint> start_date, end_date;
    std::optional<std::string> note;
    bool conf_is_empty = true;
    DagVersionKey dag_version;
    int version_number = 0;
};

// The task instances of one task in one run that are in one state.
struct GridCell {
    std::uint32_t task = 0;  // an index into GridRows::task_ids
    bool is_mapped = false;
    TaskState state = TaskState::none;
    int count = 0;
};
struct GridRows {
    std::vector<TaskId> task_ids;  // all that the runs have, in no order
    struct Run {
        RunBrief run;
        std::vector<GridCell> cells;  // one a state of each task
    };
    std::vector<Run> runs;  // newest first: by run_after, then by age
    std::int64_t total = 0;
};

struct RecentRuns {
    std::vector<RunBrief> runs;  // newest first
    int active = 0;              // queued or running, of all
};

// From the first start to the last end of a task's instances in a run; end is empty while one has none.
struct TaskTimes {
    std::uint32_t task = 0;  // an index into DurationRows::task_ids
    std::optional<TimePoint> start, end;
};
struct DurationRows {
    std::vector<TaskId> task_ids;
    struct Run {
        RunBrief run;
        std::vector<TaskTimes> tasks;
    };
    std::vector<Run> runs;  // newest first
};

struct RunDate {
    TimePoint run_after;
    DagRunState state = DagRunState::queued;
};

struct TryTimes {
    TaskId task_id;
    int map_index = kNotMapped;
    int try_number = 0;
    TaskState state = TaskState::none;
    std::optional<TimePoint> scheduled_at, queued_at, start_date, end_date;
};

struct RunCount {
    std::int64_t bucket = 0;  // (start_date - first_bucket) / step
    DagRunState state = DagRunState::queued;
    std::int64_t count = 0;
};

struct RunProgress {
    RunBrief run;
    std::optional<std::string> dag_display_name;
    std::int64_t finished_tasks = 0, total_tasks = 0;
    struct FailedTask {
        TaskId task_id;
        int map_index = kNotMapped;
        int try_number = 0;
    };
    std::vector<FailedTask> failed_tasks;  // of running_runs: always empty
};

struct DagCounts {
    std::int64_t active = 0, paused = 0, total = 0;  // not stale
    std::int64_t failing = 0;                        // whose newest run failed
};

class ViewStore {
public:
    virtual ~ViewStore() = default;
    // At most `limit` runs, and how many fit the filter.
    virtual Result<GridRows> grid_rows(const DagRunFilter& filter, int limit) = 0;
    // In step with `dags`; one that does not exist has no runs.
    virtual Result<std::vector<RecentRuns>> recent_runs(const std::vector<DagId>& dags, int count) = 0;
    virtual Result<DurationRows> duration_rows(const DagId& dag_id, int limit) = 0;
    // Of the newest successful runs, newest first.
    virtual Result<std::vector<Duration>> recent_durations(const DagId& dag_id, int count) = 0;
    virtual Result<std::vector<RunDate>> run_dates(const DagId& dag_id, const TimeRange& run_after) = 0;
    // Finished tries and the current one, by start (those without one last), task and map index. not_found.
    virtual Result<std::vector<TryTimes>> tries_of_run(const DagId& dag_id, const RunId& run_id) = 0;

    // Runs that started within [from, to), by the time they started in. `step` is positive, `first_bucket` at
    // or before `from`.
    virtual Result<std::vector<RunCount>> count_runs_started(TimePoint from, TimePoint to, Duration step,
                                                             TimePoint first_bucket) = 0;
    // Of those runs' task instances. Costs what reading them all costs: keep the window to some ten thousand runs.
    virtual Result<std::map<TaskState, std::int64_t>> count_task_instances(TimePoint from, TimePoint to) = 0;
    virtual Result<std::int64_t> count_queued_runs() = 0;
    virtual Result<std::vector<RunProgress>> running_runs(int limit) = 0;  // the longest running first
    // That ended within [from, to), newest end first, with up to `tasks` failed task instances each.
    virtual Result<std::vector<RunProgress>> failed_runs(TimePoint from, TimePoint to, int limit, int tasks) = 0;
    virtual Result<DagCounts> count_dags() = 0;

    // Everything that holds a slot of some limit: queued, running, restarting, deferred, awaiting input.
    virtual Result<std::vector<TaskInstance>> occupying_task_instances() = 0;
};

}  // namespace gale
