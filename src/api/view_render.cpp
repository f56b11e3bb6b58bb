#include "api/view_render.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gale {

json::object render_group(const StructureGroup& group, const std::vector<StructureTask>& tasks) {
    json::array children;
    children.reserve(group.children.size());
    for (const auto& child : group.children) {
        if (const auto* task = std::get_if<size_t>(&child))
            children.push_back(json::object{{"task", tasks[*task].task_id.str()}});
        else
            children.push_back(json::object{{"group", render_group(std::get<StructureGroup>(child), tasks)}});
    }
    return {{"group_id", json::from_optional(group.group_id)},
            {"label", group.label},
            {"tooltip", json::from_optional(group.tooltip)},
            {"is_mapped", group.is_mapped},
            {"ui_color", group.ui_color},
            {"ui_fgcolor", group.ui_fgcolor},
            {"children", std::move(children)}};
}

Result<int> counted(const Call& call, std::string_view name, int fallback, int maximum) {
    const auto number = TRY(call.query_int(name));
    if (!number) return fallback;
    if (*number < 1)
        return invalid_input("query", name, "greater_than_equal", "Input should be greater than or equal to 1",
                             *call.query(name));
    return static_cast<int>(std::min<std::int64_t>(*number, maximum));
}

Result<DagRunFilter> run_filter_of(const Call& call) {
    DagRunFilter filter;
    filter.dag_id = call.dag_id();
    for (const std::string& text : call.query_all("state")) {
        const auto state = parse_dag_run_state(text);
        if (!state)
            return invalid_input("query", "state", "enum", "Input should be 'queued', 'running', 'success' or 'failed'",
                                 text);
        filter.states.push_back(*state);
    }
    for (const std::string& text : call.query_all("run_type")) {
        const auto type = parse_run_type(text);
        if (!type)
            return invalid_input("query", "run_type", "enum",
                                 "Input should be a run type, such as 'manual' or 'scheduled'", text);
        filter.run_types.push_back(*type);
    }
    return filter;
}

json::object render_run_mark(const RunBrief& run) {
    return {{"dag_run_id", run.run_id.str()},
            {"state", to_string(run.state)},
            {"run_type", to_string(run.run_type)},
            {"run_after", json::from_time(run.run_after)},
            {"start_date", json::from_time(run.start_date)},
            {"end_date", json::from_time(run.end_date)}};
}

void add_view_routes(Router& router) {
    for (const auto add :
         {add_structure_routes, add_grid_routes, add_dashboard_routes, add_history_routes, add_waiting_routes})
        add(router);
}

}  // namespace gale
