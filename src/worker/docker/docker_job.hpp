// One container from create to remove, as Airflow's DockerOperator runs it. Blocking; runs in a process of its own.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "executor/executor.hpp"

namespace gale {

struct DockerJob {
    const TryRequest& request;  // native.fields: docs/reference/dag_definition.md
    std::string home;           // AIRFLOW_HOME: containers are labelled with it
    Duration kill_grace;        // between the container's SIGTERM and SIGKILL
};

// The container's output goes to stdout and stderr, messages and the outcome to `control_fd` (docker_try.hpp). On
// SIGTERM the container is stopped, and removed if it is not to be kept. The exit code is always 0: the outcome says
// how it went.
int run_docker_job(const DockerJob& job, int control_fd);

}  // namespace gale
