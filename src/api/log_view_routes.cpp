// A log in pieces, for a page that shows a million lines of it (docs/reference/gale_api.md, "Logs").
#include <fmt/format.h>

#include <algorithm>

#include "api/log_render.hpp"
#include "api/log_streams.hpp"
#include "api/render.hpp"

namespace gale {
namespace {

struct AskedLog {
    TaskInstanceKey key;
    int try_number = 0;
    LoggedTry logged;
    LogService::TryIs state() const { return logged.is_over ? LogService::TryIs::over : LogService::TryIs::running; }
};

Result<AskedLog> asked_log(Api& api, const Call& call) {
    const auto map_index = static_cast<int>(TRY(call.path_int("map_index", kNotMapped)));
    const auto try_number = static_cast<int>(TRY(call.path_int("try_number", 0)));
    const TaskInstanceKey key{call.dag_id(), call.run_id(), call.task_id(), map_index};
    auto logged = TRY(logged_try(api, key, try_number));
    return AskedLog{key, try_number, std::move(logged)};
}

// There is no file. A try that has not ended may still make one; of another the person is told where it would be.
Result<void> check_may_come(Api& api, const AskedLog& asked) {
    if (!asked.logged.is_over) return {};
    const TaskInstance& instance = asked.logged.instance;
    // What is decided without running, such as upstream_failed, has dates, but no try.
    if (!instance.start_date || asked.try_number == 0) {
        return fail(ErrorCode::not_found,
                    fmt::format("task '{}' was never started in try {} (its state is {}), so it "
                                "has no log",
                                asked.key.task_id.str(), asked.try_number, to_string(instance.state)));
    }
    const auto path = api.services().logs.base_folder() / TRY(try_log_path(asked.key, asked.try_number));
    const std::string where = instance.hostname.empty() ? "" : fmt::format(" (it ran on {})", instance.hostname);
    return fail(
        ErrorCode::not_found,
        fmt::format("there is no log of try {} of task '{}': this server looked for {}. The file was removed, or "
                    "the task ran on a machine whose logs are not here{}",
                    asked.try_number, asked.key.task_id.str(), path.string(), where));
}

Result<std::int64_t> at_least_zero(const Call& call, std::string_view name, std::int64_t fallback) {
    const auto number = TRY(call.query_int(name)).value_or(fallback);
    if (number >= 0) return std::min<std::int64_t>(number, std::int64_t{1} << 48);
    return invalid_input("query", name, "greater_than_equal", "Input should be greater than or equal to 0",
                         json::value(number));
}

Result<HttpResponse> get_lines(Api& api, Call& call) {
    const auto asked = TRY(asked_log(api, call));
    const auto from = TRY(at_least_zero(call, "from", 0));
    const auto count = TRY(at_least_zero(call, "count", 500));
    const auto found = TRY(api.services().logs.lines(asked.key, asked.try_number, from, count, asked.state()));
    if (!found) TRY(check_may_come(api, asked));
    json::array lines;
    if (found) {
        for (const LogLine& line : found->lines) lines.push_back(log_message(line));
    }
    return json_response(json::object{{"from", from},
                                      {"lines", std::move(lines)},
                                      {"complete", !found || found->complete},
                                      {"growing", !asked.logged.is_over}});
}

json::value numbers(const std::vector<std::int64_t>& all) {
    return json::array(all.begin(), all.end());
}

json::object render(const LogOverview& overview, bool growing) {
    json::object levels;
    for (const auto& [level, count] : overview.levels) levels[level] = count;
    return {{"lines", overview.lines},
            {"bytes", overview.bytes},
            {"every", LogIndex::kLinesPerCheckpoint},
            {"offsets", numbers(overview.offsets)},
            {"complete", overview.complete},
            {"first_error", overview.first_error ? json::value(*overview.first_error) : json::value(nullptr)},
            {"levels", std::move(levels)},
            {"matches", overview.matches ? numbers(*overview.matches) : json::value(nullptr)},
            {"searched", overview.searched},
            {"truncated", overview.truncated},
            {"growing", growing}};
}

Result<HttpResponse> get_index(Api& api, Call& call) {
    const auto asked = TRY(asked_log(api, call));
    LogQuery query{TRY(at_least_zero(call, "after_line", 0)), call.query_all("level"), call.query("q").value_or("")};
    constexpr size_t kMaxText = 1000;
    if (query.text.size() > kMaxText)
        return invalid_input("query", "q", "string_too_long", "String should have at most 1000 bytes", query.text);
    const auto found = TRY(api.services().logs.overview(asked.key, asked.try_number, query, asked.state()));
    if (!found) TRY(check_may_come(api, asked));
    LogOverview nothing;
    nothing.complete = true;
    if (!query.text.empty() || !query.levels.empty()) nothing.matches.emplace();
    return json_response(render(found ? *found : nothing, !asked.logged.is_over));
}

// "dag.task.run.attempt=1.log", of what any system allows in a file's name.
std::string file_name(const AskedLog& asked) {
    const std::string mapped = asked.key.map_index >= 0 ? fmt::format(".map_index={}", asked.key.map_index) : "";
    std::string name = fmt::format("{}.{}.{}{}.attempt={}.log", asked.key.dag_id.str(), asked.key.task_id.str(),
                                   asked.key.run_id.str(), mapped, asked.try_number);
    for (char& c : name) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) == 0 && std::string_view("-_.=+").find(c) == std::string_view::npos) c = '_';
    }
    return name;
}

Result<HttpResponse> get_download(Api& api, Call& call) {
    const auto asked = TRY(asked_log(api, call));
    // Asked for once before the stream begins, so that what is not there is a 404 and no cut download.
    const auto first = TRY(api.services().logs.read(asked.key, asked.try_number, 0, asked.state(), 1));
    HttpResponse response;
    response.content_type = "text/plain; charset=utf-8";
    response.headers.emplace_back("Content-Disposition", fmt::format("attachment; filename=\"{}\"", file_name(asked)));
    if (!first) {
        TRY(check_may_come(api, asked));
        return response;
    }
    response.stream = download_log(api.services().logs, asked.key, asked.try_number);
    return response;
}

Result<HttpResponse> get_follow(Api& api, Call& call) {
    const auto asked = TRY(asked_log(api, call));
    const auto from = TRY(at_least_zero(call, "from", 0));
    HttpResponse response;
    response.content_type = "text/event-stream";
    response.headers.emplace_back("Cache-Control", "no-store");
    response.stream = follow_log(api, asked.key, asked.try_number, from);
    return response;
}

void define_schemas(Router& router) {
    using namespace schema;
    // As Airflow's StructuredLogMessage: more members than these are a log call's own.
    auto line = object({{"event", any()},
                        optional("timestamp", nullable(text())),
                        optional("level", any()),
                        optional("logger", any()),
                        optional("exception", any()),
                        optional("error_detail", any()),
                        optional("cut", described(boolean(), "Only the first 64 KB of it are here"))});
    line["additionalProperties"] = true;
    router.define("LogLine", std::move(line));
    router.define(
        "LogLines",
        object({{"from", integer()},
                {"lines", array(ref("LogLine"))},
                {"complete", described(boolean(), "Nothing of what was asked for is missing; else ask for the rest")},
                {"growing", described(boolean(), "The try has not ended: lines may come")}}));
    router.define(
        "LogIndex",
        object(
            {{"lines", described(integer(), "Known so far: all, when complete")},
             {"bytes", integer()},
             {"every", integer()},
             {"offsets",
              described(array(integer()), "The byte at which each every-th line begins, from after_line on")},
             {"complete", described(boolean(), "All is counted and searched; else ask again with after_line=searched")},
             {"first_error", nullable(integer())},
             {"levels", map(integer())},
             {"matches", nullable(array(integer()))},
             {"searched", described(integer(), "Lines below this number were searched")},
             {"truncated", described(boolean(), "More match than fit into one answer; searched says where to go on")},
             {"growing", boolean()}}));
}

}  // namespace

void add_log_view_routes(Router& router) {
    using namespace schema;
    define_schemas(router);
    router.add({"GET",
                "/gale/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}/logs/{try_number}/lines",
                Role::viewer,
                get_lines,
                {.id = "get_log_lines",
                 .tag = "Gale",
                 .summary = "Lines of a try's log by their number",
                 .query = {{"from", integer(), "The first line's number; the log's first is 0."},
                           {"count", integer(), "At most 2000; fewer when they are long."}},
                 .answer = "LogLines"}});
    router.add({"GET",
                "/gale/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}/logs/{try_number}/index",
                Role::viewer,
                get_index,
                {.id = "get_log_index",
                 .tag = "Gale",
                 .summary = "How long a log is, its levels and first error, and which lines match",
                 .query = {{"after_line", integer(), "Search the lines from this number on."},
                           {"level", text(), "", QueryParameter::Times::many},
                           {"q", text(), "A text that the line shows, whatever the case."}},
                 .answer = "LogIndex"}});
    router.add(
        {"GET",
         "/gale/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}/logs/{try_number}/download",
         Role::viewer,
         get_download,
         {.id = "download_log", .tag = "Gale", .summary = "A try's log as text", .media_type = "text/plain"}});
    router.add({"GET",
                "/gale/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}/logs/{try_number}/follow",
                Role::viewer,
                get_follow,
                {.id = "follow_log",
                 .tag = "Gale",
                 .summary = "The lines of a try's log as they come, then its end",
                 .query = {{"from", integer(), "The first line's number."}},
                 .media_type = "text/event-stream"}});
}

}  // namespace gale
