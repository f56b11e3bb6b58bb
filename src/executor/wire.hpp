// What the server and a worker say to each other: one JSON object a frame (frame.hpp), `op` names it.
//
// server → worker: welcome, start, terminate, response, acknowledge, lease, drain
// worker → server: hello, started, finished, request, heartbeat
// A worker says hello first: its id, and the tries that it runs or whose report it still holds. Reports are repeated
// after each hello until they are acknowledged.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/json.hpp"
#include "executor/executor.hpp"

namespace gale::wire {

inline constexpr int kVersion = 1;

struct Hello {
    int version = kVersion;
    std::string worker_id, hostname;
    int pid = 0;
    bool draining = false;  // takes no new tries
    std::vector<TaskInstanceId> alive;
};
struct Request {
    std::int64_t number = 0;
    TaskInstanceId id;
    json::object body;
};
struct Response {
    std::int64_t number = 0;
    Result<std::optional<json::object>> result;
};
struct Terminate {
    TaskInstanceId id;
    std::string reason;
};
struct Acknowledge {
    TaskInstanceId id;
};
// The server told the database that it lives, after this moment of the machine's monotonic clock (both ends share it).
// Its tries are nobody else's for the lease from then on.
struct Lease {
    std::chrono::steady_clock::time_point from;
};
struct Welcome {};
struct Drain {};
struct Heartbeat {};

using ToWorker = std::variant<Welcome, TryRequest, Terminate, Response, Acknowledge, Lease, Drain>;
using ToServer = std::variant<Hello, TryStarted, TryFinished, Request, Heartbeat>;

std::string encode(const ToWorker& message);
std::string encode(const ToServer& message);
// Errors are data_corrupt and name the message and the field.
Result<ToWorker> decode_to_worker(std::string_view payload);
Result<ToServer> decode_to_server(std::string_view payload);

json::object to_json(const TryFinished& report);
Result<TryFinished> finished_from_json(const json::object& from);

}  // namespace gale::wire
