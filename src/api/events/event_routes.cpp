// GET /gale/events: the live event stream.
#include <charconv>

#include "api/api.hpp"

namespace gale {
namespace {

// An id that is none of ours is one of another database, maybe: a reset says so.
std::optional<ChangeSeq> last_event_id_of(const Call& call) {
    const auto header = call.request().header("last-event-id");
    const auto query = call.query("last_event_id");
    const std::string text = header ? std::string(*header) : query.value_or("");
    if (text.empty()) return std::nullopt;
    ChangeSeq id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    return error == std::errc() && end == text.data() + text.size() ? id : -1;
}

Result<HttpResponse> get_events(Api& api, Call& call) {
    EventFilter filter;
    for (auto& dag_id : call.query_all("dag_id")) filter.dag_ids.insert(DagId(std::move(dag_id)));
    if (auto run_id = call.query("dag_run_id")) filter.dag_run_id = RunId(std::move(*run_id));
    HttpResponse response;
    response.stream = TRY(api.events().open(std::move(filter), *call.principal(), last_event_id_of(call)));
    response.content_type = "text/event-stream";
    response.headers = {{"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}};
    return response;
}

}  // namespace

void add_event_routes(Router& router) {
    using namespace schema;
    router.define("Change", object({{"dag_runs", array(object({{"dag_id", text()},
                                                               {"dag_run_id", text()},
                                                               {"state", ref("DagRunState")},
                                                               {"run_type", ref("DagRunType")},
                                                               {"run_after", date_time()},
                                                               {"start_date", nullable(date_time())},
                                                               {"end_date", nullable(date_time())}}))},
                                    {"task_instances", array(object({{"dag_id", text()},
                                                                     {"dag_run_id", text()},
                                                                     {"task_id", text()},
                                                                     {"map_index", integer()},
                                                                     {"state", nullable(ref("TaskInstanceState"))},
                                                                     {"try_number", integer()},
                                                                     {"start_date", nullable(date_time())},
                                                                     {"end_date", nullable(date_time())}}))},
                                    {"dags", array(object({{"dag_id", text()},
                                                           {"is_paused", boolean()},
                                                           {"is_stale", boolean()},
                                                           {"has_import_errors", boolean()}}))},
                                    {"deleted", array(object({{"dag_id", text()}, {"dag_run_id", nullable(text())}}))},
                                    {"others", array(one_of({"import_errors", "pools", "variables", "connections",
                                                             "users", "jobs", "favorites"}))}}));
    router.add({"GET",
                "/gale/events",
                Role::viewer,
                get_events,
                {.id = "get_events",
                 .tag = "Gale",
                 .summary = "Live events, as a server-sent stream",
                 .query = {{.name = "dag_id", .times = QueryParameter::Times::many},
                           {.name = "dag_run_id"},
                           {.name = "last_event_id", .description = "In place of the header Last-Event-ID"}},
                 .answer = "Change",
                 .media_type = "text/event-stream"}});
}

}  // namespace gale
