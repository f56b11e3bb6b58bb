// What the lists of /api/v2 are filtered by: the query parameters, the bodies of the batch lists, and what is made of
// both.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/call.hpp"
#include "store/catalog_store.hpp"
#include "store/run_store.hpp"

namespace gale {

// `name`_pattern and `name`_prefix_pattern. A '~' alone is no condition.
std::vector<QueryParameter> text_match_parameters(std::string_view name);
Result<TextMatch> text_match_of(const Call& call, std::string_view name);

// `name`_gte, _gt, _lte, _lt. An exclusive bound is an inclusive one, a microsecond off: times have no finer grain.
Result<TimeRange> time_range_of(const Call& call, std::string_view name);
Result<DurationRange> duration_range_of(const Call& call, std::string_view name);

std::vector<QueryParameter> dag_filter_parameters();
Result<DagFilter> dag_filter_of(const Call& call);

// "~" in the path for dag_id or dag_run_id: of all.
std::vector<QueryParameter> dag_run_filter_parameters();
Result<DagRunFilter> dag_run_filter_of(const Call& call);
std::vector<QueryParameter> task_instance_filter_parameters();
Result<TaskInstanceFilter> task_instance_filter_of(const Call& call);

// DAGRunsBatchBody and TaskInstancesBatchBody. page_limit and page_offset make `page`.
json::object dag_runs_batch_schema();
Result<DagRunFilter> dag_run_filter_of(const json::object& body);
json::object task_instances_batch_schema();
Result<TaskInstanceFilter> task_instance_filter_of(const json::object& body);
Result<Page> batch_page_of(const json::object& body);

}  // namespace gale
