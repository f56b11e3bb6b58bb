// Use cases on runs and task instances. Every write by a person or a client goes through here; each leaves an audit entry.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "store/store.hpp"

namespace gale {

// Who acts; the audit log names them.
struct Actor {
    std::string name;
    TriggeredBy via = TriggeredBy::cli;
};

struct TriggerRequest {
    DagId dag_id;
    std::optional<RunId> run_id;
    // The outer level: was it given at all? Not given: the moment of the trigger. Given as null: a run without one (Airflow 3).
    std::optional<std::optional<TimePoint>> logical_date;
    std::optional<TimePoint> run_after;
    std::optional<DataInterval> data_interval;
    json::object conf;
    std::optional<std::string> note;
    RunType run_type = RunType::manual;
};

struct ClearRequest {
    DagId dag_id;
    std::optional<RunId> run_id;  // nullopt: by dates
    std::vector<TaskId> task_ids;  // empty: all
    std::optional<TimePoint> start_date, end_date;
    bool only_failed = false, only_running = false;
    bool include_upstream = false, include_downstream = false, include_past = false, include_future = false;
    bool reset_dag_runs = true;
    bool dry_run = false;
};

class RunService {
public:
    RunService(Store& store, const Clock& clock);

    // Errors: not_found (names the dag id), conflict (import errors, stale), already_exists (run id or logical date),
    // invalid_argument (conf against the params' schema, run id, dates).
    Result<DagRun> trigger(const TriggerRequest& request, const Actor& actor);
    // The task instances that were, or with dry_run would be, cleared.
    Result<std::vector<TaskInstance>> clear(const ClearRequest& request, const Actor& actor);
    // Marks a run: success or failed; unfinished tasks follow as in Airflow. queued: clears it.
    Result<DagRun> set_run_state(const DagId& dag_id, const RunId& run_id, DagRunState state, const Actor& actor);
    Result<std::vector<TaskInstance>> set_task_state(const TaskInstanceKey& key, TaskState state, bool include_downstream, const Actor& actor);

private:
    Store& store_;
    const Clock& clock_;
};

// The run that `request` makes of this DAG version: ids, dates, task instances. Pure; dag test uses it too.
Result<NewDagRun> new_dag_run(const Dag& dag, const Timetable& timetable, DagVersionKey version,
                              const TriggerRequest& request, const Actor& actor, TimePoint now);

}  // namespace gale
