// Why something does not go on, in sentences for people.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/dag_run.hpp"

namespace gale {

struct WaitingReason {
    std::string_view name;  // the rule's, as Airflow calls it; static
    std::string text;       // numbers and ids inside; times in ISO 8601
};

struct WaitingTask {
    TaskId task_id;
    int map_index = kNotMapped;
    TaskState state = TaskState::none;
    WaitingReason reason;
};

struct RunWaiting {
    std::optional<std::string> run;  // why the run as a whole stands; nullopt: something runs, or it is finished
    std::vector<WaitingTask> task_instances;  // all that have not started, in the rows' order
};

}  // namespace gale
