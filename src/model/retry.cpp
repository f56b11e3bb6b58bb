#include "model/retry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/hash.hpp"

namespace gale {
namespace {

// Python's str() of an aware datetime in UTC, or of None.
std::string python_str(std::optional<TimePoint> time) {
    if (!time) return "None";
    std::string text = to_python_iso(*time);
    text[10] = ' ';
    return text;
}

// The remainder of a number of any length in hexadecimal; modulus at most 2^59, so that the sum does not overflow.
std::uint64_t hex_modulo(std::string_view hex, std::uint64_t modulus) {
    std::uint64_t remainder = 0;
    for (const char c : hex) {
        const auto digit = static_cast<std::uint64_t>(c <= '9' ? c - '0' : c - 'a' + 10);
        remainder = (remainder * 16 + digit) % modulus;
    }
    return remainder;
}

Duration backoff_delay(const RetryPolicy& policy, std::string_view jitter_key, int try_number) {
    using std::chrono::seconds;
    constexpr double kLimit = static_cast<double>(std::chrono::duration_cast<seconds>(kMaxRetryDelay).count());
    const double exact =
        std::ceil(to_seconds(policy.retry_delay) * std::pow(policy.retry_exponential_backoff, try_number - 1));
    Duration delay = kMaxRetryDelay;
    if (exact < kLimit) {  // otherwise the jitter, which only adds, changes nothing
        const auto least = static_cast<std::uint64_t>(std::max(exact, 1.0));
        const auto jitter = hex_modulo(sha1_hex(jitter_key), least);
        delay = std::min<Duration>(seconds{least + jitter}, kMaxRetryDelay);
    }
    // A maximum of zero counts as none, as a false value does in Python.
    if (policy.max_retry_delay && *policy.max_retry_delay != Duration{0})
        delay = std::min(*policy.max_retry_delay, delay);
    return delay;
}

}  // namespace

bool may_retry(int try_number, int max_tries) {
    return max_tries > 0 && try_number <= max_tries;
}

TimePoint next_retry_at(const RetryPolicy& policy, const DagId& dag_id, const TaskId& task_id,
                        std::optional<TimePoint> logical_date, int try_number, TimePoint end_date) {
    const double factor = policy.retry_exponential_backoff;
    if (factor <= 0 || factor == 1.0) return end_date + policy.retry_delay;
    const auto key = fmt::format("{}#{}#{}#{}", dag_id.str(), task_id.str(), python_str(logical_date), try_number);
    return end_date + backoff_delay(policy, key, try_number);
}

}  // namespace gale
