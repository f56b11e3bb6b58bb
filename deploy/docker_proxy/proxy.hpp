// gale-docker-proxy: stands between DockerOperator and the Docker engine, and lets through what it needs, no more.
//
// A thread a connection, at most kMaxConnections; a request is read whole (at most 4 MiB), decided on (decide.hpp),
// made anew and sent to the engine; the answer streams back. Containers are looked up before anything is done with
// them, and those that were not made through this proxy do not exist for its clients. It keeps nothing.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "container_rules.hpp"

namespace gale::docker_proxy {

struct ProxyOptions {
    std::string host = "0.0.0.0";
    std::uint16_t port = 2375;
    std::filesystem::path socket = "/var/run/docker.sock";
    ContainerRules rules;
};

// Runs until the process ends; returns only with an error.
Result<void> serve(const ProxyOptions& options);

// What this very container has mounted, but the engine's socket, and its compose project as the instance. Fails with
// not_found outside of a container.
Result<void> learn_from_own_container(const std::filesystem::path& socket, const std::string& hostname,
                                      ContainerRules& rules);

// 0: a proxy answers there, and the engine behind it.
int check(const std::string& host, std::uint16_t port);

}  // namespace gale::docker_proxy
