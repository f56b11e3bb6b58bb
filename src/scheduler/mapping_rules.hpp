// Dynamic task mapping within one run: which upstream instances count for a mapped one, and what the sources of a
// mapping say (contract, 5.4 MappedTaskUpstreamDep and 5.11).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "scheduler/state.hpp"

namespace gale {

// The instances of task `up` that instance `i` depends on: [first, second). Inside one mapped task group those of the
// same map index, else all.
std::pair<size_t, size_t> relevant_upstream(const RunIndex& run, size_t i, size_t up);

bool has_unstarted(const RunIndex& run, const std::vector<TaskState>& states, size_t task);

struct MapState {
    enum class Kind {
        wait,     // a source is not finished
        unknown,  // the sources are finished, and their lengths are to be read from the database
        force,    // it can never be mapped
        known,    // `length`, at least 1
    };
    Kind kind = Kind::wait;
    int length = 0;
    TaskState forced = TaskState::none;
    std::string reason;  // of a forced state
};

// For a task that is mapped. `states` are the run's, possibly newer than the index's.
MapState map_state(const RunIndex& run, const std::vector<TaskState>& states, size_t task);

// Sources whose lengths a decision may need now and that the index does not know: of tasks that have instances left to
// start, and whose sources are finished.
std::vector<MapSource> unknown_lengths(const RunIndex& run);

// So that the instances of `task` are 0 to `length` - 1; nullopt: they are already, or more.
std::optional<TaskExpansion> expansion_of(const RunIndex& run, size_t task, int length);

}  // namespace gale
