// Takes in what the Python half made of a file: validates it, gives each DAG its canonical form and hash.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "catalog/dag_files.hpp"
#include "model/timetable.hpp"
#include "store/catalog_store.hpp"

namespace gale {

struct IntakeDefaults {
    int max_active_tasks = 16, max_active_runs = 16;
    bool paused_at_creation = true;
    ScheduleDefaults schedule;
};

// Never fails: what is wrong with the file becomes its import error, in words for its author.
// `parsed` is one parsed file (docs/reference/dag_definition.md) or why there is none.
ParsedFile take_in(const DagFile& file, std::string source_code, const Result<json::object>& parsed,
                   TimePoint parsed_at, Duration took, const IntakeDefaults& defaults);

}  // namespace gale
