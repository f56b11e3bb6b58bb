// Reading one task of a DAG definition. Internal to the model room.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "model/dag.hpp"

namespace gale::detail {

struct TaskSource {
    Task task;
    std::vector<std::string> downstream_task_ids;
};

// Errors name the task, the field and the value.
Result<TaskSource> read_task(const json::value& from);

// Moves `sources`, which are sorted by task id, into the dag and resolves their edges.
Result<void> link_tasks(std::vector<TaskSource> sources, Dag& dag);

// Whole numbers of at least `least` that fit an int.
Result<int> read_count(const json::object& from, std::string_view key, int fallback, int least);
Result<std::optional<int>> read_optional_count(const json::object& from, std::string_view key, int least);
// Seconds, not negative.
Result<std::optional<Duration>> read_optional_duration(const json::object& from, std::string_view key);

}  // namespace gale::detail
