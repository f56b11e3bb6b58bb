// The scheduler without threads and clock: events and a moment in; rows, tries and terminations out. The loop
// (scheduler.hpp) and the simulation drive the same object.
//
// One step is one transaction: the reports that came, and all that was decided. Tries are handed to the executor and
// reports acknowledged only after it is durable. A step that fails leaves the index as it was and keeps the reports.
//
// Of several schedulers each leads the DAGs whose leases it holds (leases.hpp). Tries belong to the node whose worker
// was given them: when a DAG changes hands while a try runs, its old node still watches over the try and writes its
// end, and tells the DAG's leader.
// Not thread-safe. Does not own the store and the executor.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "executor/executor.hpp"
#include "scheduler/decide.hpp"
#include "scheduler/leases.hpp"
#include "store/store.hpp"

namespace gale {

struct SchedulerSettings {
    SchedulerLimits limits;
    ScheduleDefaults schedule_defaults;
    std::string base_log_folder;   // absolute
    std::string hostname;          // of this machine, for the job row
    std::string node_id = "node";  // of this AIRFLOW_HOME
    LeaseTiming leases;
};

class SchedulerCore {
public:
    SchedulerCore(Store& store, Executor& executor, SchedulerSettings settings);

    void add(ExecutorEvent event) { reports_.push_back({std::move(event), 0}); }
    void inbox_changed() { inbox_changed_ = true; }
    // The next step renews the leases first. `job_id`: of this process's row.
    void renew_leases(std::int64_t job_id) {
        job_id_ = job_id;
        renew_due_ = true;
    }
    // Others may lead at once. The object is of no use afterwards.
    Result<void> release_leases() { return store_.release_leases(settings_.node_id, job_id_); }

    // The moment of the next step if nothing happens before; nullopt: none. Errors are the store's: call again later.
    Result<std::optional<TimePoint>> step(TimePoint now);

    const SchedulerState& state() const { return state_; }

private:
    struct Report {
        ExecutorEvent event;
        int conflicts = 0;
    };
    struct LiveTry {  // handed to the executor, or adopted
        DagRunKey run;
        TaskId task_id;
        int map_index = kNotMapped;
        bool stopping = false;
        bool foreign = false;  // its run is led by another scheduler meanwhile
    };
    struct Undo {
        DagRunKey run;
        size_t instance;
        TaskInstance before;
        bool dirty, fail_fast_due;
    };
    struct Round {  // what one step gathers before its commit
        Plan plan;
        std::vector<Undo> undo;
        std::vector<TaskInstanceId> dispatch, acknowledge, finished;
        std::vector<std::pair<TaskInstanceId, std::string>> terminate;
        std::unordered_map<TaskInstanceId, size_t> report_of;  // transition's id → report
        bool connected = false;
    };

    // core_lease.cpp
    Result<void> renew(bool look_around);
    Result<void> take_leases(std::map<DagId, std::int64_t> held);
    Result<void> gain(const DagId& dag_id);
    void lose(const DagId& dag_id);
    Result<void> look_after_foreign_tries();
    Result<void> load_foreign_runs();
    Result<void> load_foreign_run(const TaskInstance& instance);
    void set_leases(Plan& plan) const;
    std::optional<std::pair<RunIndex*, size_t>> find_foreign(const TaskInstanceId& id);
    void change_foreign(Round& round, RunIndex& run, size_t instance, TaskTransition transition);

    // core_load.cpp
    Result<void> load_all();
    Result<void> read_inbox();
    bool is_ours(const InboxItem& item) const;
    Result<void> load_dag(const DagRow& row);
    Result<void> reload_dags();
    Result<void> reload_run(DagRunKey key);
    Result<void> adopt(ActiveRun run);
    Result<std::shared_ptr<const DagShape>> shape_of(DagVersionKey version);
    Result<void> load_previous_runs();
    Result<void> load_outcomes();
    Result<void> load_map_lengths();
    Result<void> refresh();
    void forget_previous(const DagId& dag_id);

    // core_reports.cpp
    void take_report(Round& round, size_t index, TimePoint now);
    void take(Round& round, size_t index, const TryStarted& report);
    void take(Round& round, size_t index, const TryFinished& report);
    void take(Round& round, const WorkerConnected& report, TimePoint now);
    void take_missing(Round& round, RunIndex& run, size_t instance, bool is_foreign, TimePoint now);
    void take_dead_nodes(Round& round, TimePoint now);
    // core.cpp
    void change(Round& round, RunIndex& run, size_t instance, TaskTransition transition);
    void undo(Round& round);
    void commit(Round& round, const Decision& decision, const ApplyOutcome& outcome);
    void commit_runs(const Decision& decision, const ApplyOutcome& outcome, const std::set<TaskInstanceId>& conflicts);
    void insert_created(const Plan& plan, const std::vector<DagRun>& created);
    void after_commit(Round& round, const std::set<TaskInstanceId>& conflicts);
    void reconcile(DagRunKey key, const RunIndex* run);
    void rebuild_stopping();
    void dispatch(const TaskInstanceId& id);
    std::optional<std::pair<RunIndex*, size_t>> find(const TaskInstanceId& id);

    Store& store_;
    Executor& executor_;
    SchedulerSettings settings_;
    SchedulerState state_;
    std::vector<Report> reports_;
    std::unordered_map<TaskInstanceId, LiveTry> live_;
    std::unordered_map<TaskInstanceId, DagRunKey> where_;  // executing or known task instances of active runs
    std::map<DagVersionKey, std::weak_ptr<const DagShape>> shapes_;
    std::set<DagRunKey> to_reload_;
    std::set<DagId> check_outcomes_;
    std::vector<std::int64_t> inbox_read_;  // to be consumed with the next plan
    std::map<DagId, std::int64_t> leases_;  // DAG → fence
    std::vector<std::string> nodes_;        // of the live schedulers, by the last renewal
    std::set<std::string> dead_nodes_;
    std::map<DagRunKey, RunIndex> foreign_runs_;  // for one step: runs led elsewhere whose tries were reported here
    std::int64_t job_id_ = 0;
    bool renew_due_ = true;
    int renewals_ = 0;
    bool loaded_ = false;
    bool inbox_changed_ = false;
    bool dags_changed_ = false;
};

}  // namespace gale
