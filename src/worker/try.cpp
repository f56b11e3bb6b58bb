#include "worker/try.hpp"

#include <fmt/format.h>

#include "worker/docker/docker_try.hpp"
#include "worker/native/bash_try.hpp"
#include "worker/native/empty_try.hpp"
#include "worker/python/python_try.hpp"

namespace gale {

Try::~Try() {
    host_.loop().cancel(timeout_);
    host_.loop().cancel(kill_);
}

void Try::arm_timeout(Duration slack) {
    if (!request_.execution_timeout) return;
    const Duration limit = *request_.execution_timeout;
    timeout_ = host_.loop().after(limit + slack, [this, limit] {
        terminate(fmt::format("it ran longer than its execution_timeout of {} s", to_seconds(limit)));
    });
}

void Try::terminate(const std::string& reason) {
    if (was_terminated() || reported_) return;
    termination_reason_ = reason.empty() ? "it was asked to end" : reason;
    log_error(fmt::format("Ending the task: {}", termination_reason_));
    signal_work(false);
    kill_ = host_.loop().after(host_.options().kill_grace, [this] {
        log_error(
            fmt::format("It did not end within {} s of SIGTERM: killing it", to_seconds(host_.options().kill_grace)));
        signal_work(true);
    });
}

json::object Try::xcom_request(std::string_view key, json::value value) const {
    return {{"type", "SetXCom"},
            {"key", key},
            {"value", std::move(value)},
            {"dag_id", request_.dag_id.str()},
            {"run_id", request_.run_id.str()},
            {"task_id", request_.task_id.str()},
            {"map_index", request_.map_index}};
}

void Try::report(TaskState outcome, std::string reason, bool retry_allowed) {
    TryFinished finished;
    finished.outcome = outcome;
    finished.reason = std::move(reason);
    finished.retry_allowed = retry_allowed;
    report(std::move(finished));
}

void Try::report(TryFinished finished) {
    if (reported_) return;
    reported_ = true;
    finished.id = request_.id;
    finished.at = host_.clock().now();
    const double seconds = std::chrono::duration<double>(EventLoop::SteadyClock::now() - began_).count();
    const bool good = finished.outcome == TaskState::success || finished.outcome == TaskState::skipped;
    log_.line(good ? "info" : "error", "task",
              fmt::format("Task ended after {:.3f} s: {}{}{}", seconds, to_string(finished.outcome),
                          finished.reason.empty() ? "" : ": ", finished.reason));
    log_.flush();
    // The host lets go of this try: keep it until the stack is unwound.
    const auto self = shared_from_this();
    host_.loop().post([self] {});
    host_.finished(std::move(finished));
}

std::shared_ptr<Try> make_try(TryHost& host, TryRequest request, TryLog log) {
    const NativeKind kind = request.native.kind;
    if (kind == NativeKind::none || request.native.needs_render) {
        return std::make_shared<PythonTry>(host, std::move(request), std::move(log));
    }
    if (kind == NativeKind::bash) return std::make_shared<BashTry>(host, std::move(request), std::move(log));
    if (kind == NativeKind::docker) return std::make_shared<DockerTry>(host, std::move(request), std::move(log));
    return std::make_shared<EmptyTry>(host, std::move(request), std::move(log));
}

}  // namespace gale
