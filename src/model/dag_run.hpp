// Dag runs and task instances: the rows that the engine moves.
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/json.hpp"
#include "model/ids.hpp"
#include "model/states.hpp"
#include "model/timetable.hpp"

namespace gale {

struct DagRun {
    DagRunKey key;
    DagId dag_id;
    RunId run_id;
    RunType run_type = RunType::manual;
    DagRunState state = DagRunState::queued;
    std::optional<TimePoint> logical_date;
    std::optional<DataInterval> data_interval;
    TimePoint run_after;
    TimePoint queued_at;
    std::optional<TimePoint> start_date, end_date;
    json::object conf;
    TriggeredBy triggered_by = TriggeredBy::cli;
    std::optional<std::string> triggering_user_name;
    std::optional<std::string> note;
    int clear_number = 0;
    DagVersionKey dag_version;  // the version the run started with
};

inline constexpr int kNotMapped = -1;

struct TaskInstance {
    TaskInstanceId id;
    DagRunKey run;
    DagId dag_id;
    RunId run_id;
    TaskId task_id;
    int map_index = kNotMapped;
    TaskState state = TaskState::none;
    int try_number = 0;  // 0 until first scheduled
    int max_tries = 0;   // retries granted
    std::optional<TimePoint> scheduled_at, queued_at, start_date, end_date;
    std::optional<TimePoint> next_try_at;  // for up_for_retry and up_for_reschedule
    std::string hostname;
    std::optional<int> pid;  // process group of the running try
    std::string node_id;     // whose worker was given the try; empty: nobody's yet
    PoolName pool;
    int pool_slots = 1;
    std::string queue;
    int priority_weight = 1;
    std::string operator_name;  // task_type or the decorator's name
    std::optional<std::string> note;
    std::optional<std::string> reason;              // why the last try ended as it did, in a sentence
    std::optional<std::string> rendered_map_index;  // what map_index_template made of this instance
};

// As the Task SDK's supervisor protocol has a run (docs/reference/task_protocol.md).
json::object to_task_sdk_json(const DagRun& run);

// Run ids: "{type}__{moment}", as Airflow 3 writes them; with eight random characters when there is no logical date.
RunId make_run_id(RunType type, TimePoint run_after, bool has_logical_date, std::string_view random_suffix);
// At most 250 characters of [A-Za-z0-9_.~:+-], no "..".
Result<void> validate_run_id(std::string_view text);

}  // namespace gale
