// Dag runs: list, show, trigger, mark, wait for, delete.
#include <fmt/format.h>

#include <algorithm>

#include "api/filters.hpp"
#include "api/render.hpp"
#include "base/check.hpp"

namespace gale {
namespace {

Result<HttpResponse> runs_found(Api& api, const DagRunFilter& filter, const Page& page) {
    const auto found = TRY(api.store().list_dag_runs(filter, page));
    RenderContext context(api);
    json::array runs;
    for (const DagRun& run : found.items) runs.push_back(TRY(render(run, context)));
    return json_response(json::object{{"dag_runs", std::move(runs)}, {"total_entries", found.total}});
}

Result<HttpResponse> list_runs(Api& api, Call& call) {
    const auto filter = TRY(dag_run_filter_of(call));
    const auto page = TRY(call.page());
    if (filter.dag_id) TRY(api.store().get_dag(*filter.dag_id));
    return runs_found(api, filter, page);
}

Result<HttpResponse> list_runs_by_body(Api& api, Call& call) {
    if (call.path("dag_id") != "~") {
        return fail(ErrorCode::invalid_argument,
                    "only the form POST /api/v2/dags/~/dagRuns/list is allowed; name the DAGs in dag_ids");
    }
    const auto body = TRY(call.body());
    const auto filter = TRY(dag_run_filter_of(body));
    const auto page = TRY(batch_page_of(body));
    return runs_found(api, filter, page);
}

Result<HttpResponse> rendered(Api& api, const DagRun& run) {
    RenderContext context(api);
    return json_response(TRY(render(run, context)));
}

Result<HttpResponse> get_run(Api& api, Call& call) {
    const auto run = TRY(api.store().get_dag_run(call.dag_id(), call.run_id()));
    return rendered(api, run);
}

template <class T>
Result<T> of_body(Result<T> read, std::string_view name) {
    if (read) return read;
    return std::unexpected(in_body(std::move(read).error(), name));
}

Result<std::optional<DataInterval>> interval_of(const json::object& body) {
    const auto start = TRY(of_body(json::get_optional_time(body, "data_interval_start"), "data_interval_start"));
    const auto end = TRY(of_body(json::get_optional_time(body, "data_interval_end"), "data_interval_end"));
    if (start.has_value() != end.has_value()) {
        return invalid_input(
            "body", "", "value_error",
            "Either both data_interval_start and data_interval_end must be provided or both must be None", body);
    }
    if (!start) return std::nullopt;
    return DataInterval{*start, *end};
}

Result<TriggerRequest> trigger_of(const Call& call) {
    const auto body = TRY(call.body());
    TriggerRequest request;
    request.dag_id = call.dag_id();
    request.logical_date = TRY(of_body(json::get_optional_time(body, "logical_date"), "logical_date"));
    if (const auto run_id = TRY(of_body(json::get_optional_string(body, "dag_run_id"), "dag_run_id")))
        request.run_id = RunId(*run_id);
    request.run_after = TRY(of_body(json::get_optional_time(body, "run_after"), "run_after"));
    request.data_interval = TRY(interval_of(body));
    request.note = TRY(of_body(json::get_optional_string(body, "note"), "note"));
    if (const auto* conf = json::find_object(body, "conf")) request.conf = *conf;
    if (const auto* key = body.if_contains("partition_key"); key != nullptr && !key->is_null()) {
        return fail(ErrorCode::invalid_argument,
                    fmt::format("Dag '{}' is not partitioned, so it takes no partition_key", request.dag_id.str()));
    }
    return request;
}

Result<HttpResponse> trigger(Api& api, Call& call) {
    const auto request = TRY(trigger_of(call));
    auto run = api.services().runs.trigger(request, call.actor());
    // Import errors are a 400 in Airflow, not a conflict.
    if (!run && run.error().code() == ErrorCode::conflict)
        return std::unexpected(with_status(std::move(run).error(), 400));
    if (!run) return std::unexpected(std::move(run).error());
    return rendered(api, *run);
}

Result<HttpResponse> patch_run(Api& api, Call& call) {
    const auto body = TRY(call.body());
    const auto masks = call.query_all("update_mask");
    const auto wanted = [&](const char* name) {
        return body.contains(name) && (masks.empty() || std::ranges::find(masks, name) != masks.end());
    };
    auto run = TRY(api.store().get_dag_run(call.dag_id(), call.run_id()));
    if (wanted("state") && !body.at("state").is_null()) {
        const auto state = parse_dag_run_state(std::string_view(body.at("state").as_string()));
        CHECK(state.has_value());
        run = TRY(api.services().runs.set_run_state(call.dag_id(), call.run_id(), *state, call.actor()));
    }
    if (wanted("note")) {
        auto note = TRY(of_body(json::get_optional_string(body, "note"), "note"));
        run = TRY(
            of_body(api.services().runs.set_note(call.dag_id(), call.run_id(), std::move(note), call.actor()), "note"));
    }
    return rendered(api, run);
}

Result<HttpResponse> delete_run(Api& api, Call& call) {
    TRY(api.services().runs.delete_run(call.dag_id(), call.run_id(), call.actor()));
    return HttpResponse{204, "", "", {}};
}

void define_bodies(Router& router) {
    using namespace schema;
    const auto time = nullable(date_time());
    const auto note = nullable(at_most_long(1000, text()));
    router.define("TriggerDAGRunPostBody", object({optional("dag_run_id", nullable(text())),
                                                   optional("data_interval_start", time),
                                                   optional("data_interval_end", time),
                                                   {"logical_date", time},
                                                   optional("run_after", time),
                                                   optional("conf", nullable(map(any()))),
                                                   optional("note", note),
                                                   optional("partition_key", nullable(text()))}));
    router.define("DAGRunsBatchBody", dag_runs_batch_schema());
    router.define("DAGRunPatchBody",
                  object({optional("state", nullable(ref("DagRunMutableStates"))), optional("note", note)}));
}

}  // namespace

void add_dag_run_routes(Router& router) {
    define_bodies(router);
    router.add({"GET",
                "/api/v2/dags/{dag_id}/dagRuns",
                Role::viewer,
                list_runs,
                {.id = "get_dag_runs",
                 .tag = "DagRun",
                 .summary = "Get Dag Runs",
                 .query = paging(dag_run_filter_parameters()),
                 .answer = "DAGRunCollectionResponse"}});
    router.add({"POST",
                "/api/v2/dags/{dag_id}/dagRuns/list",
                Role::viewer,
                list_runs_by_body,
                {.id = "get_list_dag_runs_batch",
                 .tag = "DagRun",
                 .summary = "Get List Dag Runs Batch",
                 .body = "DAGRunsBatchBody",
                 .answer = "DAGRunCollectionResponse"}});
    router.add({"POST",
                "/api/v2/dags/{dag_id}/dagRuns",
                Role::user,
                trigger,
                {.id = "trigger_dag_run",
                 .tag = "DagRun",
                 .summary = "Trigger Dag Run",
                 .body = "TriggerDAGRunPostBody",
                 .answer = "DAGRunResponse"}});
    router.add({"GET",
                "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}",
                Role::viewer,
                get_run,
                {.id = "get_dag_run", .tag = "DagRun", .summary = "Get Dag Run", .answer = "DAGRunResponse"}});
    router.add({"PATCH",
                "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}",
                Role::user,
                patch_run,
                {.id = "patch_dag_run",
                 .tag = "DagRun",
                 .summary = "Patch Dag Run",
                 .query = {many("update_mask")},
                 .body = "DAGRunPatchBody",
                 .answer = "DAGRunResponse"}});
    router.add({"DELETE",
                "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}",
                Role::user,
                delete_run,
                {.id = "delete_dag_run", .tag = "DagRun", .summary = "Delete Dag Run", .status = 204}});
}

}  // namespace gale
