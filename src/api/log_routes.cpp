// The log of a task's try, also while it grows.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "api/log_render.hpp"

namespace gale {
namespace {

enum class Form { json, ndjson, plain };

Form form_of(const Call& call) {
    if (call.accepts("application/x-ndjson")) return Form::ndjson;
    return call.accepts("text/plain") ? Form::plain : Form::json;
}

// The continuation token is the byte at which the next page begins. Nothing in it needs to be secret or signed: any
// offset of a log that one may read may be read.
Result<std::int64_t> offset_of(const Call& call) {
    const auto token = call.query("token");
    if (!token || token->empty()) return 0;
    std::int64_t offset = 0;
    const auto [end, error] = std::from_chars(token->data(), token->data() + token->size(), offset);
    if (error != std::errc() || end != token->data() + token->size() || offset < 0) {
        return fail(
            ErrorCode::invalid_argument,
            fmt::format("'{}' is not a continuation token. Please use only the tokens provided by the API", *token));
    }
    return offset;
}

struct LogRead {
    std::vector<std::string> lines;
    std::optional<std::int64_t> next;  // nullopt: the log is over and read
};

Result<LogRead> read_log(Api& api, const TaskInstanceKey& key, int try_number, std::int64_t offset, bool is_over,
                         bool full) {
    const auto state = is_over ? LogService::TryIs::over : LogService::TryIs::running;
    LogRead read{{}, offset};
    // A full read is limited, too: what is left is had by the token.
    for (int pages = full ? 32 : 1; pages > 0; --pages) {
        auto page = TRY(api.services().logs.read(key, try_number, *read.next, state));
        if (!page) {
            if (is_over) read.next.reset();
            return read;
        }
        std::ranges::move(page->lines, std::back_inserter(read.lines));
        read.next = page->next;
        if (!page->at_end) continue;
        if (is_over) read.next.reset();
        break;
    }
    return read;
}

HttpResponse render_log(const LogRead& read, Form form) {
    HttpResponse response;
    if (form == Form::json) {
        json::array content;
        for (const std::string& line : read.lines) content.push_back(log_message(line));
        response.body = json::serialize(json::object{
            {"content", std::move(content)},
            {"continuation_token", read.next ? json::value(std::to_string(*read.next)) : json::value(nullptr)}});
        return response;
    }
    response.content_type = form == Form::ndjson ? "application/x-ndjson" : "text/plain; charset=utf-8";
    for (const std::string& line : read.lines) {
        response.body += form == Form::ndjson ? json::serialize(log_message(line)) : plain_log_line(line);
        response.body += '\n';
    }
    if (read.next) response.headers.emplace_back("Airflow-Continuation-Token", std::to_string(*read.next));
    return response;
}

Result<HttpResponse> get_log(Api& api, Call& call) {
    const int try_number = static_cast<int>(TRY(call.path_int("try_number", 0)));
    const int map_index = static_cast<int>(TRY(call.query_int("map_index")).value_or(kNotMapped));
    const bool full = TRY(call.query_bool("full_content")).value_or(false);
    const TaskInstanceKey key{call.dag_id(), call.run_id(), call.task_id(), map_index};
    const auto logged = TRY(logged_try(api, key, try_number));
    const auto offset = TRY(offset_of(call));
    const auto read = TRY(read_log(api, key, try_number, offset, logged.is_over, full));
    return render_log(read, form_of(call));
}

}  // namespace

void add_log_routes(Router& router) {
    using namespace schema;
    auto message = object({{"event", any()}, optional("timestamp", any())});
    message["additionalProperties"] = true;  // what the task's logger added
    router.define("StructuredLogMessage", std::move(message));
    router.define("TaskInstancesLogResponse",
                  object({{"content", array(ref("StructuredLogMessage"))}, {"continuation_token", nullable(text())}}));
    router.add({"GET",
                "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/logs/{try_number}",
                Role::viewer,
                get_log,
                {.id = "get_log",
                 .tag = "Task Instance",
                 .summary = "Get Log",
                 .query = {{"full_content", boolean()}, {"map_index", integer()}, {"token", nullable(text())}},
                 .answer = "TaskInstancesLogResponse",
                 .other_media_types = {"application/x-ndjson", "text/plain"}}});
}

}  // namespace gale
