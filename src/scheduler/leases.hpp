// Which scheduler leads which DAG, and how fast one is held dead. Pure.
#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "model/ids.hpp"

namespace gale {

struct LeaseTiming {
    Duration renew_every = std::chrono::seconds{1};
    Duration dead_after = std::chrono::seconds{4};
    // A worker without its server ends its tries after so long, killing included.
    Duration worker_lease = std::chrono::seconds{310};
};

// By rendezvous hashing: each DAG ranks the nodes by a hash of both, so a node that comes or goes moves only its own
// share. `nodes` is not empty.
const std::string& leader_of(const DagId& dag_id, const std::vector<std::string>& nodes);

}  // namespace gale
