// The graph's part of making a Dag: cycles and effective priorities. Internal to the model room.
#pragma once

#include "base/error.hpp"
#include "model/dag.hpp"

namespace gale::detail {

// The error's message shows the cycle's path: "a >> b >> a".
Result<void> check_no_cycle(const Dag& dag);

// Sets every task's effective_priority. Needs an acyclic graph. Memory: at most one bit a pair of tasks.
void set_effective_priorities(Dag& dag);

}  // namespace gale::detail
