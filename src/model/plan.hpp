// What the scheduler decided: a value that the store applies in one transaction.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/dag_run.hpp"

namespace gale {

// A compare-and-set on (id, from, from_try_number). Absent fields stay as they are.
struct TaskTransition {
    TaskInstanceId id;
    TaskState from = TaskState::none;
    int from_try_number = 0;
    TaskState to = TaskState::none;

    std::optional<int> try_number;
    std::optional<int> max_tries;
    std::optional<TimePoint> scheduled_at, queued_at, start_date, end_date;
    std::optional<TimePoint> next_try_at;
    std::optional<std::string> hostname;
    std::optional<std::string> node_id;  // set when it is queued: whose worker is given the try
    std::optional<int> pid;
    std::optional<std::string> reason;
    // Set when this ends a try that another follows: the row is copied to task_instance_history under its old id,
    // then takes this id; start_date, end_date and pid are emptied on the way to the new try.
    std::optional<TaskInstanceId> new_id;
    bool never_began = false;  // with new_id: nothing of the old try goes to history
};

// Instances of a mapped task whose number became known, or grew. `of` is one of the task's: where it is not expanded,
// it takes map index 0. A conflict on it leaves all of them out.
struct TaskExpansion {
    TaskInstanceId of;
    bool is_first = false;            // `of` is not expanded
    std::vector<TaskInstance> added;  // state none
};

struct DagRunTransition {
    DagRunKey run;
    DagRunState from = DagRunState::queued;
    DagRunState to = DagRunState::running;
    std::optional<TimePoint> start_date, end_date;
};

// A run to create with all its task instances (state none).
struct NewDagRun {
    DagRun run;  // key is given by the store
    std::vector<TaskInstance> task_instances;
};

// The DAG's next due run, kept in its row so that a restart and the API know it.
struct NextDueRun {
    DagId dag_id;
    std::optional<DueRun> due;
};

// A report of a try whose run another scheduler leads: it counts by itself (its id is its fence), and the leader is
// told.
struct ForeignTransition {
    DagId dag_id;
    DagRunKey run;
    TaskTransition change;
};

struct Plan {
    std::vector<NewDagRun> new_runs;
    std::vector<NextDueRun> next_due;
    std::vector<DagRunTransition> runs;
    std::vector<TaskTransition> tasks;
    std::vector<TaskExpansion> expansions;
    std::vector<ForeignTransition> foreign_tasks;
    std::vector<DagId> pause_dags;            // max_consecutive_failed_dag_runs
    std::vector<std::int64_t> consume_inbox;  // ids of scheduler_inbox rows

    // Who decided it, by which leases: all DAGs that it touches, foreign_tasks' aside.
    std::string node_id;
    std::map<DagId, std::int64_t> leases;
    // Others queue tasks of the same pools: a move to queued that finds its pool full is left out.
    bool shares_pools = false;

    bool empty() const {
        return new_runs.empty() && next_due.empty() && runs.empty() && tasks.empty() && expansions.empty() &&
               foreign_tasks.empty() && pause_dags.empty() && consume_inbox.empty();
    }
};

}  // namespace gale
