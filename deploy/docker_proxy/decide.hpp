// Which requests of a client reach the Docker engine, and as what: those that DockerOperator makes, on containers that
// were made through this proxy. Pure.
#pragma once

#include <optional>
#include <string>

#include "base/error.hpp"
#include "container_rules.hpp"

namespace gale::docker_proxy {

struct Request {
    std::string method, target, body;
};

struct Forward {
    std::string method;
    std::string before, after;  // the target: with a container's id between the two, or `before` alone
    std::string body;
    std::optional<std::string> container;  // id or name; must be one of this instance, and is to be named by its id

    std::string target(const std::string& id) const { return container ? before + id + after : before; }
};

// Errors: permission_denied for what is not let through, invalid_argument for what cannot be read.
Result<Forward> decide(const ContainerRules& rules, const Request& request);

// Whether the engine's description of a container (GET /containers/x/json) is one of this instance; its id.
std::optional<std::string> own_container_id(const ContainerRules& rules, const json::object& description);

}  // namespace gale::docker_proxy
