// PATCH of task instances and task groups: marks and notes, and what a mark would touch.
#include <fmt/format.h>

#include <algorithm>

#include "api/render.hpp"
#include "base/check.hpp"

namespace gale {
namespace {

enum class Doing { it, only_asking };

// Members of `group_id`, those of the groups in it too. false: it is not below `group`.
bool collect_group(const json::object& group, std::string_view group_id, bool inside, std::vector<TaskId>& tasks) {
    bool found = inside;
    const auto* children = json::find_array(group, "children");
    if (children == nullptr) return found;
    for (const auto& child : *children) {
        if (!child.is_object()) continue;
        if (const auto* below = json::find_object(child.get_object(), "group")) {
            const bool is_it = text_or(*below, "group_id", "") == group_id;
            found |= collect_group(*below, group_id, inside || is_it, tasks);
        } else if (inside) {
            tasks.emplace_back(text_or(child.get_object(), "task", ""));
        }
    }
    return found;
}

bool can_be_marked(TaskState state) {
    return state == TaskState::success || state == TaskState::failed || state == TaskState::skipped;
}

struct Patch {
    std::optional<TaskState> state;
    bool has_note = false;
    std::optional<std::string> note;
    Reach reach;
};

Result<Patch> patch_of(const Call& call) {
    const auto body = TRY(call.body());
    const auto masks = call.query_all("update_mask");
    const auto wanted = [&](std::string_view name) {
        return body.contains(name) && (masks.empty() || std::ranges::find(masks, name) != masks.end());
    };
    Patch patch;
    if (wanted("new_state") && !body.at("new_state").is_null()) {
        patch.state = parse_task_state(std::string_view(body.at("new_state").as_string()));
        CHECK(patch.state.has_value());
        if (!can_be_marked(*patch.state)) {
            return invalid_input(
                "body", "new_state", "value_error",
                fmt::format("'{}' is not a valid state; use 'success', 'failed' or 'skipped'", to_string(*patch.state)),
                to_string(*patch.state));
        }
    }
    patch.has_note = wanted("note");
    if (patch.has_note) patch.note = TRY(json::get_optional_string(body, "note"));
    if (!patch.state && !patch.has_note) {
        return invalid_input("body", "", "value_error", "Give new_state or note; update_mask may leave out neither",
                             body);
    }
    patch.reach.include_upstream = TRY(json::get_bool_or(body, "include_upstream", false));
    patch.reach.include_downstream = TRY(json::get_bool_or(body, "include_downstream", false));
    patch.reach.include_past = TRY(json::get_bool_or(body, "include_past", false));
    patch.reach.include_future = TRY(json::get_bool_or(body, "include_future", false));
    return patch;
}

Result<HttpResponse> answer(Api& api, const std::vector<TaskInstance>& instances) {
    RenderContext context(api);
    auto rendered = TRY(render_all(instances, context));
    return json_response(json::object{{"task_instances", std::move(rendered)}, {"total_entries", instances.size()}});
}

// The instances that the request itself names, without those that it reaches.
Result<std::vector<TaskInstanceKey>> named(Api& api, const MarkRequest& request) {
    std::vector<TaskInstanceKey> keys;
    for (const auto& [task_id, map_index] : request.task_instances)
        keys.push_back({request.dag_id, *request.run_id, task_id, map_index});
    if (request.task_ids.empty()) return keys;
    TaskInstanceFilter filter;
    filter.dag_id = request.dag_id;
    filter.run_id = request.run_id;
    for (const TaskId& task : request.task_ids) filter.task_ids.push_back(task.str());
    const auto found = TRY(api.store().list_task_instances(filter, Page{-1, 0, {}}));
    for (const auto& one : found.items) keys.push_back({one.dag_id, one.run_id, one.task_id, one.map_index});
    return keys;
}

Result<HttpResponse> apply(Api& api, Call& call, MarkRequest request, Doing doing) {
    auto patch = TRY(patch_of(call));
    if (!patch.state) {
        const auto keys = TRY(named(api, request));
        if (doing == Doing::only_asking) return answer(api, {});
        const auto noted = TRY(api.services().runs.set_task_notes(keys, patch.note, call.actor()));
        return answer(api, noted);
    }
    request.state = *patch.state;
    static_cast<Reach&>(request) = patch.reach;
    request.dry_run = doing == Doing::only_asking;
    auto marked = api.services().runs.mark(request, call.actor());
    if (!marked) return std::unexpected(std::move(marked).error());
    if (request.dry_run) return answer(api, *marked);
    if (marked->empty() && !patch.has_note) {
        return fail(ErrorCode::conflict,
                    fmt::format("all of it is in the state '{}' already", to_string(request.state)));
    }
    if (!patch.has_note) return answer(api, *marked);
    const auto keys = TRY(named(api, request));
    const auto noted = TRY(api.services().runs.set_task_notes(keys, patch.note, call.actor()));
    return answer(api, marked->empty() ? noted : *marked);
}

MarkRequest run_of(const Call& call) {
    MarkRequest request;
    request.dag_id = call.dag_id();
    request.run_id = call.run_id();
    return request;
}

// Without ?map_index: every instance of the task.
Result<MarkRequest> task_of(const Call& call) {
    auto request = run_of(call);
    if (const auto map_index = TRY(call.query_int("map_index"))) {
        request.task_instances = {{call.task_id(), static_cast<int>(*map_index)}};
    } else {
        request.task_ids = {call.task_id()};
    }
    return request;
}

Result<MarkRequest> mapped_of(const Call& call) {
    auto request = run_of(call);
    request.task_instances = {{call.task_id(), static_cast<int>(TRY(call.path_int("map_index", kNotMapped)))}};
    return request;
}

Result<MarkRequest> group_of(Api& api, const Call& call) {
    auto request = run_of(call);
    const auto run = TRY(api.store().get_dag_run(request.dag_id, *request.run_id));
    const auto version = TRY(api.store().get_dag_version(run.dag_version));
    request.task_ids = group_tasks(version.definition, call.path("group_id"));
    if (!request.task_ids.empty()) return request;
    return fail(ErrorCode::not_found, fmt::format("Task group '{}' was not found in DAG '{}', or has no tasks",
                                                  call.path("group_id"), call.path("dag_id")));
}

Result<HttpResponse> patch_task(Api& api, Call& call) {
    const auto request = TRY(task_of(call));
    return apply(api, call, request, Doing::it);
}
Result<HttpResponse> ask_task(Api& api, Call& call) {
    const auto request = TRY(task_of(call));
    return apply(api, call, request, Doing::only_asking);
}
Result<HttpResponse> patch_mapped(Api& api, Call& call) {
    const auto request = TRY(mapped_of(call));
    return apply(api, call, request, Doing::it);
}
Result<HttpResponse> ask_mapped(Api& api, Call& call) {
    const auto request = TRY(mapped_of(call));
    return apply(api, call, request, Doing::only_asking);
}
Result<HttpResponse> patch_group(Api& api, Call& call) {
    const auto request = TRY(group_of(api, call));
    return apply(api, call, request, Doing::it);
}
Result<HttpResponse> ask_group(Api& api, Call& call) {
    const auto request = TRY(group_of(api, call));
    return apply(api, call, request, Doing::only_asking);
}

}  // namespace

std::vector<TaskId> group_tasks(const json::object& definition, std::string_view group_id) {
    std::vector<TaskId> tasks;
    if (const auto* root = json::find_object(definition, "task_group")) collect_group(*root, group_id, false, tasks);
    return tasks;
}

void add_task_mark_routes(Router& router) {
    using namespace schema;
    const auto flag = boolean();
    router.define("PatchTaskInstanceBody",
                  object({optional("new_state", nullable(ref("TaskInstanceState"))),
                          optional("note", nullable(at_most_long(1000, text()))), optional("include_upstream", flag),
                          optional("include_downstream", flag), optional("include_future", flag),
                          optional("include_past", flag)}));
    const QueryParameter mask = many("update_mask", one_of({"new_state", "note"}));
    const QueryParameter map_index{"map_index", integer(), "Every instance of the task without it."};
    const auto add = [&](std::string_view path, RouteHandler handler, std::string_view id, std::string_view summary,
                         std::vector<QueryParameter> query) {
        router.add({"PATCH",
                    path,
                    Role::user,
                    handler,
                    {.id = id,
                     .tag = "Task Instance",
                     .summary = summary,
                     .query = std::move(query),
                     .body = "PatchTaskInstanceBody",
                     .answer = "TaskInstanceCollectionResponse"}});
    };
    add("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}", patch_task, "patch_task_instance",
        "Patch Task Instance", {map_index, mask});
    add("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/dry_run", ask_task,
        "patch_task_instance_dry_run", "Patch Task Instance Dry Run", {map_index, mask});
    add("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}", patch_mapped,
        "patch_task_instance_by_map_index", "Patch Task Instance By Map Index", {mask});
    add("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}/dry_run", ask_mapped,
        "patch_task_instance_dry_run_by_map_index", "Patch Task Instance Dry Run By Map Index", {mask});
    add("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskGroupInstances/{group_id}", patch_group,
        "patch_task_group_instances", "Patch Task Group Instances", {mask});
    add("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskGroupInstances/{group_id}/dry_run", ask_group,
        "patch_task_group_instances_dry_run", "Patch Task Group Instances Dry Run", {mask});
}

}  // namespace gale
