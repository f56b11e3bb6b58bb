// Why something does not go on, in sentences for people, and in parts for who says them in another language.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "model/dag_run.hpp"

namespace gale {

struct WaitingReason {
    std::string_view name;  // the rule's, as Airflow calls it; static
    std::string text;       // English, numbers and ids inside; times in ISO 8601
    std::string_view code;  // which sentence it is; static. docs/reference/gale_api.md lists them with their values
    json::object values = {};
};

struct WaitingTask {
    TaskId task_id;
    int map_index = kNotMapped;
    TaskState state = TaskState::none;
    WaitingReason reason;
};

struct RunWaiting {
    std::optional<WaitingReason> run;  // why the run as a whole stands; nullopt: something runs, or it is finished
    std::vector<WaitingTask> task_instances;  // all that have not started, in the rows' order
};

}  // namespace gale
