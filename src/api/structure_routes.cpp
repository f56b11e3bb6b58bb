// A DAG version's structure: groups, edges, tasks.
#include "api/view_render.hpp"

namespace gale {
namespace {

json::object render(const StructureTask& task, const std::vector<StructureTask>& tasks) {
    json::array downstream;
    for (const size_t below : task.downstream) downstream.emplace_back(tasks[below].task_id.str());
    return {{"display_name", task.display_name},
            {"operator_name", task.operator_name},
            {"task_type", task.task_type},
            {"trigger_rule", to_string(task.trigger_rule)},
            {"is_mapped", task.is_mapped},
            {"is_setup", task.is_setup},
            {"is_teardown", task.is_teardown},
            {"owner", task.owner},
            {"pool", task.pool},
            {"queue", task.queue},
            {"retries", task.retries},
            {"ui_color", task.ui_color},
            {"ui_fgcolor", task.ui_fgcolor},
            {"doc_md", json::from_optional(task.doc_md)},
            {"downstream_task_ids", std::move(downstream)}};
}

Result<HttpResponse> get_structure(Api& api, Call& call) {
    std::optional<int> number;
    if (call.query("version_number")) number = TRY(counted(call, "version_number", 1, 1'000'000'000));
    const auto structure = TRY(api.services().views.structure(call.dag_id(), number));
    json::array edges;
    edges.reserve(structure->edges.size());
    for (const StructureEdge& edge : structure->edges) {
        edges.push_back(json::object{{"source", structure->tasks[edge.source].task_id.str()},
                                     {"target", structure->tasks[edge.target].task_id.str()},
                                     {"label", json::from_optional(edge.label)},
                                     {"is_setup_teardown", edge.is_setup_teardown}});
    }
    json::object tasks;
    for (const StructureTask& task : structure->tasks) tasks[task.task_id.str()] = render(task, structure->tasks);
    return json_response(json::object{{"version_number", structure->version_number},
                                      {"root", render_group(structure->root, structure->tasks)},
                                      {"edges", std::move(edges)},
                                      {"tasks", std::move(tasks)}});
}

}  // namespace

void add_structure_routes(Router& router) {
    using namespace schema;
    const json::object child{{"anyOf", json::array{object({{"task", described(text(), "Its task_id.")}}),
                                                   object({{"group", ref("StructureGroup")}})}}};
    router.define("StructureGroup", object({{"group_id", described(nullable(text()), "null: the root.")},
                                            {"label", text()},
                                            {"tooltip", nullable(text())},
                                            {"is_mapped", boolean()},
                                            {"ui_color", text()},
                                            {"ui_fgcolor", text()},
                                            {"children", array(child)}}));
    router.define("StructureTask", object({{"display_name", text()},
                                           {"operator_name", text()},
                                           {"task_type", text()},
                                           {"trigger_rule", text()},
                                           {"is_mapped", boolean()},
                                           {"is_setup", boolean()},
                                           {"is_teardown", boolean()},
                                           {"owner", text()},
                                           {"pool", text()},
                                           {"queue", text()},
                                           {"retries", integer()},
                                           {"ui_color", text()},
                                           {"ui_fgcolor", text()},
                                           {"doc_md", nullable(text())},
                                           {"downstream_task_ids", array(text())}}));
    router.define("Structure", object({{"version_number", integer()},
                                       {"root", ref("StructureGroup")},
                                       {"edges", array(object({{"source", text()},
                                                               {"target", text()},
                                                               {"label", nullable(text())},
                                                               {"is_setup_teardown", boolean()}}))},
                                       {"tasks", map(ref("StructureTask"))}}));
    router.add({"GET",
                "/gale/dags/{dag_id}/structure",
                Role::viewer,
                get_structure,
                {.id = "get_structure",
                 .tag = "Gale",
                 .summary = "Groups, edges and tasks of a DAG version",
                 .query = {{"version_number", integer(), "The newest version without it."}},
                 .answer = "Structure"}});
}

}  // namespace gale
