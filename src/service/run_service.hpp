// Use cases on runs and task instances. Every write by a person or a client goes through here; each leaves an audit
// entry.
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
    // The outer level: was it given at all? Not given: the moment of the trigger. Given as null: a run without one
    // (Airflow 3).
    std::optional<std::optional<TimePoint>> logical_date;
    std::optional<TimePoint> run_after;
    std::optional<DataInterval> data_interval;
    json::object conf;
    std::optional<std::string> note;
    RunType run_type = RunType::manual;
};

// How far a clear or a mark reaches from what it names.
struct Reach {
    bool include_upstream = false, include_downstream = false;  // in the run
    bool include_past = false, include_future = false;  // the same tasks in the DAG's other runs, by logical date
};

// Which task instances a clear or a mark means.
struct TaskSelection : Reach {
    DagId dag_id;
    std::optional<RunId> run_id;   // nullopt: by dates
    std::vector<TaskId> task_ids;  // with all their map indexes; empty, with no task_instances: all
    std::vector<std::pair<TaskId, int>> task_instances;  // (task, map index): single instances besides
    std::optional<TimePoint> start_date, end_date;       // of the runs' logical dates
    bool only_failed = false, only_running = false;
};

struct ClearRequest : TaskSelection {
    bool reset_dag_runs = true;
    std::optional<std::string> note;  // put on each
    bool prevent_running = false;     // a running task instance among them is a conflict, and nothing is cleared
    bool dry_run = false;
};

struct MarkRequest : TaskSelection {       // of one run, and what it reaches
    TaskState state = TaskState::success;  // success, failed or skipped
    std::optional<std::string> note;       // put on each
    bool dry_run = false;
};

class RunService {
public:
    RunService(Store& store, const Clock& clock, ScheduleDefaults defaults = {});

    // The run is queued; a paused DAG's stays so until it is unpaused. Errors: not_found (names the dag id; also when
    // its file no longer defines it), conflict (import errors), already_exists (run id or logical date),
    // invalid_argument (conf against the params' schema, run id, dates, note).
    Result<DagRun> trigger(const TriggerRequest& request, const Actor& actor);
    // The task instances that were, or with dry_run would be, cleared.
    Result<std::vector<TaskInstance>> clear(const ClearRequest& request, const Actor& actor);
    // Marks a run. success or failed: running tasks take the same state, waiting ones are skipped, and unfinished
    // teardowns stay, in which case they decide the run's end. queued: the run is looked at again, its tasks stay as
    // they are (as in Airflow).
    Result<DagRun> set_run_state(const DagId& dag_id, const RunId& run_id, DagRunState state, const Actor& actor);
    // Marks task instances success, failed or skipped. Failed tasks below them are cleared, so that the run can go on.
    // Returns those that take, or with dry_run would take, another state; their state is the new one, without dry_run.
    // not_found: nothing of the kind is in the run.
    Result<std::vector<TaskInstance>> mark(const MarkRequest& request, const Actor& actor);
    // Of every instance of these: at most 1000 characters; nullopt removes it. Returns them.
    Result<std::vector<TaskInstance>> set_task_notes(const std::vector<TaskInstanceKey>& keys,
                                                     std::optional<std::string> note, const Actor& actor);

    // A person's change to an XCom, in the place of what a task left. `create`: already_exists when there is one of the
    // key; otherwise not_found when there is none. invalid_argument: an empty key, or one of over 512 bytes.
    enum class XComWrite { create, replace };
    Result<XCom> write_xcom(XCom xcom, XComWrite mode, const Actor& actor);
    Result<void> delete_xcom(const TaskInstanceKey& task_instance, const std::string& key, const Actor& actor);

    // Notes of at most 1000 characters; nullopt removes one.
    Result<DagRun> set_note(const DagId& dag_id, const RunId& run_id, std::optional<std::string> note,
                            const Actor& actor);
    Result<void> delete_run(const DagId& dag_id, const RunId& run_id, const Actor& actor);

private:
    Store& store_;
    const Clock& clock_;
    ScheduleDefaults defaults_;
};

// The run that `request` makes of this DAG version: ids, dates, task instances. Pure; dag test uses it too.
Result<NewDagRun> new_dag_run(const Dag& dag, const Timetable& timetable, DagVersionKey version,
                              const TriggerRequest& request, const Actor& actor, TimePoint now);

}  // namespace gale
