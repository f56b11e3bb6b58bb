// What the home page shows of all DAGs.
#include <fmt/format.h>

#include "base/check.hpp"
#include "store/sql/list_query.hpp"
#include "store/sql/rows.hpp"
#include "store/sql/sql_store.hpp"
#include "store/sql/view_rows.hpp"

namespace gale::sql {

namespace {

Result<RunProgress> read_progress(Cursor& cursor) {
    RunProgress progress;
    RunBrief& run = progress.run;
    TRY(cursor.read("dag_run", run.key, run.dag_id, run.run_id, run.run_type, run.state, run.logical_date,
                    run.run_after, run.queued_at, run.start_date, run.end_date, run.note, run.conf_is_empty,
                    run.dag_version, run.version_number, progress.dag_display_name));
    return progress;
}

Result<void> count_tasks(Connection& connection, RunProgress& progress) {
    auto cursor = TRY(connection.query(
        "SELECT count(*), count(CASE WHEN state IN ('success', 'failed', 'skipped', 'upstream_failed', 'removed') THEN "
        "1 END) FROM task_instance WHERE dag_run_id = ?",
        progress.run.key));
    if (TRY(cursor.next())) TRY(cursor.read("task_instance", progress.total_tasks, progress.finished_tasks));
    return {};
}

Result<void> find_failed_tasks(Connection& connection, RunProgress& progress, int limit) {
    auto cursor = TRY(connection.query(
        "SELECT seq, task_id, map_index, try_number FROM task_instance WHERE dag_run_id = ? AND state = 'failed' ORDER "
        "BY end_date, task_id, map_index LIMIT ?",
        progress.run.key, limit));
    while (TRY(cursor.next())) {
        std::int64_t seq = 0;
        auto& task = progress.failed_tasks.emplace_back();
        TRY(cursor.read("task_instance", seq, task.task_id, task.map_index, task.try_number));
    }
    return {};
}

// `which`: the conditions and order behind "FROM dag_run dr … WHERE".
template <class... Args>
Result<std::vector<RunProgress>> find_runs(Connection& connection, std::string_view which, const Args&... args) {
    auto cursor = TRY(connection.query(fmt::format("SELECT {}, d.dag_display_name FROM {} JOIN dag d ON d.dag_id = "
                                                   "dr.dag_id WHERE {}",
                                                   kRunBriefColumns, kRunBriefFrom, which),
                                       args...));
    return read_rows(cursor, read_progress);
}

}  // namespace

Result<std::vector<RunCount>> SqlStore::count_runs_started(TimePoint from, TimePoint to, Duration step,
                                                           TimePoint first_bucket) {
    CHECK(step.count() > 0 && first_bucket <= from);
    return read([&](Connection& connection) -> Result<std::vector<RunCount>> {
        auto cursor =
            TRY(connection.query("SELECT start_date, state FROM dag_run WHERE start_date >= ? AND start_date < "
                                 "? ORDER BY start_date",
                                 from, to));
        std::vector<RunCount> counts;
        size_t first_of_bucket = 0;
        while (TRY(cursor.next())) {
            TimePoint start;
            RunCount one{.bucket = 0, .state = DagRunState::queued, .count = 1};
            TRY(cursor.read("dag_run", start, one.state));
            one.bucket = (start - first_bucket) / step;
            if (!counts.empty() && counts.back().bucket != one.bucket) first_of_bucket = counts.size();
            size_t i = first_of_bucket;
            while (i < counts.size() && counts[i].state != one.state) ++i;
            if (i < counts.size())
                ++counts[i].count;
            else
                counts.push_back(one);
        }
        return counts;
    });
}

Result<std::map<TaskState, std::int64_t>> SqlStore::count_task_instances(TimePoint from, TimePoint to) {
    return read([&](Connection& connection) -> Result<std::map<TaskState, std::int64_t>> {
        auto cursor = TRY(
            connection.query("SELECT ti.state, count(*) FROM dag_run dr CROSS JOIN task_instance ti ON "
                             "ti.dag_run_id = dr.id WHERE dr.start_date >= ? AND dr.start_date < ? GROUP BY ti.state",
                             from, to));
        std::map<TaskState, std::int64_t> counts;
        while (TRY(cursor.next())) {
            TaskState state{};
            std::int64_t count = 0;
            TRY(cursor.read("task_instance", state, count));
            counts[state] = count;
        }
        return counts;
    });
}

Result<std::int64_t> SqlStore::count_queued_runs() {
    return read([&](Connection& connection) -> Result<std::int64_t> {
        auto cursor = TRY(
            connection.query("SELECT count(*) FROM dag_run INDEXED BY dag_run_active WHERE state = 'queued' AND state "
                             "IN ('queued', 'running')"));
        std::int64_t count = 0;
        if (TRY(cursor.next())) TRY(cursor.read("dag_run", count));
        return count;
    });
}

Result<std::vector<RunProgress>> SqlStore::running_runs(int limit) {
    return read([&](Connection& connection) -> Result<std::vector<RunProgress>> {
        // The list says to SQLite that the index of active runs holds them all.
        auto runs = TRY(find_runs(
            connection,
            "dr.state = 'running' AND dr.state IN ('queued', 'running') ORDER BY dr.start_date, dr.id LIMIT ?", limit));
        for (RunProgress& run : runs) TRY(count_tasks(connection, run));
        return runs;
    });
}

Result<std::vector<RunProgress>> SqlStore::failed_runs(TimePoint from, TimePoint to, int limit, int tasks) {
    return read([&](Connection& connection) -> Result<std::vector<RunProgress>> {
        auto runs = TRY(find_runs(connection,
                                  "dr.state = 'failed' AND dr.end_date >= ? AND dr.end_date < ? ORDER BY dr.end_date "
                                  "DESC, dr.id DESC LIMIT ?",
                                  from, to, limit));
        for (RunProgress& run : runs) {
            TRY(count_tasks(connection, run));
            TRY(find_failed_tasks(connection, run, tasks));
        }
        return runs;
    });
}

Result<DagCounts> SqlStore::count_dags() {
    return read([&](Connection& connection) -> Result<DagCounts> {
        auto cursor = TRY(connection.query(
            "SELECT count(*), count(CASE WHEN d.is_paused = 0 THEN 1 END), count(CASE WHEN (SELECT r.state FROM "
            "dag_run r WHERE r.dag_id = d.dag_id ORDER BY r.run_after DESC, r.id DESC LIMIT 1) = 'failed' THEN 1 END) "
            "FROM dag d WHERE d.is_stale = 0"));
        DagCounts counts;
        if (TRY(cursor.next())) TRY(cursor.read("dag", counts.total, counts.active, counts.failing));
        counts.paused = counts.total - counts.active;
        return counts;
    });
}

}  // namespace gale::sql
