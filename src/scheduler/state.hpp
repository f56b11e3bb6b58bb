// The scheduler's index of what is active: a copy, in memory, of the database's rows. `decide` reads it,
// `SchedulerCore` keeps it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "model/plan.hpp"
#include "model/pool.hpp"
#include "scheduler/dag_shape.hpp"
#include "store/catalog_store.hpp"
#include "store/scheduler_store.hpp"

namespace gale {

struct SchedulerLimits {
    int parallelism = 32;
    int max_active_tasks_per_dag = 16;  // where the DAG says nothing; per run, as in Airflow 3
};

// The run before, as depends_on_past sees it.
struct PreviousRun {
    DagRunKey key;
    RunId run_id;
    std::map<TaskId, std::vector<TaskState>> states;
};
PreviousRun make_previous_run(const ActiveRun& run);

class RunIndex {
public:
    RunIndex(DagRun run, std::shared_ptr<const DagShape> shape, std::vector<TaskInstance> instances);

    DagRun run;
    std::shared_ptr<const DagShape> shape;
    bool dirty = true;                 // something changed since the last decision
    bool fail_fast_due = false;        // a try just failed for good in a fail_fast DAG
    std::optional<TimePoint> wake_at;  // look again then
    bool previous_known = false;
    std::optional<PreviousRun> previous;  // nullopt when known: there is none
    // How many entries each gave, nullopt: none; forgotten when its task changes.
    std::map<MapSource, std::optional<int>> lengths;

    const Dag& dag() const { return *shape->dag; }
    const std::vector<TaskInstance>& instances() const { return instances_; }
    const std::vector<TaskState>& states() const { return states_; }
    const TaskInstance& instance(size_t i) const { return instances_[i]; }
    size_t task_of(size_t i) const { return task_of_[i]; }
    // The instances of a task: [first, second).
    std::pair<size_t, size_t> of_task(size_t task) const { return {first_[task], first_[task + 1]}; }
    std::optional<size_t> find(const TaskInstanceId& id) const;
    // Task instances whose task is not in the run's DAG version: left alone.
    size_t strays() const { return strays_; }

    void apply(size_t i, const TaskTransition& transition);
    void restore(size_t i, TaskInstance before);
    // Instances move to other places.
    void expand(const TaskExpansion& expansion);

private:
    void place(std::vector<TaskInstance> instances);
    void forget_lengths_of(size_t task);

    std::vector<TaskInstance> instances_;  // by (task, map_index)
    std::vector<TaskState> states_;
    std::vector<std::uint32_t> task_of_;
    std::vector<std::uint32_t> first_;
    std::unordered_map<TaskInstanceId, size_t> place_;
    size_t strays_ = 0;
};

struct DagEntry {
    DagRow row;
    std::shared_ptr<const DagShape> shape;  // of the latest version; null: it could not be read
    std::shared_ptr<const Timetable> timetable;
    std::optional<DataInterval> last;  // of the newest scheduled run
    bool due_known = false;
    std::optional<DueRun> due;
    // Newest first; set only when a run just failed and max_consecutive_failed_dag_runs is to be checked.
    std::optional<std::vector<DagRunState>> outcomes;
};

struct SchedulerState {
    std::map<DagId, DagEntry> dags;
    std::map<DagRunKey, RunIndex> runs;
    std::map<PoolName, Pool> pools;
    SchedulerLimits limits;
    bool worker_connected = true;                 // nothing is queued before
    std::string node_id;                          // whose worker tries are given to
    std::map<PoolName, PoolUse> pools_elsewhere;  // what DAGs that other schedulers lead take of the pools
    // Task instances whose earlier try is still being stopped: no new try may start beside it.
    std::map<DagRunKey, std::set<std::pair<TaskId, int>>> stopping;
    bool strangers_running = false;  // tries of unknown task instances are being stopped

    bool is_stopping(const TaskInstance& instance) const;
    // Not paused and still defined by its file.
    bool is_schedulable(const DagId& dag_id) const;
};

}  // namespace gale
