// What the page shows of DAGs and their runs: the store's rows, folded. Reads only. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "base/clock.hpp"
#include "service/grid.hpp"
#include "service/history.hpp"
#include "store/store.hpp"

namespace gale {

struct DagList {
    PageOf<DagRow> page;
    std::vector<RecentRuns> recent;  // in step with the page
};

struct Dashboard {
    std::map<DagRunState, std::int64_t> dag_run_states;
    std::map<TaskState, std::int64_t> task_instance_states;
    struct Bucket {
        TimePoint start;
        std::int64_t success = 0, failed = 0, running = 0;  // of the runs that started in it
    };
    std::vector<Bucket> history;
    std::vector<RunProgress> running, failed;
    DagCounts dags;
    std::int64_t import_errors = 0;
    std::vector<std::pair<Pool, PoolUse>> pools;
};

struct Durations {
    std::vector<RunBrief> runs;  // newest first
    struct Task {
        TaskId task_id;
        std::string display_name;
        std::vector<std::optional<double>> seconds, landing_seconds;  // in step with runs
    };
    std::vector<Task> tasks;  // in the rows' order; those that only older versions have at the end
};

struct DagCalendar {
    std::vector<CalendarCell> days;
    std::map<std::string, std::int64_t> planned;  // none while the DAG is paused or its file is gone
};

class ViewService {
public:
    ViewService(Store& store, const Clock& clock, ScheduleDefaults defaults = {})
        : store_(store), clock_(clock), defaults_(defaults) {}

    // The newest version without a number. not_found names the DAG or the version.
    Result<std::shared_ptr<const DagStructure>> structure(const DagId& dag_id, std::optional<int> version_number);
    // The filter names the DAG; at most `limit` runs.
    Result<Grid> grid(const DagRunFilter& filter, int limit);
    Result<DagList> dags(const DagFilter& filter, const Page& page, int runs_limit);
    // Of runs that started in [from, to); queued ones have not, and are counted as they are now.
    Result<Dashboard> dashboard(TimePoint from, TimePoint to);
    // Of the newest `limit` runs.
    Result<Durations> durations(const DagId& dag_id, int limit);
    // Runs due in [from, to], and the runs to come until then.
    Result<DagCalendar> calendar(const DagId& dag_id, TimePoint from, TimePoint to, const Zone& zone,
                                 Granularity granularity);
    // The median of the last 20 successful runs; nullopt when there is none.
    Result<std::optional<Duration>> usual_duration(const DagId& dag_id);

private:
    Result<std::shared_ptr<const DagStructure>> newest(const DagId& dag_id);
    std::shared_ptr<const DagStructure> keep(DagVersionKey key, DagStructure structure);

    Store& store_;
    const Clock& clock_;
    const ScheduleDefaults defaults_;
    std::mutex mutex_;
    // Immutable each: a version that has changed has another key.
    std::unordered_map<DagVersionKey, std::shared_ptr<const DagStructure>> structures_;
};

}  // namespace gale
