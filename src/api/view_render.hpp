// What the page's own operations share: parts of answers, and the schemas that describe them.
#pragma once

#include "api/api.hpp"
#include "model/dag_structure.hpp"
#include "store/view_store.hpp"

namespace gale {

json::object render_group(const StructureGroup& group, const std::vector<StructureTask>& tasks);

// A query parameter that counts something: between 1 and `maximum`, `fallback` when it is not there. 422.
Result<int> counted(const Call& call, std::string_view name, int fallback, int maximum);

// A lookup that the DAG's page needs: the filter's dag_id is the path's; state and run_type, repeatable.
Result<DagRunFilter> run_filter_of(const Call& call);

json::object render_run_mark(const RunBrief& run);  // what a strip of runs needs of each

void add_structure_routes(Router& router);
void add_grid_routes(Router& router);
void add_dashboard_routes(Router& router);
void add_history_routes(Router& router);
void add_waiting_routes(Router& router);

}  // namespace gale
