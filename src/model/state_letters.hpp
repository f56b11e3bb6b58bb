// States as the grid's answer writes them: one letter each (docs/reference/gale_api.md).
#pragma once

#include "model/states.hpp"

namespace gale {

inline constexpr char kNoInstanceLetter = '.';
char state_letter(TaskState state);

// What a task with several instances shows as a whole: the state that people need to see first, as in Airflow.
TaskState foremost(TaskState a, TaskState b);

}  // namespace gale
