#include "base/fault.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/log.hpp"

namespace gale::fault {
namespace {

enum class Action { crash, error, delay, doubt };

struct Fault {
    Action action = Action::error;
    long number = 0;  // 0: each time
    std::chrono::milliseconds delay{0};
};

std::mutex mutex;
std::multimap<std::string, Fault, std::less<>> faults;
std::map<std::string, long, std::less<>> counts;

Error unreadable(std::string_view part, std::string_view why) {
    return Error(ErrorCode::invalid_argument,
                 "GALE_FAULTS: '" + std::string(part) + "' " + std::string(why) +
                     "; write POINT=crash|error|doubt|delay:MILLISECONDS, and @N for the N-th time only");
}

Result<long> number_of(std::string_view text, std::string_view part) {
    long number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < 0)
        return std::unexpected(unreadable(part, "has something that is no number"));
    return number;
}

Result<Fault> fault_of(std::string_view text, std::string_view part) {
    Fault fault;
    if (const auto at = text.find('@'); at != std::string_view::npos) {
        fault.number = TRY(number_of(text.substr(at + 1), part));
        text = text.substr(0, at);
    }
    if (text.starts_with("delay:")) {
        fault.action = Action::delay;
        fault.delay = std::chrono::milliseconds(TRY(number_of(text.substr(6), part)));
    } else if (text == "crash") {
        fault.action = Action::crash;
    } else if (text == "doubt") {
        fault.action = Action::doubt;
    } else if (text != "error") {
        return std::unexpected(unreadable(part, "has no such action"));
    }
    return fault;
}

// The faults that are due at this passage.
std::vector<Fault> due(std::string_view point) {
    const std::scoped_lock lock(mutex);
    const auto counted = counts.find(point);
    const long passage = counted == counts.end() ? (counts[std::string(point)] = 1) : ++counted->second;
    std::vector<Fault> found;
    for (auto [fault, end] = faults.equal_range(point); fault != end; ++fault)
        if (fault->second.number == 0 || fault->second.number == passage) found.push_back(fault->second);
    return found;
}

// One crash is enough for a test that goes on with the next process, which is armed alike.
bool is_first_crash() {
    const char* once = std::getenv("GALE_FAULTS_ONCE");
    if (once == nullptr) return true;
    const int made = ::open(once, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (made >= 0) ::close(made);
    return made >= 0;
}

void act(const Fault& fault) {
    if (fault.action == Action::crash && is_first_crash()) ::kill(::getpid(), SIGKILL);
    if (fault.action == Action::delay) std::this_thread::sleep_for(fault.delay);
}

}  // namespace

namespace detail {

bool armed = false;

Result<void> hit(std::string_view point) {
    for (const Fault& fault : due(point)) {
        act(fault);
        if (fault.action == Action::error)
            return fail(ErrorCode::unavailable, "the fault point " + std::string(point) + " was asked to fail");
    }
    return {};
}

bool in_doubt(std::string_view point) {
    bool doubt = false;
    for (const Fault& fault : due(point)) {
        act(fault);
        doubt |= fault.action == Action::doubt || fault.action == Action::error;
    }
    return doubt;
}

}  // namespace detail

Result<void> arm(std::string_view text) {
    const std::scoped_lock lock(mutex);
    faults.clear();
    counts.clear();
    detail::armed = false;
    while (!text.empty()) {
        const auto comma = text.find(',');
        const std::string_view part = text.substr(0, comma);
        text = comma == std::string_view::npos ? "" : text.substr(comma + 1);
        const auto equals = part.find('=');
        if (equals == std::string_view::npos || equals == 0) return std::unexpected(unreadable(part, "names no point"));
        faults.emplace(part.substr(0, equals), TRY(fault_of(part.substr(equals + 1), part)));
    }
    detail::armed = !faults.empty();
    return {};
}

long passed(std::string_view point) {
    const std::scoped_lock lock(mutex);
    const auto counted = counts.find(point);
    return counted == counts.end() ? 0 : counted->second;
}

}  // namespace gale::fault
