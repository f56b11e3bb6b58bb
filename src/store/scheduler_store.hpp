// The store port, part: what the scheduler reads and writes.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "model/mapping.hpp"
#include "model/plan.hpp"
#include "store/catalog_store.hpp"
#include "store/run_store.hpp"

namespace gale {

struct ActiveRun {
    DagRun run;
    std::vector<TaskInstance> task_instances;
};

// Why the scheduler should look again. Written in the same transaction as the change itself.
struct InboxItem {
    std::int64_t id = 0;
    enum class Kind { dag_changed, run_changed } kind = Kind::run_changed;
    DagId dag_id;
    DagRunKey run;  // for run_changed
    bool dag_is_gone = false;
};

// What became of a plan. Conflicts are rows that somebody else changed first: nothing of them was written.
struct ApplyOutcome {
    std::vector<DagRun> created_runs;  // with keys
    std::vector<TaskInstanceId> task_conflicts;
    std::vector<DagRunKey> run_conflicts;  // and what exists already in place of a new run
    // DAGs deleted, or whose version of a new run was replaced, meanwhile: neither their new runs nor their next_due
    // were written.
    std::vector<DagId> changed_dags;
    // Moves to queued that were left out: their pools were full by then (Plan::shares_pools).
    std::vector<TaskInstanceId> pool_refusals;
    // Not empty: these leases are no longer held, and nothing of the plan was written.
    std::vector<DagId> lost_leases;
};

struct Job {
    std::int64_t id = 0;
    std::string job_type;  // SchedulerJob, DagProcessorJob, TriggererJob, as in Airflow
    std::string state;     // running, success, failed
    std::string hostname;
    TimePoint start_date, latest_heartbeat;
    std::optional<TimePoint> end_date;
};

struct JobFilter {
    std::optional<std::string> state, job_type, hostname;
    std::optional<TimePoint> alive_since;  // running, and with a heartbeat since then
    std::optional<TimePoint> dead_since;   // the opposite
    TimeRange start_date, end_date;
};

class SchedulerStore {
public:
    virtual ~SchedulerStore() = default;
    // Runs in state queued or running with all their task instances; of one DAG, or of all.
    virtual Result<std::vector<ActiveRun>> load_active_runs(const std::optional<DagId>& dag_id = std::nullopt) = 0;
    virtual Result<ActiveRun> load_run(DagRunKey run) = 0;  // any state
    // DAGs that are not stale, paused or not.
    virtual Result<std::vector<DagRow>> load_dags() = 0;
    // The states of the tasks in the DAG's run before this one, for depends_on_past (contract, 5.4, PrevDagrunDep).
    // nullopt: there is no earlier run. `skip_manual`: look at runs that are not manual only (catchup DAGs).
    virtual Result<std::optional<ActiveRun>> previous_run(const DagRun& run, bool skip_manual) = 0;
    // The newest `count` finished runs' states, newest first, by run_after.
    virtual Result<std::vector<DagRunState>> recent_outcomes(const DagId& dag_id, int count) = 0;
    // How many entries each of the sources has in the run: of a task that is not mapped, the length that came with its
    // XCom; of a mapped one, the number of its XComs. Absent: it left none, or one without a length.
    virtual Result<std::map<MapSource, int>> map_lengths(DagRunKey run, const std::vector<MapSource>& sources) = 0;
    // Without what concerns DAGs that other nodes lead.
    virtual Result<std::vector<InboxItem>> read_inbox(const std::string& node_id) = 0;
    // A new id (a retry, a clear) also removes the XComs of the try that ended.
    // All in one transaction, durable on return. A conflict on one row leaves the others; an error leaves everything as
    // it was.
    virtual Result<ApplyOutcome> apply(const Plan& plan) = 0;

    // Inserts (id 0) or updates by id; returns the id.
    virtual Result<std::int64_t> save_job(const Job& job) = 0;
    virtual Result<std::vector<Job>> latest_jobs() = 0;  // the newest of each type
    virtual Result<PageOf<Job>> list_jobs(const JobFilter& filter, const Page& page) = 0;
};

}  // namespace gale
