// XComs of a task instance.
#include <fmt/format.h>

#include <algorithm>

#include "api/render.hpp"

namespace gale {
namespace {

Result<TaskInstanceKey> key_of(const Call& call) {
    const auto map_index = TRY(call.query_int("map_index"));
    return TaskInstanceKey{call.dag_id(), call.run_id(), call.task_id(),
                           static_cast<int>(map_index.value_or(kNotMapped))};
}

Result<json::object> render_xcom(Api& api, const XCom& xcom) {
    RenderContext context(api);
    const auto instance = TRY(api.store().get_task_instance(xcom.task_instance));
    const auto whole = TRY(render(instance, context));
    json::object body{
        {"key", xcom.key}, {"timestamp", json::from_time(xcom.timestamp)}, {"run_id", instance.run_id.str()}};
    for (const char* name :
         {"logical_date", "map_index", "task_id", "dag_id", "dag_display_name", "task_display_name", "run_after"}) {
        body[name] = whole.at(name);
    }
    return body;
}

Result<HttpResponse> list_xcoms(Api& api, Call& call) {
    const auto key = TRY(key_of(call));
    const auto page = TRY(call.page());
    TRY(api.store().get_task_instance(key));
    auto xcoms = TRY(api.store().list_xcoms(key));
    const auto wanted = call.query("xcom_key");
    std::erase_if(xcoms, [&](const XCom& xcom) { return wanted && xcom.key != *wanted; });
    json::array entries;
    const size_t first = std::min(static_cast<size_t>(page.offset), xcoms.size());
    const size_t last = std::min(first + static_cast<size_t>(page.limit), xcoms.size());
    for (size_t i = first; i < last; ++i) entries.push_back(TRY(render_xcom(api, xcoms[i])));
    return json_response(json::object{{"xcom_entries", std::move(entries)}, {"total_entries", xcoms.size()}});
}

Result<HttpResponse> get_xcom(Api& api, Call& call) {
    const auto key = TRY(key_of(call));
    const bool stringify = TRY(call.query_bool("stringify")).value_or(false);
    const auto xcom = TRY(api.store().get_xcom(key, call.path("xcom_key"), false));
    auto body = TRY(render_xcom(api, xcom));
    body["value"] = stringify && !xcom.value.is_string() ? json::value(json::serialize(xcom.value)) : xcom.value;
    return json_response(body);
}

Result<HttpResponse> written(Api& api, const XCom& xcom, int status) {
    auto body = TRY(render_xcom(api, xcom));
    body["value"] = xcom.value;
    return json_response(body, status);
}

Result<XCom> xcom_of(const Call& call, const json::object& body, std::string key) {
    XCom xcom;
    const auto map_index = TRY(json::get_int_or(body, "map_index", kNotMapped));
    xcom.task_instance = {call.dag_id(), call.run_id(), call.task_id(), static_cast<int>(map_index)};
    xcom.key = std::move(key);
    xcom.value = body.at("value");
    return xcom;
}

Result<HttpResponse> post_xcom(Api& api, Call& call) {
    const auto body = TRY(call.body());
    auto xcom = TRY(xcom_of(call, body, TRY(json::get_string(body, "key"))));
    xcom = TRY(api.services().runs.write_xcom(std::move(xcom), RunService::XComWrite::create, call.actor()));
    return written(api, xcom, 201);
}

Result<HttpResponse> patch_xcom(Api& api, Call& call) {
    const auto body = TRY(call.body());
    auto xcom = TRY(xcom_of(call, body, call.path("xcom_key")));
    xcom = TRY(api.services().runs.write_xcom(std::move(xcom), RunService::XComWrite::replace, call.actor()));
    return written(api, xcom, 200);
}

Result<HttpResponse> delete_xcom(Api& api, Call& call) {
    const auto key = TRY(key_of(call));
    TRY(api.services().runs.delete_xcom(key, call.path("xcom_key"), call.actor()));
    return HttpResponse{204, "", "", {}};
}

json::object xcom_schema() {
    using namespace schema;
    return object({{"key", text()},
                   {"timestamp", date_time()},
                   {"logical_date", nullable(date_time())},
                   {"map_index", integer()},
                   {"task_id", text()},
                   {"dag_id", text()},
                   {"run_id", text()},
                   {"dag_display_name", text()},
                   {"task_display_name", text()},
                   {"run_after", date_time()}});
}

}  // namespace

void add_xcom_routes(Router& router) {
    using namespace schema;
    router.define("XComResponse", xcom_schema());
    router.define("XComResponseNative", extended(xcom_schema(), {{"value", any()}}));
    router.define("XComCollectionResponse", collection("xcom_entries", "XComResponse"));
    router.add({"GET",
                "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/xcomEntries",
                Role::viewer,
                list_xcoms,
                {.id = "get_xcom_entries",
                 .tag = "XCom",
                 .summary = "Get Xcom Entries",
                 .query = paging({{"xcom_key"}, {"map_index", integer()}}),
                 .answer = "XComCollectionResponse"}});
    router.add({"GET",
                "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/xcomEntries/{xcom_key:path}",
                Role::viewer,
                get_xcom,
                {.id = "get_xcom_entry",
                 .tag = "XCom",
                 .summary = "Get Xcom Entry",
                 .query = {{"map_index", integer()}, {"stringify", boolean()}},
                 .answer = "XComResponseNative"}});
    router.define("XComCreateBody",
                  object({{"key", text()}, {"value", any()}, optional("map_index", at_least(-1, integer()))}));
    router.define("XComUpdateBody", object({{"value", any()}, optional("map_index", at_least(-1, integer()))}));
    router.add({"POST",
                "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/xcomEntries",
                Role::user,
                post_xcom,
                {.id = "create_xcom_entry",
                 .tag = "XCom",
                 .summary = "Create Xcom Entry",
                 .body = "XComCreateBody",
                 .answer = "XComResponseNative",
                 .status = 201}});
    router.add({"PATCH",
                "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/xcomEntries/{xcom_key:path}",
                Role::user,
                patch_xcom,
                {.id = "update_xcom_entry",
                 .tag = "XCom",
                 .summary = "Update Xcom Entry",
                 .body = "XComUpdateBody",
                 .answer = "XComResponseNative"}});
    router.add({"DELETE",
                "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/xcomEntries/{xcom_key:path}",
                Role::user,
                delete_xcom,
                {.id = "delete_xcom_entry",
                 .tag = "XCom",
                 .summary = "Delete Xcom Entry",
                 .query = {{"map_index", integer()}},
                 .status = 204}});
}

}  // namespace gale
