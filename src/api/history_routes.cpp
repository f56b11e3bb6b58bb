// A DAG's past and plan: calendar, durations, a run's Gantt chart.
#include <fmt/format.h>

#include "api/render.hpp"
#include "api/view_render.hpp"

namespace gale {
namespace {

constexpr int kDefaultRuns = 50;
constexpr int kMostRuns = 500;
constexpr std::chrono::days kLongestCalendar{732};

json::value number_or_null(const std::optional<double>& number) {
    return number ? json::value(*number) : json::value(nullptr);
}
json::array numbers(const std::vector<std::optional<double>>& values) {
    json::array all;
    all.reserve(values.size());
    for (const auto& value : values) all.push_back(number_or_null(value));
    return all;
}

Result<HttpResponse> get_durations(Api& api, Call& call) {
    const int limit = TRY(counted(call, "limit", kDefaultRuns, kMostRuns));
    const Durations durations = TRY(api.services().views.durations(call.dag_id(), limit));
    json::array runs, tasks;
    for (const RunBrief& run : durations.runs) {
        json::object rendered = render_run_mark(run);
        rendered.erase("end_date");
        rendered["queued_seconds"] = seconds_between(run.queued_at, run.start_date);
        rendered["run_seconds"] = seconds_between(run.start_date, run.end_date);
        rendered["landing_seconds"] = seconds_between(run.run_after, run.end_date);
        runs.push_back(std::move(rendered));
    }
    for (const auto& task : durations.tasks) {
        tasks.push_back(json::object{{"task_id", task.task_id.str()},
                                     {"display_name", task.display_name},
                                     {"seconds", numbers(task.seconds)},
                                     {"landing_seconds", numbers(task.landing_seconds)}});
    }
    return json_response(json::object{{"runs", std::move(runs)}, {"tasks", std::move(tasks)}});
}

Result<Granularity> granularity_of(const Call& call) {
    const auto text = call.query("granularity").value_or("daily");
    if (text == "daily") return Granularity::daily;
    if (text == "hourly") return Granularity::hourly;
    return invalid_input("query", "granularity", "enum", "Input should be 'daily' or 'hourly'", text);
}

Result<Zone> zone_of(const Call& call) {
    const auto name = call.query("timezone").value_or("UTC");
    auto zone = Zone::find(name);
    if (!zone) return invalid_input("query", "timezone", "value_error", zone.error().message(), name);
    return *zone;
}

Result<HttpResponse> get_calendar(Api& api, Call& call) {
    const Granularity granularity = TRY(granularity_of(call));
    const Zone zone = TRY(zone_of(call));
    const TimePoint now = api.services().clock.now();
    const TimePoint start = TRY(call.query_time("start")).value_or(now - std::chrono::days{365});
    const TimePoint end = TRY(call.query_time("end")).value_or(std::max(now, start) + std::chrono::days{30});
    if (end < start || end - start > kLongestCalendar)
        return invalid_input("query", "end", "value_error", "Input should be after 'start', by at most 732 days",
                             to_iso8601(end));
    const DagCalendar found = TRY(api.services().views.calendar(call.dag_id(), start, end, zone, granularity));
    json::array days, planned;
    for (const CalendarCell& cell : found.days)
        days.push_back(json::object{{"date", cell.date}, {"state", to_string(cell.state)}, {"count", cell.count}});
    for (const auto& [date, count] : found.planned) planned.push_back(json::object{{"date", date}, {"count", count}});
    return json_response(json::object{{"days", std::move(days)}, {"planned", std::move(planned)}});
}

Result<HttpResponse> get_gantt(Api& api, Call& call) {
    json::array tries;
    for (const TryTimes& one : TRY(api.store().tries_of_run(call.dag_id(), call.run_id()))) {
        tries.push_back(json::object{{"task_id", one.task_id.str()},
                                     {"map_index", one.map_index},
                                     {"try_number", one.try_number},
                                     {"state", state_or_null(one.state)},
                                     {"scheduled_when", json::from_time(one.scheduled_at)},
                                     {"queued_when", json::from_time(one.queued_at)},
                                     {"start_date", json::from_time(one.start_date)},
                                     {"end_date", json::from_time(one.end_date)}});
    }
    return json_response(json::object{{"tries", std::move(tries)}});
}

void define_schemas(Router& router) {
    using namespace schema;
    const auto seconds = nullable(number());
    router.define("Durations", object({{"runs", described(array(object({{"dag_run_id", text()},
                                                                        {"run_type", ref("DagRunType")},
                                                                        {"state", ref("DagRunState")},
                                                                        {"run_after", date_time()},
                                                                        {"start_date", nullable(date_time())},
                                                                        {"queued_seconds", seconds},
                                                                        {"run_seconds", seconds},
                                                                        {"landing_seconds", seconds}})),
                                                          "Newest first.")},
                                       {"tasks", array(object({{"task_id", text()},
                                                               {"display_name", text()},
                                                               {"seconds", array(seconds)},
                                                               {"landing_seconds", array(seconds)}}))}}));
    router.define(
        "DagCalendar",
        object({{"days", array(object({{"date", text()}, {"state", ref("DagRunState")}, {"count", integer()}}))},
                {"planned", array(object({{"date", text()}, {"count", integer()}}))}}));
    router.define("Gantt", object({{"tries", array(object({{"task_id", text()},
                                                           {"map_index", integer()},
                                                           {"try_number", integer()},
                                                           {"state", nullable(ref("TaskInstanceState"))},
                                                           {"scheduled_when", nullable(date_time())},
                                                           {"queued_when", nullable(date_time())},
                                                           {"start_date", nullable(date_time())},
                                                           {"end_date", nullable(date_time())}}))}}));
}

}  // namespace

void add_history_routes(Router& router) {
    using namespace schema;
    define_schemas(router);
    router.add({"GET",
                "/gale/dags/{dag_id}/durations",
                Role::viewer,
                get_durations,
                {.id = "get_durations",
                 .tag = "Gale",
                 .summary = "How long runs and tasks took",
                 .query = {{"limit", integer(), "How many runs at most: 50, and never more than 500."}},
                 .answer = "Durations"}});
    router.add({"GET",
                "/gale/dags/{dag_id}/calendar",
                Role::viewer,
                get_calendar,
                {.id = "get_calendar",
                 .tag = "Gale",
                 .summary = "A DAG's runs by day or hour, and the runs to come",
                 .query = {{"start", date_time(), "By run_after; a year ago without it."},
                           {"end", date_time(), "In 30 days without it; at most 732 days after `start`."},
                           {"granularity", one_of({"daily", "hourly"})},
                           {"timezone", text(), "Whose days: an IANA name or an offset; UTC without it."}},
                 .answer = "DagCalendar"}});
    router.add(
        {"GET",
         "/gale/dags/{dag_id}/dagRuns/{dag_run_id}/gantt",
         Role::viewer,
         get_gantt,
         {.id = "get_gantt", .tag = "Gale", .summary = "When each try of a run waited and ran", .answer = "Gantt"}});
}

}  // namespace gale
