#include "model/state_letters.hpp"

#include <algorithm>
#include <array>

namespace gale {
namespace {

using enum TaskState;

// By the enumerator's value.
constexpr std::array kLetters = {'-', 'c', 'q', 'r', 'e', 's', 'f', 'y', 'z', 'u', 'k', 'x', 'd', 'w'};

constexpr std::array kForemost = {failed,   upstream_failed, up_for_retry, up_for_reschedule, queued, scheduled,
                                  deferred, awaiting_input,  running,      restarting,        none,   success,
                                  skipped,  removed};

}  // namespace

char state_letter(TaskState state) {
    return kLetters.at(static_cast<size_t>(state));
}

TaskState foremost(TaskState a, TaskState b) {
    return *std::ranges::find_if(kForemost, [&](TaskState state) { return state == a || state == b; });
}

}  // namespace gale
