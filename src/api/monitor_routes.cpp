// Health, version, jobs and the audit log.
#include <fmt/format.h>

#include <algorithm>

#include "api/filters.hpp"
#include "api/render.hpp"

namespace gale {
namespace {

constexpr std::string_view kHealthy = "healthy";
constexpr std::string_view kUnhealthy = "unhealthy";

// As Airflow: a part that never ran has status null, except the scheduler, without which nothing works.
json::object part_health(const Api& api, const std::vector<Job>& jobs, std::string_view job_type,
                         std::string_view heartbeat_name) {
    const auto job = std::ranges::find(jobs, job_type, &Job::job_type);
    json::object health;
    if (job == jobs.end()) {
        health["status"] = job_type == "SchedulerJob" ? json::value(kUnhealthy) : json::value(nullptr);
        health[heartbeat_name] = nullptr;
        return health;
    }
    const bool fresh = api.services().clock.now() - job->latest_heartbeat < api.settings().health_threshold;
    health["status"] = job->state == "running" && fresh ? kHealthy : kUnhealthy;
    health[heartbeat_name] = json::from_time(job->latest_heartbeat);
    return health;
}

Result<HttpResponse> get_health(Api& api, Call&) {
    const auto jobs = api.store().latest_jobs();
    const std::vector<Job> known = jobs.value_or(std::vector<Job>());
    return json_response(
        json::object{{"metadatabase", {{"status", jobs ? kHealthy : kUnhealthy}}},
                     {"scheduler", part_health(api, known, "SchedulerJob", "latest_scheduler_heartbeat")},
                     {"triggerer", part_health(api, known, "TriggererJob", "latest_triggerer_heartbeat")},
                     {"dag_processor", part_health(api, known, "DagProcessorJob", "latest_dag_processor_heartbeat")}});
}

Result<HttpResponse> get_version(Api& api, Call&) {
    return json_response(json::object{{"version", api.settings().version}, {"git_version", nullptr}});
}

Result<JobFilter> job_filter(const Api& api, const Call& call) {
    JobFilter filter;
    filter.state = call.query("job_state");
    filter.job_type = call.query("job_type");
    filter.hostname = call.query("hostname");
    const auto limit = api.services().clock.now() - api.settings().health_threshold;
    if (const auto alive = TRY(call.query_bool("is_alive"))) (*alive ? filter.alive_since : filter.dead_since) = limit;
    filter.start_date = TRY(time_range_of(call, "start_date"));
    filter.end_date = TRY(time_range_of(call, "end_date"));
    return filter;
}

Result<HttpResponse> get_jobs(Api& api, Call& call) {
    const auto filter = TRY(job_filter(api, call));
    auto found = TRY(api.store().list_jobs(filter, TRY(call.page())));
    // No job of ours has an executor of a class.
    if (const auto executor = call.query("executor_class"); executor && !executor->empty()) found = {};
    json::array jobs;
    for (const Job& job : found.items) {
        jobs.push_back(json::object{{"id", job.id},
                                    {"dag_id", nullptr},
                                    {"state", job.state},
                                    {"job_type", job.job_type},
                                    {"start_date", json::from_time(job.start_date)},
                                    {"end_date", json::from_time(job.end_date)},
                                    {"latest_heartbeat", json::from_time(job.latest_heartbeat)},
                                    {"executor_class", nullptr},
                                    {"hostname", job.hostname},
                                    {"unixname", nullptr},
                                    {"dag_display_name", nullptr}});
    }
    return json_response(json::object{{"jobs", std::move(jobs)}, {"total_entries", found.total}});
}

json::value optional_id(const auto& id) {
    return id ? json::value(id->str()) : json::value(nullptr);
}
json::value optional_number(std::optional<int> number) {
    return number ? json::value(*number) : json::value(nullptr);
}

json::object render_entry(const AuditEntry& entry) {
    return {{"event_log_id", entry.id},
            {"when", json::from_time(entry.dttm)},
            {"dag_id", optional_id(entry.dag_id)},
            {"task_id", optional_id(entry.task_id)},
            {"run_id", optional_id(entry.run_id)},
            {"map_index", optional_number(entry.map_index)},
            {"try_number", optional_number(entry.try_number)},
            {"event", entry.event},
            {"logical_date", nullptr},
            {"owner", entry.owner},
            {"extra", json::serialize(entry.extra)},
            {"dag_display_name", optional_id(entry.dag_id)},
            {"task_display_name", optional_id(entry.task_id)}};
}

// What is too large for a column fits no row, and so does the largest.
int int_of(std::int64_t number) {
    return static_cast<int>(std::clamp<std::int64_t>(number, INT32_MIN, INT32_MAX));
}

Result<AuditFilter> audit_filter_of(const Call& call) {
    AuditFilter filter;
    if (const auto text = call.query("dag_id")) filter.dag_id = DagId(*text);
    if (const auto text = call.query("run_id")) filter.run_id = RunId(*text);
    if (const auto text = call.query("task_id")) filter.task_id = TaskId(*text);
    if (const auto number = TRY(call.query_int("map_index"))) filter.map_index = int_of(*number);
    if (const auto number = TRY(call.query_int("try_number"))) filter.try_number = int_of(*number);
    filter.owner = call.query("owner");
    filter.event = call.query("event");
    filter.included_events = call.query_all("included_events");
    filter.excluded_events = call.query_all("excluded_events");
    // Both exclusive.
    if (const auto after = TRY(call.query_time("after"))) filter.when.from = *after + Duration{1};
    if (const auto before = TRY(call.query_time("before"))) filter.when.to = *before - Duration{1};
    filter.dag_id_like = TRY(text_match_of(call, "dag_id"));
    filter.run_id_like = TRY(text_match_of(call, "run_id"));
    filter.task_id_like = TRY(text_match_of(call, "task_id"));
    filter.owner_like = TRY(text_match_of(call, "owner"));
    filter.event_like = TRY(text_match_of(call, "event"));
    return filter;
}

std::vector<QueryParameter> audit_parameters() {
    return joined({paging({{"dag_id"},
                           {"run_id"},
                           {"task_id"},
                           {"map_index", schema::integer()},
                           {"try_number", schema::integer()},
                           {"owner"},
                           {"event"},
                           many("included_events"),
                           many("excluded_events"),
                           {"after", schema::date_time()},
                           {"before", schema::date_time()}}),
                   text_match_parameters("dag_id"), text_match_parameters("run_id"), text_match_parameters("task_id"),
                   text_match_parameters("owner"), text_match_parameters("event")});
}

Result<HttpResponse> get_event_logs(Api& api, Call& call) {
    const auto filter = TRY(audit_filter_of(call));
    const auto page = TRY(call.page());
    const auto found = TRY(api.store().list_audit_entries(filter, page));
    json::array entries;
    for (const AuditEntry& entry : found.items) entries.push_back(render_entry(entry));
    return json_response(json::object{{"event_logs", std::move(entries)}, {"total_entries", found.total}});
}

Result<HttpResponse> get_event_log(Api& api, Call& call) {
    const auto id = TRY(call.path_int("event_log_id", 0));
    return json_response(render_entry(TRY(api.store().get_audit_entry(id))));
}

}  // namespace

void add_monitor_routes(Router& router) {
    using namespace schema;
    const auto status = nullable(one_of({kHealthy, kUnhealthy}));
    const auto part = [&](std::string_view heartbeat) {
        return object({{"status", status}, {heartbeat, nullable(date_time())}});
    };
    router.define("HealthInfoResponse", object({{"metadatabase", object({{"status", status}})},
                                                {"scheduler", part("latest_scheduler_heartbeat")},
                                                {"triggerer", part("latest_triggerer_heartbeat")},
                                                {"dag_processor", part("latest_dag_processor_heartbeat")}}));
    router.define("VersionInfo", object({{"version", text()}, {"git_version", nullable(text())}}));
    router.add({"GET",
                "/api/v2/monitor/health",
                std::nullopt,
                get_health,
                {.id = "get_health", .tag = "Monitor", .summary = "Get Health", .answer = "HealthInfoResponse"}});
    router.add({"GET",
                "/api/v2/version",
                std::nullopt,
                get_version,
                {.id = "get_version", .tag = "Version", .summary = "Get Version", .answer = "VersionInfo"}});
    router.define("JobResponse", object({{"id", integer()},
                                         {"dag_id", nullable(text())},
                                         {"state", nullable(text())},
                                         {"job_type", nullable(text())},
                                         {"start_date", nullable(date_time())},
                                         {"end_date", nullable(date_time())},
                                         {"latest_heartbeat", nullable(date_time())},
                                         {"executor_class", nullable(text())},
                                         {"hostname", nullable(text())},
                                         {"unixname", nullable(text())},
                                         {"dag_display_name", nullable(text())}}));
    router.define("JobCollectionResponse", collection("jobs", "JobResponse"));
    router.add({"GET",
                "/api/v2/jobs",
                Role::viewer,
                get_jobs,
                {.id = "get_jobs",
                 .tag = "Job",
                 .summary = "Get Jobs",
                 .query = joined({paging({{"job_state", nullable(text())},
                                          {"job_type", nullable(text())},
                                          {"hostname", nullable(text())},
                                          {"executor_class", nullable(text())},
                                          {"is_alive", nullable(boolean())}}),
                                  time_range("start_date"), time_range("end_date")}),
                 .answer = "JobCollectionResponse"}});
    router.define("EventLogResponse", object({{"event_log_id", integer()},
                                              {"when", date_time()},
                                              {"dag_id", nullable(text())},
                                              {"task_id", nullable(text())},
                                              {"run_id", nullable(text())},
                                              {"map_index", nullable(integer())},
                                              {"try_number", nullable(integer())},
                                              {"event", text()},
                                              {"logical_date", nullable(date_time())},
                                              {"owner", nullable(text())},
                                              {"extra", nullable(text())},
                                              {"dag_display_name", nullable(text())},
                                              {"task_display_name", nullable(text())}}));
    router.define("EventLogCollectionResponse", collection("event_logs", "EventLogResponse"));
    router.add({"GET",
                "/api/v2/eventLogs/{event_log_id}",
                Role::viewer,
                get_event_log,
                {.id = "get_event_log", .tag = "Event Log", .summary = "Get Event Log", .answer = "EventLogResponse"}});
    router.add({"GET",
                "/api/v2/eventLogs",
                Role::viewer,
                get_event_logs,
                {.id = "get_event_logs",
                 .tag = "Event Log",
                 .summary = "Get Event Logs",
                 .query = audit_parameters(),
                 .answer = "EventLogCollectionResponse"}});
}

}  // namespace gale
