// The executor port: runs task tries somewhere, and reports. Adapters: local/ (a worker process on this machine),
// later kubernetes/.
//
// Threads: `start`, `terminate` and `stop` may be called from any thread and do not block on the work itself. Events
// come through the sink, from a thread of the executor's, in order for one try. Guarantees: a try handed to `start`
// ends in exactly one Finished event, unless the server dies; after a restart, `adopted` names the tries that still
// run, and reports that waited are delivered.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "model/dag.hpp"
#include "model/dag_run.hpp"

namespace gale {

// All that a worker needs to run one try.
struct TryRequest {
    TaskInstanceId id;  // the fencing token
    DagId dag_id;
    RunId run_id;
    TaskId task_id;
    int map_index = kNotMapped;
    int try_number = 1;
    int max_tries = 0;
    bool should_retry = false;  // a failure may be retried
    DagVersionKey dag_version;
    std::string fileloc;           // absolute path of the DAG file
    std::string relative_fileloc;  // below the dags folder
    std::string log_path;          // absolute
    DagRun run;
    int pool_slots = 1;
    int priority_weight = 1;
    std::string queue;
    std::string owner;
    NativeOperator native;  // kind none: runs in Python
    bool do_xcom_push = true;
    std::optional<Duration> execution_timeout;
};

// A try began to run (its process exists).
struct TryStarted {
    TaskInstanceId id;
    TimePoint at;
    std::string hostname;
    int pid = 0;
};

// A try ended. `outcome`: success, failed, skipped, up_for_retry (it failed and may be retried), up_for_reschedule,
// removed.
struct TryFinished {
    TaskInstanceId id;
    TimePoint at;
    TaskState outcome = TaskState::failed;
    bool retry_allowed = true;  // false: AirflowFailException and the like
    std::optional<TimePoint> reschedule_at;
    std::optional<Duration> retry_delay_override;
    std::string reason;  // a sentence for people; empty on success
    // The operator's return value, a SetXCom request: the executor has it answered by the handler before the event is
    // passed on, so that a success has its XCom. It travels with the report, and so outlives the server's absence.
    std::optional<json::object> xcom;
};

// The worker lives and knows these tries. Sent when a worker (re)connects: a try that the database has as running or
// queued and that is not listed is lost.
struct WorkerConnected {
    std::string hostname;
    std::vector<TaskInstanceId> alive;
};

using ExecutorEvent = std::variant<TryStarted, TryFinished, WorkerConnected>;

// Answers what a task asks while it runs (variables, XComs …): service's ExecutionService behind a seam.
// `body` is the supervisor protocol's request map, the result its response map, or nullopt for an empty response.
// Called from threads of the executor's, several at once.
using TaskRequestHandler =
    std::function<Result<std::optional<json::object>>(const TaskInstanceId& id, const json::object& body)>;

class Executor {
public:
    virtual ~Executor() = default;
    // Connects to or starts the workers. The sink must not block for long.
    virtual Result<void> open(std::function<void(ExecutorEvent)> sink, TaskRequestHandler handler) = 0;
    virtual void start(TryRequest request) = 0;
    // SIGTERM, then SIGKILL after the grace period, to the try's process group or container. No Finished event is
    // guaranteed to matter: the caller fences the try.
    virtual void terminate(const TaskInstanceId& id, std::string reason) = 0;
    // The report of this try is committed: the worker may forget it. Until then it is delivered again after each
    // reconnection.
    virtual void acknowledge(const TaskInstanceId&) {}
    // This server told the database, after `at`, that it lives. The workers may go on with their tries for their lease
    // from then; afterwards another server takes these tries for dead, so the workers end them.
    virtual void renew_lease(std::chrono::steady_clock::time_point at) = 0;
    // Stops taking events. Running tries go on in their worker, whose reports wait for the next server.
    virtual void stop() = 0;
};

}  // namespace gale
