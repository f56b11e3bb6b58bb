// Model values as Airflow's REST schemas have them: every field of the schema is there, null where Gale has no such
// thing yet.
#pragma once

#include <unordered_map>

#include "api/api.hpp"

namespace gale {

// Versions and runs that the rows of one answer share, each looked up once.
class RenderContext {
public:
    explicit RenderContext(Api& api) : api_(api) {}
    Result<std::shared_ptr<const VersionInfo>> version(DagVersionKey key) { return api_.version_info(key); }
    Result<const DagRun*> run_of(const TaskInstance& instance);

private:
    Api& api_;
    std::unordered_map<DagRunKey, DagRun> runs_;
};

// Airflow's ids of DAG versions are UUIDs; ours are numbers, written as one.
std::string version_uuid(DagVersionKey key);
json::value state_or_null(TaskState state);
json::value seconds_between(std::optional<TimePoint> start, std::optional<TimePoint> end);
// ISO 8601, such as "PT1H30M", as pydantic writes durations.
std::string iso_duration(Duration duration);
// {"__type": "TimeDelta", "days", "seconds", "microseconds"}
json::object time_delta(Duration duration);

json::object render(const DagRow& row);
json::object render(const VersionInfo& version);
Result<json::object> render(const DagRun& run, RenderContext& context);
Result<json::object> render(const TaskInstance& instance, RenderContext& context);
// A finished or current try, in the history schema.
Result<json::object> render_try(const TaskInstance& instance, RenderContext& context);
Result<json::array> render_all(const std::vector<TaskInstance>& instances, RenderContext& context);

// The schemas of the above, and of all states.
void add_schemas(Router& router);

// The tasks of a group, those of its inner groups too; empty: there is no such group. Of a DAG's definition.
std::vector<TaskId> group_tasks(const json::object& definition, std::string_view group_id);

// The text member `key`, or `fallback`.
std::string text_or(const json::object& from, std::string_view key, std::string fallback);
// The member `key` as it is, or null.
json::value member_or_null(const json::object& from, std::string_view key);

}  // namespace gale
