#include "executor/wire.hpp"

#include <fmt/format.h>

#include "executor/try_json.hpp"

namespace gale::wire {
namespace {

json::object tagged(std::string_view op) {
    return {{"op", op}};
}

json::value seconds_or_null(const std::optional<Duration>& duration) {
    return duration ? json::value(to_seconds(*duration)) : json::value(nullptr);
}

Result<TimePoint> required_time(const json::object& from, std::string_view key) {
    const auto time = TRY(json::get_optional_time(from, key));
    if (!time) return fail(ErrorCode::data_corrupt, fmt::format("'{}' is missing", key));
    return *time;
}

Result<TaskInstanceId> get_id(const json::object& from) {
    return TaskInstanceId(TRY(json::get_string(from, "id")));
}

json::object to_json(const Hello& hello) {
    auto out = tagged("hello");
    out["version"] = hello.version;
    out["worker_id"] = hello.worker_id;
    out["hostname"] = hello.hostname;
    out["pid"] = hello.pid;
    out["draining"] = hello.draining;
    json::array alive;
    for (const auto& id : hello.alive) alive.emplace_back(id.str());
    out["alive"] = std::move(alive);
    return out;
}

json::object to_json(const TryStarted& started) {
    auto out = tagged("started");
    out["id"] = started.id.str();
    out["at"] = to_iso8601(started.at);
    out["hostname"] = started.hostname;
    out["pid"] = started.pid;
    return out;
}

json::object to_json(const Request& request) {
    auto out = tagged("request");
    out["number"] = request.number;
    out["id"] = request.id.str();
    out["body"] = request.body;
    return out;
}

json::object to_json(const Heartbeat&) {
    return tagged("heartbeat");
}
json::object to_json(const Welcome&) {
    return tagged("welcome");
}
json::object to_json(const Drain&) {
    return tagged("drain");
}

json::object to_json(const TryRequest& request) {
    auto out = tagged("start");
    out["try"] = try_to_json(request);
    return out;
}

json::object to_json(const Terminate& terminate) {
    auto out = tagged("terminate");
    out["id"] = terminate.id.str();
    out["reason"] = terminate.reason;
    return out;
}

json::object to_json(const Acknowledge& acknowledge) {
    auto out = tagged("acknowledge");
    out["id"] = acknowledge.id.str();
    return out;
}

json::object to_json(const Lease& lease) {
    auto out = tagged("lease");
    out["from"] = std::chrono::duration_cast<Duration>(lease.from.time_since_epoch()).count();
    return out;
}

json::object to_json(const Response& response) {
    auto out = tagged("response");
    out["number"] = response.number;
    if (!response.result) {
        out["error"] = {{"code", static_cast<int>(response.result.error().code())},
                        {"message", response.result.error().to_string()}};
    } else if (*response.result) {
        out["body"] = **response.result;
    }
    return out;
}

Result<Hello> hello_from(const json::object& from) {
    Hello hello;
    hello.version = static_cast<int>(TRY(json::get_int_or(from, "version", 0)));
    hello.worker_id = TRY(json::get_string(from, "worker_id"));
    hello.hostname = TRY(json::get_string_or(from, "hostname", ""));
    hello.pid = static_cast<int>(TRY(json::get_int_or(from, "pid", 0)));
    hello.draining = TRY(json::get_bool_or(from, "draining", false));
    if (const auto* alive = json::find_array(from, "alive")) {
        for (const auto& id : *alive) {
            if (!id.is_string()) return fail(ErrorCode::data_corrupt, "'alive' holds something that is not a string");
            hello.alive.emplace_back(std::string(id.as_string()));
        }
    }
    return hello;
}

Result<TryStarted> started_from(const json::object& from) {
    TryStarted started;
    started.id = TRY(get_id(from));
    started.at = TRY(required_time(from, "at"));
    started.hostname = TRY(json::get_string_or(from, "hostname", ""));
    started.pid = static_cast<int>(TRY(json::get_int_or(from, "pid", 0)));
    return started;
}

Result<Request> request_from(const json::object& from) {
    Request request;
    request.number = TRY(json::get_int_or(from, "number", 0));
    request.id = TRY(get_id(from));
    if (const auto* body = json::find_object(from, "body")) request.body = *body;
    return request;
}

Result<Response> response_from(const json::object& from) {
    Response response{.number = TRY(json::get_int_or(from, "number", 0)), .result = std::nullopt};
    if (const auto* error = json::find_object(from, "error")) {
        const auto code = TRY(json::get_int_or(*error, "code", static_cast<int>(ErrorCode::internal)));
        const bool known = code >= 0 && code <= static_cast<int>(ErrorCode::internal);
        response.result =
            fail(known ? static_cast<ErrorCode>(code) : ErrorCode::internal, TRY(json::get_string(*error, "message")));
    } else if (const auto* body = json::find_object(from, "body")) {
        response.result = *body;
    }
    return response;
}

Result<ToServer> to_server_from(std::string_view op, const json::object& from) {
    if (op == "hello") return TRY(hello_from(from));
    if (op == "started") return TRY(started_from(from));
    if (op == "finished") return TRY(finished_from_json(from));
    if (op == "request") return TRY(request_from(from));
    if (op == "heartbeat") return Heartbeat{};
    return fail(ErrorCode::data_corrupt, "no such message");
}

Result<ToWorker> to_worker_from(std::string_view op, const json::object& from) {
    if (op == "welcome") return Welcome{};
    if (op == "drain") return Drain{};
    if (op == "response") return TRY(response_from(from));
    if (op == "lease")
        return Lease{std::chrono::steady_clock::time_point(Duration(TRY(json::get_int_or(from, "from", 0))))};
    if (op == "acknowledge") return Acknowledge{TRY(get_id(from))};
    if (op == "terminate") return Terminate{TRY(get_id(from)), TRY(json::get_string_or(from, "reason", ""))};
    if (op == "start") {
        const auto* request = json::find_object(from, "try");
        if (request == nullptr) return fail(ErrorCode::data_corrupt, "'try' is missing");
        return TRY(try_from_json(*request));
    }
    return fail(ErrorCode::data_corrupt, "no such message");
}

template <class Message, class Read>
Result<Message> decode(std::string_view payload, Read read) {
    auto parsed = json::parse_object(payload);
    if (!parsed)
        return std::unexpected(
            Error(ErrorCode::data_corrupt, "a message is not a JSON object").caused_by(std::move(parsed).error()));
    const auto op = TRY(json::get_string(*parsed, "op"));
    auto message = read(op, *parsed);
    if (message) return message;
    return std::unexpected(Error(ErrorCode::data_corrupt, fmt::format("cannot read a message '{}'", op))
                               .caused_by(std::move(message).error()));
}

}  // namespace

json::object to_json(const TryFinished& report) {
    auto out = tagged("finished");
    out["id"] = report.id.str();
    out["at"] = to_iso8601(report.at);
    out["outcome"] = to_string(report.outcome);
    out["retry_allowed"] = report.retry_allowed;
    out["reschedule_at"] = json::from_time(report.reschedule_at);
    out["retry_delay_override"] = seconds_or_null(report.retry_delay_override);
    out["reason"] = report.reason;
    if (report.xcom) out["xcom"] = *report.xcom;
    return out;
}

Result<TryFinished> finished_from_json(const json::object& from) {
    TryFinished report;
    report.id = TRY(get_id(from));
    report.at = TRY(required_time(from, "at"));
    const auto outcome = TRY(json::get_string(from, "outcome"));
    const auto state = parse_task_state(outcome);
    if (!state) return fail(ErrorCode::data_corrupt, fmt::format("'outcome' is no state: '{}'", outcome));
    report.outcome = *state;
    report.retry_allowed = TRY(json::get_bool_or(from, "retry_allowed", true));
    report.reschedule_at = TRY(json::get_optional_time(from, "reschedule_at"));
    if (const auto delay = TRY(json::get_optional_double(from, "retry_delay_override")))
        report.retry_delay_override = from_seconds(*delay);
    report.reason = TRY(json::get_string_or(from, "reason", ""));
    if (const auto* xcom = json::find_object(from, "xcom")) report.xcom = *xcom;
    return report;
}

std::string encode(const ToWorker& message) {
    return json::serialize(std::visit([](const auto& one) { return to_json(one); }, message));
}
std::string encode(const ToServer& message) {
    return json::serialize(std::visit([](const auto& one) { return to_json(one); }, message));
}

Result<ToWorker> decode_to_worker(std::string_view payload) {
    return decode<ToWorker>(payload, to_worker_from);
}
Result<ToServer> decode_to_server(std::string_view payload) {
    return decode<ToServer>(payload, to_server_from);
}

}  // namespace gale::wire
