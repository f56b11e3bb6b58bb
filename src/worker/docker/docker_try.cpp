#include "worker/docker/docker_try.hpp"

#include <unistd.h>

#include "worker/docker/docker_job.hpp"

namespace gale {

void DockerTry::start() {
    const auto launched = [&]() -> Result<void> {
        Pipe out = TRY(make_pipe());
        Pipe err = TRY(make_pipe());
        Pipe control = TRY(make_pipe());
        const DockerJob job{request_, host_.options().home.native(), host_.options().kill_grace};
        const pid_t pid = TRY(fork_child({out.write.get(), err.write.get(), control.write.get()}, [&] {
            ::dup2(out.write.get(), STDOUT_FILENO);
            ::dup2(err.write.get(), STDERR_FILENO);
            return run_docker_job(job, control.write.get());
        }));
        out.write.reset();
        err.write.reset();
        control.write.reset();
        arm_timeout();
        watch_child(pid, std::move(out.read), std::move(err.read), std::move(control.read));
        return {};
    }();
    if (!launched) report(TaskState::failed, launched.error().to_string());
}

void DockerTry::on_control_line(std::string_view line) {
    auto message = json::parse_object(line);
    if (!message) return log_error("an unreadable message of the docker process: " + std::string(line));
    if (const auto text = json::get_optional_string(*message, "log").value_or(std::nullopt)) {
        log().line(json::get_string_or(*message, "level", "info").value_or("info"), "task", *text);
    } else {
        last_word_ = std::move(*message);
    }
}

void DockerTry::conclude(int wait_status) {
    if (was_terminated()) return report(TaskState::failed, termination_reason());
    if (!last_word_)
        return report(TaskState::failed,
                      "the process that talks to the Docker engine ended: " + describe_exit(wait_status));
    const std::string reason = json::get_string_or(*last_word_, "reason", "").value_or("");
    const auto outcome =
        parse_task_state(json::get_string_or(*last_word_, "outcome", "").value_or("")).value_or(TaskState::failed);
    const auto* xcom = last_word_->if_contains("xcom");
    if (outcome != TaskState::success || !request_.do_xcom_push || xcom == nullptr) return report(outcome, reason);
    TryFinished finished;
    finished.outcome = TaskState::success;
    finished.xcom = xcom_request("return_value", *xcom);
    report(std::move(finished));
}

}  // namespace gale
