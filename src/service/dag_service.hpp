// Use cases on DAGs: pause, delete. Reads go to the store's port directly.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "service/run_service.hpp"
#include "store/store.hpp"

namespace gale {

class DagService {
public:
    DagService(Store& store, const Clock& clock) : store_(store), clock_(clock) {}

    // not_found names the dag id. Pausing one that is paused already changes nothing and leaves no audit entry.
    Result<DagRow> set_paused(const DagId& dag_id, bool paused, const Actor& actor);
    // The actor's own mark. not_found names the dag id; conflict: what is no favourite cannot be unmarked, as in
    // Airflow. Marking one twice changes nothing and leaves no audit entry.
    Result<void> set_favorite(const DagId& dag_id, bool is_favorite, const Actor& actor);
    // With its runs. conflict while tasks run. A DAG whose file is still there comes back at the next parse, as in
    // Airflow.
    Result<void> remove(const DagId& dag_id, const Actor& actor);

private:
    Store& store_;
    const Clock& clock_;
};

}  // namespace gale
