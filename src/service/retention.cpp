#include "service/retention.hpp"

#include <condition_variable>
#include <mutex>

#include "base/log.hpp"
#include "service/database_clean.hpp"
#include "service/detail/audit.hpp"

namespace gale {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kRoom = "retention";
constexpr std::string_view kEvent = "retention";
constexpr Duration kTurn = std::chrono::minutes{2};  // renewed with each batch
const Actor kActor{"scheduler", TriggeredBy::timetable};

std::string_view value_in(std::string_view folder, std::string_view prefix) {
    return folder.starts_with(prefix) ? folder.substr(prefix.size()) : std::string_view();
}

// A folder's entries, without following links; what vanishes meanwhile is no error.
template <class F>
Result<void> for_each_entry(const fs::path& folder, F&& visit) {
    std::error_code error;
    for (fs::directory_iterator it(folder, fs::directory_options::skip_permission_denied, error), end;
         !error && it != end; it.increment(error)) {
        TRY(visit(*it));
    }
    if (error && error != std::errc::no_such_file_or_directory)
        return std::unexpected(errno_error(error.value(), "cannot read the folder " + folder.native()));
    return {};
}

// Removes the files below `folder` that were last written before `before`, then the folders that are empty by that.
Result<void> remove_old_files(const fs::path& folder, fs::file_time_type before, std::int64_t& removed) {
    TRY(for_each_entry(folder, [&](const fs::directory_entry& entry) -> Result<void> {
        std::error_code error;
        if (entry.is_directory(error) && !entry.is_symlink(error))
            return remove_old_files(entry.path(), before, removed);
        const auto written = entry.is_symlink(error) ? fs::file_time_type::max() : entry.last_write_time(error);
        if (error || written >= before) return {};
        if (!fs::remove(entry.path(), error) && error)
            return std::unexpected(errno_error(error.value(), "cannot remove the old log " + entry.path().native()));
        ++removed;
        return {};
    }));
    std::error_code error;
    fs::remove(folder, error);  // not empty: it stays
    return {};
}

}  // namespace

void Retention::pause(const std::stop_token& stop) const {
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock(mutex);
    stopped.wait_for(lock, stop, settings_.pause, [] { return false; });
}

Result<void> Retention::clean_rows(const std::vector<std::string>& tables, Duration age, const std::stop_token& stop) {
    if (age.count() <= 0 || stop.stop_requested()) return {};
    CleanRequest request;
    request.before = clock_.now() - age;
    request.tables = tables;
    request.archives = false;
    request.batch_size = settings_.batch_size;
    // Another may have the turn once ours has run out: the batch under way harms nothing, the next is not begun.
    std::stop_source enough;
    const std::stop_callback stopped(stop, [&] { enough.request_stop(); });
    Result<void> turn;
    const auto after_batch = [&](const std::string&, std::int64_t) {
        pause(stop);
        const auto ours = store_.take_turn(std::string(kRoom), settings_.holder, kTurn);
        if (!ours) turn = std::unexpected(ours.error());
        if (!ours || !*ours) enough.request_stop();
    };
    const auto cleaned =
        TRY(clean_database(store_, clock_, request, kActor, std::string(kEvent), after_batch, enough.get_token()));
    for (const CleanedTable& table : cleaned) {
        if (table.rows > 0)
            log::info(kRoom, "{} rows from before {} went from {}", table.rows, to_iso8601(request.before),
                      table.table);
    }
    return turn;
}

Result<void> Retention::clean_database_rows(const std::stop_token& stop) {
    if (settings_.dag_runs.count() <= 0 && settings_.xcoms.count() <= 0 && settings_.audit_log.count() <= 0) return {};
    if (!TRY(store_.take_turn(std::string(kRoom), settings_.holder, kTurn))) return {};
    TRY(clean_rows({"dag_run", "dag_version", "job"}, settings_.dag_runs, stop));
    TRY(clean_rows({"xcom"}, settings_.xcoms, stop));
    TRY(clean_rows({"log"}, settings_.audit_log, stop));
    TRY(store_.take_turn(std::string(kRoom), settings_.holder, Duration{0}));  // the next may begin
    return {};
}

// A run that is under way keeps its logs: a task may wait for days between two lines.
Result<bool> Retention::may_go(const fs::path& run_folder) const {
    const auto dag_folder = run_folder.parent_path().filename().native();
    const auto folder = run_folder.filename().native();
    const auto run = store_.get_dag_run(DagId(value_in(dag_folder, "dag_id=")), RunId(value_in(folder, "run_id=")));
    if (run) return is_finished(run->state);
    if (run.error().code() == ErrorCode::not_found || run.error().code() == ErrorCode::data_corrupt) return true;
    return std::unexpected(run.error());
}

Result<void> Retention::clean_task_logs(const std::stop_token& stop) {
    if (settings_.task_logs.count() <= 0) return {};
    // File times are the machine's.
    const auto before = fs::file_time_type::clock::now() - settings_.task_logs;
    std::int64_t removed = 0;
    const auto clean_run = [&](const fs::directory_entry& run) -> Result<void> {
        if (stop.stop_requested() || !run.path().filename().native().starts_with("run_id=")) return {};
        std::error_code error;
        if (!run.is_directory(error) || run.is_symlink(error) || !TRY(may_go(run.path()))) return {};
        const auto had = removed;
        TRY(remove_old_files(run.path(), before, removed));
        if (removed > had) pause(stop);
        return {};
    };
    const auto done = for_each_entry(settings_.base_log_folder, [&](const fs::directory_entry& dag) -> Result<void> {
        if (!dag.path().filename().native().starts_with("dag_id=")) return {};
        TRY(for_each_entry(dag.path(), clean_run));
        std::error_code error;
        fs::remove(dag.path(), error);  // not empty: it stays
        return {};
    });
    if (removed > 0) {
        log::info(kRoom, "{} task logs that were last written more than {:.3g} days ago went from {}", removed,
                  to_seconds(settings_.task_logs) / 86400, settings_.base_log_folder.native());
        detail::audit(store_, clock_.now(), kActor, std::string(kEvent), {{"task_logs", removed}});
    }
    return done;
}

Result<void> Retention::round(std::stop_token stop) {
    TRY(clean_database_rows(stop));
    return clean_task_logs(stop);
}

}  // namespace gale
