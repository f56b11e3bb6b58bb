// The store port, part: what changed, in the order of commits. The live event stream reads it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "model/dag_run.hpp"

namespace gale {

using ChangeSeq = std::int64_t;  // of the journal's newest entry; 0: none yet

struct DagRunChange {
    DagId dag_id;
    RunId run_id;
    DagRunState state = DagRunState::queued;
    RunType run_type = RunType::manual;
    TimePoint run_after;
    std::optional<TimePoint> start_date, end_date;
};
struct TaskInstanceChange {
    DagId dag_id;
    RunId run_id;
    TaskId task_id;
    int map_index = kNotMapped;
    TaskState state = TaskState::none;
    int try_number = 0;
    std::optional<TimePoint> start_date, end_date;
};
struct DagChange {
    DagId dag_id;
    bool is_paused = false, is_stale = false, has_import_errors = false;
};
struct Deletion {
    DagId dag_id;
    std::optional<RunId> run_id;  // nullopt: the DAG itself
};

struct ChangeSet {
    ChangeSeq last = 0;  // pass it to the next call
    // Too much was missed, or `after` is not of this database: everything may have changed. The lists are empty then.
    bool reset = false;
    std::vector<DagRunChange> dag_runs;
    std::vector<TaskInstanceChange> task_instances;
    std::vector<DagChange> dags;
    std::vector<Deletion> deleted;
    // Kinds of things of which some changed: import_errors, pools, variables, connections, users, jobs, …
    std::vector<std::string> others;

    bool empty() const {
        return !reset && dag_runs.empty() && task_instances.empty() && dags.empty() && deleted.empty() &&
               others.empty();
    }
};

class ChangeStore {
public:
    virtual ~ChangeStore() = default;
    // The journal's newest entry now.
    virtual Result<ChangeSeq> last_change() = 0;
    // What was committed after `after`, each row once and as it is now; a row that is gone since is left out (its
    // deletion is there). Every committed change of these rows is in exactly one of the sets that a reader gets which
    // hands `last` on. `limit` bounds the entries read: more make it a reset. The journal keeps the newest 100,000.
    // A new run's task instances are not named beside it.
    virtual Result<ChangeSet> changes_since(ChangeSeq after, int limit) = 0;
};

}  // namespace gale
