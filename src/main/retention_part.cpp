#include "main/retention_part.hpp"

#include <unistd.h>

#include <condition_variable>
#include <mutex>

#include "base/log.hpp"
#include "executor/local/worker_launch.hpp"

namespace gale {
namespace {

Duration days(double count) {
    return from_seconds(count * 86'400);
}

}  // namespace

RetentionSettings retention_settings(const Settings& settings, const std::string& holder) {
    RetentionSettings wanted;
    wanted.dag_runs = days(settings.dag_run_retention_days);
    wanted.xcoms = days(settings.xcom_retention_days);
    wanted.audit_log = days(settings.audit_log_retention_days);
    wanted.task_logs = days(settings.task_log_retention_days);
    wanted.batch_size = settings.retention_batch_size;
    wanted.base_log_folder = settings.base_log_folder;
    wanted.holder = holder;
    return wanted;
}

void run_retention(Store& store, const Clock& clock, const Settings& settings, const std::string& hostname,
                   std::stop_token stop) {
    Retention retention(store, clock, retention_settings(settings, hostname + ":" + std::to_string(::getpid())));
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock(mutex);
    while (!stop.stop_requested()) {
        if (const auto rotated = rotate_worker_log(settings.run_folder()); !rotated)
            log::warning("retention", "the worker's log goes on growing: {}", rotated.error().to_string());
        if (const auto done = retention.round(stop); !done)
            log::warning("retention", "what is too old stays for now: {}", done.error().to_string());
        stopped.wait_for(lock, stop, from_seconds(settings.retention_check_interval), [] { return false; });
    }
}

}  // namespace gale
