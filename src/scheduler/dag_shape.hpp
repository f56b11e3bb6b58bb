// What the scheduler derives from a DAG version once, so that a pass over a run is linear.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "model/dag.hpp"

namespace gale {

struct DagShape {
    std::shared_ptr<const Dag> dag;
    DagVersionKey version;
    std::vector<std::uint32_t> order;   // topological
    std::vector<std::uint32_t> leaves;  // the tasks that decide the run's outcome (contract, 5.3)
    // By task; empty where the DAG has no setups. The setups that must succeed first, though not direct upstream.
    std::vector<std::vector<std::uint32_t>> indirect_setups;
    // By task; for a teardown: the tasks between its setups and itself, which must be done first.
    std::vector<std::vector<std::uint32_t>> covered;
    std::vector<std::uint32_t> mapped_by_xcom;  // tasks whose number of instances only their upstream tells
    std::vector<bool> is_map_source;            // by task: others are mapped over what it leaves
    bool depends_on_past = false;               // some task does
};

std::shared_ptr<const DagShape> make_dag_shape(std::shared_ptr<const Dag> dag, DagVersionKey version);

// An EmptyOperator with nothing attached: success without an executor.
bool goes_straight_to_success(const Task& task);

}  // namespace gale
