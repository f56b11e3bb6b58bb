// Starts the root fork server: `python -m gale.fork_server`.
#pragma once

#include <sys/types.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "worker/python/python_options.hpp"

namespace gale {

struct PythonProcess {
    pid_t pid = 0;
    Fd control;  // non-blocking
};

// Does not wait for its imports. Its output goes to this process's. Fails when the interpreter cannot be run, and says
// how to name another. Any thread may call it, if no other thread forks at the same moment without closing descriptors.
Result<PythonProcess> start_python(const PythonOptions& options);

}  // namespace gale
