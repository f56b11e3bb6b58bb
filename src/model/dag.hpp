// A DAG as the engine sees it: a value, immutable once made, shared between threads.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/json.hpp"
#include "model/ids.hpp"
#include "model/mapping.hpp"
#include "model/retry.hpp"
#include "model/timetable.hpp"
#include "model/trigger_rule.hpp"

namespace gale {

enum class WeightRule { downstream, upstream, absolute };
enum class NativeKind { none, empty, bash, docker };

struct NativeOperator {
    NativeKind kind = NativeKind::none;
    bool needs_render = false;
    json::object fields;
};

struct Task {
    TaskId task_id;
    std::string task_type, module;
    std::optional<std::string> operator_name, display_name, doc_md;
    std::string owner;
    std::vector<size_t> upstream, downstream;  // indexes into Dag::tasks, sorted
    TriggerRule trigger_rule = TriggerRule::all_success;
    bool depends_on_past = false, wait_for_downstream = false, ignore_first_depends_on_past = false;
    RetryPolicy retry;
    std::optional<Duration> execution_timeout;
    std::string queue;
    PoolName pool;
    int pool_slots = 1;
    int priority_weight = 1;  // as written
    WeightRule weight_rule = WeightRule::downstream;
    int effective_priority = 1;  // by weight_rule, within int32
    std::optional<TimePoint> start_date, end_date;
    bool do_xcom_push = true;
    bool is_setup = false, is_teardown = false, on_failure_fail_dagrun = false;
    bool can_skip_downstream = false;
    std::optional<int> max_active_tis_per_dag, max_active_tis_per_dagrun;
    std::optional<Mapping> mapped;
    NativeOperator native;
};

struct Dag {
    DagId dag_id;
    std::optional<std::string> display_name, description, doc_md;
    std::string timezone;
    ScheduleBounds bounds;
    json::object schedule;
    std::optional<int> max_active_tasks, max_active_runs;  // nullopt: the configuration's
    int max_consecutive_failed_dag_runs = 0;
    std::optional<Duration> dagrun_timeout;
    bool fail_fast = false;
    std::optional<bool> is_paused_upon_creation;
    std::vector<std::string> tags;
    std::vector<std::string> owners;  // of its tasks, sorted, unique
    std::vector<Task> tasks;          // sorted by task_id
    json::object definition;          // the whole canonical JSON, for the API and the worker

    const Task* find_task(const TaskId& task_id) const;
    std::optional<size_t> index_of(const TaskId& task_id) const;
    // Tasks in an order in which each comes after its upstream; ties by task id.
    std::vector<size_t> topological_order() const;
    std::unordered_map<TaskId, size_t> task_index;
};

// Errors name the dag, the task, the field and the value. Checks ids, edges, cycles, trigger rules, ranges.
Result<Dag> dag_from_json(const json::object& definition);

// Ids are at most 250 characters of [A-Za-z0-9_.-] (and '~', ':', '+' in run ids).
Result<void> validate_dag_id(std::string_view text);
Result<void> validate_task_id(std::string_view text);

}  // namespace gale
