// The memory that malloc keeps for later.
#pragma once

namespace gale {

// Gives pages that malloc holds but nobody uses back to the system, where that is worth the few milliseconds it takes.
// For periodic work such as a heartbeat, from any thread: a burst (a large DAG file, ten thousand tasks) must not stay
// in an idle process.
void give_back_memory();

}  // namespace gale
