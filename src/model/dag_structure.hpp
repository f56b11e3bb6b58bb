// A DAG version as people see it: its groups, edges and tasks in the order of the page's rows. A value made once of the
// canonical definition; the engine does not use it.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "model/ids.hpp"
#include "model/trigger_rule.hpp"

namespace gale {

struct StructureTask {
    TaskId task_id;
    std::string display_name;
    std::string operator_name;  // as people know it: "@task", or the class
    std::string task_type;
    TriggerRule trigger_rule = TriggerRule::all_success;
    bool is_mapped = false, is_setup = false, is_teardown = false;
    std::string owner, pool, queue;
    int retries = 0;
    std::string ui_color, ui_fgcolor;
    std::optional<std::string> doc_md;
    std::vector<size_t> downstream;  // indexes into DagStructure::tasks
};

struct StructureGroup {
    using Child = std::variant<size_t, StructureGroup>;  // a task's index, or a group
    std::optional<std::string> group_id;                 // nullopt: the root
    std::string label;
    std::optional<std::string> tooltip;
    bool is_mapped = false;  // expanded as a whole: its tasks have an instance for each of its
    std::string ui_color, ui_fgcolor;
    std::vector<Child> children;
};

struct StructureEdge {
    size_t source = 0, target = 0;  // tasks
    std::optional<std::string> label;
    bool is_setup_teardown = false;  // from a setup to its teardown
};

struct DagStructure {
    int version_number = 0;
    StructureGroup root;
    // In the order in which `root` reaches them: topological, but a group's tasks stay together. Where groups depend on
    // each other both ways no such order exists; the smallest id goes first there.
    std::vector<StructureTask> tasks;
    std::vector<StructureEdge> edges;  // by source, then target
};

// Errors: those of dag_from_json.
Result<DagStructure> make_dag_structure(const json::object& definition, int version_number);

}  // namespace gale
