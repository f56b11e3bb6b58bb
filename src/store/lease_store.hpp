// The store port, part: several schedulers on one database share the DAGs.
//
// A scheduler leads the DAGs whose lease it holds: it alone makes their runs and moves their tasks, so that all limits
// of a DAG are decided in one place. A lease is fenced by a number that grows with each change of hands; `apply`
// refuses a plan of a holder that lost one of its leases. Time here is the database's.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "model/dag_run.hpp"
#include "model/pool.hpp"

namespace gale {

struct LeaseRequest {
    std::string node_id;      // of this AIRFLOW_HOME, the same after a restart
    std::int64_t job_id = 0;  // of this process; a later process of the same node ends this one's leases
    std::string hostname;
    Duration worker_lease{};         // the node's tries are dead so long after its last renewal
    Duration dead_after{};           // a scheduler that did not renew for so long loses its leases
    std::set<DagId> busy;            // held, and kept even where another scheduler should lead
    bool look_around = false;        // for DAGs without a lease; done anyway when the live schedulers changed
    std::vector<std::string> nodes;  // the live ones that the last round told
    size_t held = 0;                 // how many leases this scheduler believes to hold
    // Which of the live nodes (never empty) should lead the DAG. The same answer everywhere.
    std::function<const std::string&(const DagId& dag_id, const std::vector<std::string>& nodes)> leader;
};

struct LeaseRound {
    TimePoint now;
    std::vector<std::string> nodes;       // of all live schedulers, this one among them, in order
    std::vector<std::string> dead_nodes;  // whose tries are over for certain, though the database may show them running
    // This scheduler's leases with their fences; nullopt: as before.
    std::optional<std::map<DagId, std::int64_t>> held;
};

class LeaseStore {
public:
    virtual ~LeaseStore() = default;
    // The database's clock.
    virtual Result<TimePoint> now() = 0;
    // Says that the scheduler lives, ends the leases of the dead, takes those that are free and its own, and gives away
    // (telling the schedulers) what another should lead. Errors: conflict, when a later process of the same node has
    // taken over.
    virtual Result<LeaseRound> renew_leases(const LeaseRequest& request) = 0;
    // At the end of a process: others may take its DAGs at once. Its tries may live on in their worker.
    virtual Result<void> release_leases(const std::string& node_id, std::int64_t job_id) = 0;
    virtual Result<bool> has_unleased_dags() = 0;
    // Queued and running tries that were given to the node's worker, whoever leads their runs.
    virtual Result<std::vector<TaskInstance>> tries_of_node(const std::string& node_id) = 0;
    // What task instances of DAGs that others lead take of the pools.
    virtual Result<std::map<PoolName, PoolUse>> pools_used_elsewhere(const std::string& node_id) = 0;
};

}  // namespace gale
