// What a container that DockerOperator asks for may be. Pure: a body in, the body for the engine out.
//
// Only what is known to be harmless to the host passes; the rest is refused by name. The body is made anew from what
// was checked, because the engine reads JSON keys in any case and takes the last of two.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"

namespace gale::docker_proxy {

// The label of every container that came through this proxy; its value is the proxy's instance.
inline constexpr const char* kInstanceLabel = "gale.docker_proxy";

// A folder or volume that containers may mount. Exactly this one, none below it: a task could put a symbolic link
// there, which the engine would follow on the host.
struct AllowedMount {
    std::string path;    // as callers name it
    std::string source;  // what the engine is given: a path of the host
    std::string volume;  // its name, when it is a volume
    bool read_only = false;
};

struct ContainerRules {
    std::string instance;
    std::vector<AllowedMount> mounts;
    std::set<std::string> networks;  // NetworkMode
};

// Errors are permission_denied, with the field, what is allowed, and where that is set.
Result<json::object> checked_container(const ContainerRules& rules, const json::object& wanted);

}  // namespace gale::docker_proxy
