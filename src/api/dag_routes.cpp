// DAGs: list, show, pause, delete.
#include "api/filters.hpp"
#include "api/render.hpp"

namespace gale {
namespace {

json::object render_page(const PageOf<DagRow>& found) {
    json::array dags;
    for (const DagRow& row : found.items) dags.push_back(render(row));
    return {{"dags", std::move(dags)}, {"total_entries", found.total}};
}

Result<HttpResponse> list_dags(Api& api, Call& call) {
    const auto filter = TRY(dag_filter_of(call));
    const auto page = TRY(call.page());
    return json_response(render_page(TRY(api.store().list_dags(filter, page))));
}

Result<HttpResponse> get_dag(Api& api, Call& call) {
    return json_response(render(TRY(api.store().get_dag(call.dag_id()))));
}

json::object render_param(const json::object& declared) {
    const auto* schema = json::find_object(declared, "schema");
    return {{"value", member_or_null(declared, "value")},
            {"schema", schema == nullptr ? json::object() : *schema},
            {"description", member_or_null(declared, "description")},
            {"source", "dag"}};
}

// In the order of the DAG file. A definition that an older version stored has no order.
json::object param_values(const json::object& definition) {
    json::object params;
    const auto* declared = json::find_object(definition, "params");
    if (declared == nullptr) return params;
    const auto render_one = [&](std::string_view name) {
        const auto* param = json::find_object(*declared, name);
        if (param != nullptr && !params.contains(name)) params[name] = render_param(*param);
    };
    if (const auto* order = json::find_array(definition, "params_order")) {
        for (const auto& name : *order) {
            if (name.is_string()) render_one(name.get_string());
        }
    }
    for (const auto& param : *declared) render_one(param.key());
    return params;
}

Result<HttpResponse> get_dag_details(Api& api, Call& call) {
    const auto row = TRY(api.store().get_dag(call.dag_id()));
    const auto version = TRY(api.store().latest_dag_version(row.dag_id));
    DagRunFilter active;
    active.dag_id = row.dag_id;
    active.states = {DagRunState::running};
    const auto running = TRY(api.store().list_dag_runs(active, Page{.limit = 0, .offset = 0, .order_by = {}}));
    const json::object& definition = version.definition;
    const auto timeout = TRY(json::get_optional_double(definition, "dagrun_timeout"));
    json::object body = render(row);
    body["catchup"] = TRY(json::get_bool_or(definition, "catchup", false));
    body["dag_run_timeout"] = timeout ? json::value(iso_duration(from_seconds(*timeout))) : json::value(nullptr);
    body["asset_expression"] = nullptr;
    body["doc_md"] = member_or_null(definition, "doc_md");
    body["start_date"] = json::from_time(TRY(json::get_optional_time(definition, "start_date")));
    body["end_date"] = json::from_time(TRY(json::get_optional_time(definition, "end_date")));
    body["is_paused_upon_creation"] = member_or_null(definition, "is_paused_upon_creation");
    body["params"] = param_values(definition);
    body["render_template_as_native_obj"] = TRY(json::get_bool_or(definition, "render_template_as_native_obj", false));
    body["template_search_path"] = nullptr;
    body["timezone"] = text_or(definition, "timezone", "UTC");
    body["last_parsed"] = json::from_time(row.last_parsed_time);
    body["default_args"] = nullptr;
    body["rerun_with_latest_version"] = nullptr;
    body["owner_links"] = member_or_null(definition, "owner_links");
    body["is_favorite"] = TRY(api.store().favorites_among(call.actor().name, {row.dag_id})).contains(row.dag_id);
    body["active_runs_count"] = running.total;
    body["concurrency"] = row.max_active_tasks;
    const auto info = TRY(api.version_info(version.key));
    body["latest_dag_version"] = render(*info);
    return json_response(body);
}

Result<bool> paused_wanted(const Call& call) {
    for (const std::string& masks : call.query_all("update_mask")) {
        if (masks != "is_paused") {
            return fail(ErrorCode::invalid_argument, "Only `is_paused` field can be updated through the REST API");
        }
    }
    const auto body = TRY(call.body());
    return body.at("is_paused").as_bool();
}

Result<HttpResponse> patch_dag(Api& api, Call& call) {
    const bool paused = TRY(paused_wanted(call));
    return json_response(render(TRY(api.services().dags.set_paused(call.dag_id(), paused, call.actor()))));
}

Result<HttpResponse> patch_dags(Api& api, Call& call) {
    const bool paused = TRY(paused_wanted(call));
    const auto filter = TRY(dag_filter_of(call));
    const auto page = TRY(call.page());
    auto found = TRY(api.store().list_dags(filter, page));
    for (DagRow& row : found.items) row = TRY(api.services().dags.set_paused(row.dag_id, paused, call.actor()));
    return json_response(render_page(found));
}

Result<HttpResponse> favorite_dag(Api& api, Call& call) {
    TRY(api.services().dags.set_favorite(call.dag_id(), true, call.actor()));
    return HttpResponse{204, "", "", {}};
}

Result<HttpResponse> unfavorite_dag(Api& api, Call& call) {
    TRY(api.services().dags.set_favorite(call.dag_id(), false, call.actor()));
    return HttpResponse{204, "", "", {}};
}

Result<HttpResponse> delete_dag(Api& api, Call& call) {
    TRY(api.services().dags.remove(call.dag_id(), call.actor()));
    return HttpResponse{204, "", "", {}};
}

}  // namespace

void add_dag_routes(Router& router) {
    const auto mask = many("update_mask");
    router.define("DAGPatchBody", schema::object({{"is_paused", schema::boolean()}}));
    router.add({"GET",
                "/api/v2/dags",
                Role::viewer,
                list_dags,
                {.id = "get_dags",
                 .tag = "DAG",
                 .summary = "Get Dags",
                 .query = paging(dag_filter_parameters()),
                 .answer = "DAGCollectionResponse"}});
    router.add({"PATCH",
                "/api/v2/dags",
                Role::user,
                patch_dags,
                {.id = "patch_dags",
                 .tag = "DAG",
                 .summary = "Patch Dags",
                 .query = joined({paging(dag_filter_parameters()), {mask}}),
                 .body = "DAGPatchBody",
                 .answer = "DAGCollectionResponse"}});
    router.add({"GET",
                "/api/v2/dags/{dag_id}",
                Role::viewer,
                get_dag,
                {.id = "get_dag", .tag = "DAG", .summary = "Get Dag", .answer = "DAGResponse"}});
    router.add({"PATCH",
                "/api/v2/dags/{dag_id}",
                Role::user,
                patch_dag,
                {.id = "patch_dag",
                 .tag = "DAG",
                 .summary = "Patch Dag",
                 .query = {mask},
                 .body = "DAGPatchBody",
                 .answer = "DAGResponse"}});
    router.add({"POST",
                "/api/v2/dags/{dag_id}/favorite",
                Role::viewer,
                favorite_dag,
                {.id = "favorite_dag", .tag = "DAG", .summary = "Favorite Dag", .status = 204}});
    router.add({"POST",
                "/api/v2/dags/{dag_id}/unfavorite",
                Role::viewer,
                unfavorite_dag,
                {.id = "unfavorite_dag", .tag = "DAG", .summary = "Unfavorite Dag", .status = 204}});
    router.add({"DELETE",
                "/api/v2/dags/{dag_id}",
                Role::user,
                delete_dag,
                {.id = "delete_dag", .tag = "DAG", .summary = "Delete Dag", .status = 204}});
    router.add({"GET",
                "/api/v2/dags/{dag_id}/details",
                Role::viewer,
                get_dag_details,
                {.id = "get_dag_details", .tag = "DAG", .summary = "Get Dag Details", .answer = "DAGDetailsResponse"}});
}

}  // namespace gale
