// The store port, part: dag runs and task instances, as people and tasks see and change them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "model/plan.hpp"
#include "model/pool.hpp"
#include "store/page.hpp"

namespace gale {

struct DagRunFilter {
    std::optional<DagId> dag_id;  // nullopt: all DAGs
    std::vector<DagRunState> states;
    std::vector<RunType> run_types;
    std::optional<RunId> run_id;
    std::vector<std::string> dag_ids;  // any of them, besides dag_id
    TextMatch dag_id_like, run_id_like, triggering_user_name;
    std::vector<int> dag_versions;             // numbers of the version that the run began with
    std::optional<std::string> conf_contains;  // a part of the conf's JSON text, in any case
    TimeRange logical_date, run_after, start_date, end_date;
    DurationRange duration;
};

struct TaskInstanceFilter {
    std::optional<DagId> dag_id;
    std::optional<RunId> run_id;
    std::optional<TaskId> task_id;
    std::optional<int> map_index;
    std::vector<std::string> dag_ids, run_ids, task_ids;  // any of them, besides the ids above
    TextMatch dag_id_like, run_id_like;
    TextMatch task_display_name;  // of the task in the version that the run began with
    std::vector<int> map_indexes, try_numbers, version_numbers;
    std::vector<TaskState> states;
    std::vector<std::string> pools, queues, operators;  // of operators: the name as the page shows it
    TextMatch pool_like, queue_like, operator_like;
    TimeRange logical_date, run_after, start_date, end_date;
    DurationRange duration;
};

struct TaskInstanceKey {
    DagId dag_id;
    RunId run_id;
    TaskId task_id;
    int map_index = kNotMapped;
};

// A person's change to task instances: clear, mark. CAS on id; a row that changed meanwhile is a conflict.
struct TaskInstanceEdit {
    TaskInstanceId id;
    TaskState to = TaskState::none;
    std::optional<TaskInstanceId> new_id;  // as in TaskTransition
    std::optional<int> max_tries;
    std::string reason;
};
struct RunEdit {
    DagRunKey run;
    std::optional<DagRunState> state;  // queued after a clear; clear_number + 1 then
    std::vector<TaskInstanceEdit> task_instances;
    std::optional<TimePoint> at;
    bool is_clear = false;  // clear_number + 1 also where the run goes on
};

class RunStore {
public:
    virtual ~RunStore() = default;
    // Creates the run and its task instances in one transaction, and tells the scheduler. already_exists when the DAG
    // has a run of this run id or logical date.
    virtual Result<DagRun> create_dag_run(const NewDagRun& run) = 0;
    virtual Result<DagRun> get_dag_run(const DagId& dag_id, const RunId& run_id) = 0;
    virtual Result<PageOf<DagRun>> list_dag_runs(const DagRunFilter& filter, const Page& page) = 0;
    virtual Result<void> delete_dag_run(const DagId& dag_id, const RunId& run_id) = 0;
    virtual Result<void> edit_run(const RunEdit& edit) = 0;  // tells the scheduler
    virtual Result<void> set_dag_run_note(const DagId& dag_id, const RunId& run_id,
                                          std::optional<std::string> note) = 0;

    // Of the current try only; one that is over has kept its own.
    virtual Result<void> set_rendered_map_index(const TaskInstanceId& id, const std::string& text) = 0;
    virtual Result<void> set_task_instance_note(const TaskInstanceKey& key, std::optional<std::string> note) = 0;

    virtual Result<TaskInstance> get_task_instance(const TaskInstanceKey& key) = 0;
    virtual Result<TaskInstance> get_task_instance(const TaskInstanceId& id) = 0;  // of the current try only
    virtual Result<PageOf<TaskInstance>> list_task_instances(const TaskInstanceFilter& filter, const Page& page) = 0;
    // Finished tries in history and the current one, oldest first.
    virtual Result<std::vector<TaskInstance>> list_tries(const TaskInstanceKey& key) = 0;
    virtual Result<std::vector<std::pair<Pool, PoolUse>>> pools_in_use() = 0;
};

}  // namespace gale
