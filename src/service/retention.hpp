// What is older than the settings say goes by itself: runs, XComs, audit log, task logs.
//
// A thread of its own calls `round` now and then. The work goes in small batches with a pause after each, so that
// scheduling and people come first; of several schedulers on one database one at a time cleans it (MaintenanceStore's
// turn). Log files are each machine's own, and every one looks after its folder.
#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "store/store.hpp"

namespace gale {

struct RetentionSettings {
    // Zero: kept for ever.
    Duration dag_runs{};  // with all that belongs to them; also DAG versions and jobs that nothing refers to any more
    Duration xcoms{};
    Duration audit_log{};
    Duration task_logs{};
    int batch_size = 100;
    Duration pause = std::chrono::milliseconds{50};  // after each batch
    std::filesystem::path base_log_folder;
    std::string holder;  // names this process for the turn

    bool is_on() const {
        return dag_runs.count() > 0 || xcoms.count() > 0 || audit_log.count() > 0 || task_logs.count() > 0;
    }
};

class Retention {
public:
    Retention(Store& store, const Clock& clock, RetentionSettings settings)
        : store_(store), clock_(clock), settings_(std::move(settings)) {}

    // Removes what has grown too old; what went is in the log and the audit log. Ends early when told to stop. An error
    // ends the round and leaves the rest to the next.
    Result<void> round(std::stop_token stop);

private:
    Result<void> clean_rows(const std::vector<std::string>& tables, Duration age, const std::stop_token& stop);
    Result<void> clean_database_rows(const std::stop_token& stop);
    Result<void> clean_task_logs(const std::stop_token& stop);
    Result<bool> may_go(const std::filesystem::path& run_folder) const;
    void pause(const std::stop_token& stop) const;

    Store& store_;
    const Clock& clock_;
    const RetentionSettings settings_;
};

}  // namespace gale
