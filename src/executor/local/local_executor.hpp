// The executor of one machine: a worker process beside the server.
//
// The worker outlives a killed server: it goes on with its tries and comes back to the next server's socket. A killed
// worker is replaced at once. One thread runs the event loop and calls the sink; a few more answer what tasks ask.
// Files, all in the run folder: executor.sock, executor.lock (one server a home), worker.lock (one worker a home),
// worker.log, spool/.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "executor/executor.hpp"

namespace gale {

struct LocalExecutorOptions {
    std::filesystem::path home;        // AIRFLOW_HOME
    std::filesystem::path run_folder;  // AIRFLOW_HOME/run
    // The worker's command line for this socket; the first element is an absolute path. Empty: somebody else starts
    // the worker (`gale worker`, another container on the same run folder), and it is only waited for.
    std::function<std::vector<std::string>(const std::filesystem::path& socket)> worker_command;
    // Other servers may take over the tries of one that the database does not hear of: the worker is told of each
    // renewal of the lease. Otherwise its lease counts from the loss of its server.
    bool tells_leases = false;
    size_t request_threads = 4;
    Duration silence_limit =
        std::chrono::seconds{120};  // a worker that says nothing for so long is killed and replaced
};

class LocalExecutor final : public Executor {
public:
    explicit LocalExecutor(LocalExecutorOptions options);
    ~LocalExecutor() override;

    // Fails with conflict when another server uses this home. Does not wait for the worker: tries wait until it is
    // there.
    Result<void> open(std::function<void(ExecutorEvent)> sink, TaskRequestHandler handler) override;
    void start(TryRequest request) override;
    void terminate(const TaskInstanceId& id, std::string reason) override;
    void acknowledge(const TaskInstanceId& id) override;
    void renew_lease(std::chrono::steady_clock::time_point at) override;
    void stop() override;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace gale
