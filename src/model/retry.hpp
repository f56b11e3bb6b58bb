// Retries: whether and when (contract, section 5.8).
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "model/ids.hpp"

namespace gale {

struct RetryPolicy {
    int retries = 0;
    Duration retry_delay = std::chrono::seconds{300};
    double retry_exponential_backoff = 0;  // factor; 0: none
    std::optional<Duration> max_retry_delay;
};

inline constexpr Duration kMaxRetryDelay = std::chrono::hours{24};  // [core] max_task_retry_delay

// try_number counts from 1; max_tries is the number of retries left in the task instance's life.
bool may_retry(int try_number, int max_tries);

// The moment after which the next try may be scheduled. The jitter is Airflow's: the same try of the same task waits
// equally long on both.
TimePoint next_retry_at(const RetryPolicy& policy, const DagId& dag_id, const TaskId& task_id,
                        std::optional<TimePoint> logical_date, int try_number, TimePoint end_date);

}  // namespace gale
