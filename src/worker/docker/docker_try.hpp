// DockerOperator without Python: a child process of the worker talks to the Docker engine, blocking (docker_job.hpp);
// this watches it.
#pragma once

#include <optional>

#include "worker/child_try.hpp"

namespace gale {

class DockerTry final : public ChildTry {
public:
    using ChildTry::ChildTry;
    void start() override;

protected:
    void on_stdout_line(std::string_view line) override { log().line("info", "task.stdout", line); }
    // {"log": text, "level": level} or, as the last word, {"outcome": state, "reason": text, "xcom": value}.
    void on_control_line(std::string_view line) override;
    void conclude(int wait_status) override;

private:
    std::optional<json::object> last_word_;
};

}  // namespace gale
