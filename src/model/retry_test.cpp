#include "model/retry.hpp"

#include <gtest/gtest.h>

namespace gale {
namespace {

using std::chrono::seconds;

constexpr TimePoint kEnd{std::chrono::sys_days{std::chrono::year{2026} / 5 / 1}};

struct Case {
    const char* dag_id;
    const char* task_id;
    const char* logical_date;  // "": none
    int try_number;
    double retry_delay, factor, max_retry_delay;  // 0: none
    double expected;
};

// From tests/parity/retry_goldens.py.
const Case kCases[] = {
    {"d", "t", "2026-01-02T03:04:05Z", 1, 300, 2, 0, 445},
    {"d", "t", "2026-01-02T03:04:05Z", 2, 300, 2, 0, 1010},
    {"d", "t", "2026-01-02T03:04:05.123456Z", 3, 300, 2, 0, 1605},
    {"d", "t", "", 3, 300, 2, 0, 1398},
    {"financial_news", "news_load", "", 1, 0.25, 1.5, 0, 1},
    {"financial_news", "news_load", "", 4, 10, 1.5, 20, 20},
    {"financial_news", "news_load", "", 9, 300, 2, 0, 86400},
    {"financial_news", "news_load", "", 5000, 300, 2, 0, 86400},
    {"d", "t", "", 1, 0, 2, 0, 1},
    {"d", "t", "", 2, 7, 0.5, 0, 6},
    {"d", "t", "", 2, 7, 1, 3, 7},
    {"d", "t", "", 2, 7, 0, 3, 7},
};

TEST(Retry, DelaysAreAirflowsToTheSecond) {
    for (const Case& c : kCases) {
        RetryPolicy policy{.retries = 3,
                           .retry_delay = from_seconds(c.retry_delay),
                           .retry_exponential_backoff = c.factor,
                           .max_retry_delay = {}};
        if (c.max_retry_delay != 0) policy.max_retry_delay = from_seconds(c.max_retry_delay);
        std::optional<TimePoint> logical_date;
        if (*c.logical_date != '\0') logical_date = parse_iso8601(c.logical_date).value();
        const auto at = next_retry_at(policy, DagId{c.dag_id}, TaskId{c.task_id}, logical_date, c.try_number, kEnd);
        EXPECT_EQ(to_seconds(at - kEnd), c.expected) << c.task_id << " try " << c.try_number << " factor " << c.factor;
    }
}

TEST(Retry, ATryMayBeRepeatedWhileRetriesAreLeft) {
    EXPECT_FALSE(may_retry(1, 0));
    EXPECT_TRUE(may_retry(1, 1));
    EXPECT_FALSE(may_retry(2, 1));
    EXPECT_TRUE(may_retry(3, 3));
    EXPECT_FALSE(may_retry(4, 3));
}

}  // namespace
}  // namespace gale
