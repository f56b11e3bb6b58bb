// One task try: from its start to its report. What runs it is a subclass's: native/, docker/, python/.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "executor/event_loop.hpp"
#include "executor/executor.hpp"
#include "worker/try_log.hpp"
#include "worker/worker.hpp"

namespace gale {

class PythonZygotes;

using Answer = std::function<void(Result<std::optional<json::object>>)>;

// What a try needs of its worker.
class TryHost {
public:
    virtual ~TryHost() = default;
    virtual EventLoop& loop() = 0;
    virtual const WorkerOptions& options() const = 0;
    virtual const Clock& clock() const = 0;
    virtual const std::string& hostname() const = 0;
    virtual PythonZygotes& zygotes() = 0;
    virtual void started(const TaskInstanceId& id, int pid) = 0;
    virtual void finished(TryFinished report) = 0;  // the last word: releases the try
    // Asks the server on the task's behalf; waits through its absence. Called back on the loop.
    virtual void ask(const TaskInstanceId& id, json::object body, Answer answer) = 0;
    // A native operator whose fields are rendered now: starts what runs it.
    virtual void run_rendered(const TaskInstanceId& id, TryRequest request, TryLog log) = 0;
};

class Try : public std::enable_shared_from_this<Try> {
public:
    Try(TryHost& host, TryRequest request, TryLog log)
        : host_(host), request_(std::move(request)), log_(std::move(log)) {}
    virtual ~Try();

    virtual void start() = 0;
    // Ends it early: SIGTERM, after the grace period SIGKILL. Idempotent. Its report still comes.
    void terminate(const std::string& reason);
    const TryRequest& request() const { return request_; }

protected:
    // Asks the work to end; `hard`: no more asking.
    virtual void signal_work(bool hard) = 0;

    // Begins the execution time-out, `slack` later than it says (the task keeps it itself).
    void arm_timeout(Duration slack = Duration{0});
    void report(TaskState outcome, std::string reason, bool retry_allowed = true);
    // Fills in what a subclass learnt besides, such as reschedule_at.
    void report(TryFinished finished);
    json::object xcom_request(std::string_view key, json::value value) const;
    bool was_terminated() const { return !termination_reason_.empty(); }
    const std::string& termination_reason() const { return termination_reason_; }
    TryLog& log() { return log_; }
    TryLog take_log() { return std::move(log_); }
    void log_info(std::string_view text) { log_.line("info", "task", text); }
    void log_error(std::string_view text) { log_.line("error", "task", text); }

    TryHost& host_;
    TryRequest request_;

private:
    TryLog log_;
    EventLoop::Timer timeout_, kill_;
    std::string termination_reason_;
    EventLoop::SteadyClock::time_point began_ = EventLoop::SteadyClock::now();
    bool reported_ = false;
};

// Chooses what runs this request.
std::shared_ptr<Try> make_try(TryHost& host, TryRequest request, TryLog log);

}  // namespace gale
