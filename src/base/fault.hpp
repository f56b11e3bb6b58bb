// Fault points: places where tests make the process crash, fail, wait or be in doubt.
//
// GALE_FAULTS arms them: "store.commit=crash@3,worker.spawned=delay:500" crashes at the third commit and waits half a
// second after each process that is started. The actions: crash (SIGKILL to itself), error (an `unavailable` error),
// delay:MILLISECONDS, doubt (what was to happen happens, and the caller is told it failed). "@N": only the N-th time;
// without it each time. With GALE_FAULTS_ONCE=FILE a crash makes the file, and none happens where it is. Not armed, a
// point costs one load of a plain flag. For tests: nothing else sets it.
#pragma once

#include <string_view>

#include "base/error.hpp"

namespace gale::fault {

namespace detail {
extern bool armed;
Result<void> hit(std::string_view point);
bool in_doubt(std::string_view point);
}  // namespace detail

// Reads GALE_FAULTS; in tests also another text. Errors name the part that cannot be read. Not thread-safe: before
// threads start, or while none hits a point.
Result<void> arm(std::string_view faults);
// How often the point was passed since it was armed (0 while nothing is).
long passed(std::string_view point);

// The point itself. An error only when one is armed.
inline Result<void> point(std::string_view name) {
    return detail::armed ? detail::hit(name) : Result<void>{};
}
// Where nothing can fail: crash and delay only.
inline void pass(std::string_view name) {
    if (detail::armed) (void)detail::hit(name);
}
// After what is done and cannot be undone: whether to say that it failed.
inline bool in_doubt(std::string_view name) {
    return detail::armed && detail::in_doubt(name);
}

}  // namespace gale::fault
