// Writes the audit log: who did what. Best done after the deed.
#pragma once

#include "service/run_service.hpp"

namespace gale::detail {

struct Deed {
    std::string event;  // as Airflow names them
    std::optional<DagId> dag_id;
    std::optional<RunId> run_id;
    std::optional<TaskId> task_id;
    std::optional<int> map_index;
    json::object extra;
};

// The deed is done by then, so a failure to write it down is logged, not returned.
void audit(AdminStore& store, TimePoint at, const Actor& actor, Deed deed);
// One that touches no DAG.
void audit(AdminStore& store, TimePoint at, const Actor& actor, std::string event, json::object extra);

}  // namespace gale::detail
