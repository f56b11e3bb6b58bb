// Tries whether what a connection names can be reached. Only that: no login, no password, nothing of it leaves.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "store/store.hpp"

namespace gale {

struct ProbeOutcome {
    bool reached = false;
    std::string message;  // what was tried, and what came of it
};

// http and https addresses: asks for their headers, TLS with it. Others: opens a TCP connection to host and port, the
// type's usual port where none is given; fs: looks whether the path is there. At most `timeout`.
ProbeOutcome probe_connection(const Connection& connection, Duration timeout);

}  // namespace gale
