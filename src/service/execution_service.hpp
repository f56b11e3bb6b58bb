// What a running task asks for: variables, connections, XComs, states, triggers. One handler for each request of the
// supervisor protocol (docs/reference/task_protocol.md); the HTTP Execution API will call the same.
#pragma once

#include <memory>
#include <optional>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/json.hpp"
#include "store/store.hpp"

namespace gale {

class Secrets;
class RunService;

class ExecutionService {
public:
    // `max_map_length`: the most entries of an XCom that tasks are mapped over.
    ExecutionService(Store& store, const Secrets& secrets, RunService& runs, const Clock& clock, int max_map_length);

    // The response map, or nullopt for an empty one. What is not there is a response of type ErrorResponse, as the
    // protocol has it; a Result error is our side's failure. A try that is no longer the current one gets an error of
    // code conflict. Thread-safe.
    Result<std::optional<json::object>> handle(const TaskInstanceId& id, const json::object& request);

private:
    Store& store_;
    const Secrets& secrets_;
    RunService& runs_;
    const Clock& clock_;
    int max_map_length_;
};

// A failed `handle` as the protocol's error slot takes it: an ErrorResponse with error API_SERVER_ERROR, whose detail
// has the HTTP status_code that the error stands for and the message.
json::object error_response(const Error& error);

}  // namespace gale
