// What the page shows of one DAG's runs.
#include <fmt/format.h>

#include <unordered_map>

#include "store/sql/list_query.hpp"
#include "store/sql/rows.hpp"
#include "store/sql/sql_store.hpp"
#include "store/sql/view_rows.hpp"

namespace gale::sql {
namespace {

// Gives each task id a number, without a copy for each of its rows.
class TaskNumbers {
public:
    explicit TaskNumbers(std::vector<TaskId>& task_ids) : task_ids_(task_ids) {}
    std::uint32_t of(std::string_view task_id) {
        const auto known = numbers_.find(task_id);
        if (known != numbers_.end()) return known->second;
        const auto number = static_cast<std::uint32_t>(task_ids_.size());
        task_ids_.emplace_back(task_id);
        numbers_.emplace(task_id, number);
        return number;
    }

private:
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };
    std::vector<TaskId>& task_ids_;
    std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> numbers_;
};

// Rows come by task, so a task's earlier cells are the last ones.
void add_to(std::vector<GridCell>& cells, GridCell cell) {
    for (size_t i = cells.size(); i > 0 && cells[i - 1].task == cell.task; --i) {
        GridCell& known = cells[i - 1];
        if (known.state != cell.state || known.is_mapped != cell.is_mapped) continue;
        ++known.count;
        return;
    }
    cells.push_back(cell);
}

Result<void> read_cells(Connection& connection, TaskNumbers& numbers, GridRows::Run& run) {
    auto cursor = TRY(connection.query(
        "SELECT seq, task_id, map_index, state FROM task_instance WHERE dag_run_id = ? ORDER BY task_id, map_index",
        run.run.key));
    while (TRY(cursor.next())) {
        std::int64_t seq = 0;
        TextView task_id;
        GridCell cell{.task = 0, .is_mapped = false, .state = TaskState::none, .count = 1};
        int map_index = 0;
        TRY(cursor.read("task_instance", seq, task_id, map_index, cell.state));
        cell.task = numbers.of(task_id.text);
        cell.is_mapped = map_index != kNotMapped;
        add_to(run.cells, cell);
    }
    return {};
}

void widen(TaskTimes& times, const TaskTimes& by) {
    if (by.start && (!times.start || *by.start < *times.start)) times.start = by.start;
    if (!by.end)
        times.end.reset();
    else if (times.end && *by.end > *times.end)
        times.end = by.end;
}

Result<void> read_times(Connection& connection, TaskNumbers& numbers, DurationRows::Run& run) {
    auto cursor = TRY(
        connection.query("SELECT seq, task_id, start_date, end_date FROM task_instance WHERE dag_run_id = ? ORDER BY "
                         "task_id, map_index",
                         run.run.key));
    while (TRY(cursor.next())) {
        std::int64_t seq = 0;
        TextView task_id;
        TaskTimes times;
        TRY(cursor.read("task_instance", seq, task_id, times.start, times.end));
        times.task = numbers.of(task_id.text);
        if (!run.tasks.empty() && run.tasks.back().task == times.task)
            widen(run.tasks.back(), times);
        else
            run.tasks.push_back(times);
    }
    return {};
}

ListQuery runs_query(const DagRunFilter& filter) {
    ListQuery list(kRunBriefFrom);
    filter_runs(list, filter);
    return list;
}

Result<TryTimes> read_try(Cursor& cursor) {
    TryTimes times;
    TRY(cursor.read("task_instance", times.task_id, times.map_index, times.try_number, times.state, times.scheduled_at,
                    times.queued_at, times.start_date, times.end_date));
    return times;
}

}  // namespace

Result<GridRows> SqlStore::grid_rows(const DagRunFilter& filter, int limit) {
    auto list = runs_query(filter);
    TRY(list.page({.limit = limit, .offset = 0, .order_by = {"-run_after"}}, {{"run_after", "dr.run_after"}},
                  "dr.id DESC"));
    return read([&](Connection& connection) -> Result<GridRows> {
        GridRows rows;
        auto page = TRY(read_page(connection, list, kRunBriefColumns, read_run_brief));
        rows.total = page.total;
        TaskNumbers numbers(rows.task_ids);
        for (RunBrief& run : page.items) {
            GridRows::Run& placed = rows.runs.emplace_back();
            placed.run = std::move(run);
            TRY(read_cells(connection, numbers, placed));
        }
        return rows;
    });
}

Result<std::vector<RecentRuns>> SqlStore::recent_runs(const std::vector<DagId>& dags, int count) {
    return read([&](Connection& connection) -> Result<std::vector<RecentRuns>> {
        std::vector<RecentRuns> recent(dags.size());
        const auto newest =
            fmt::format("SELECT {} FROM {} WHERE dr.dag_id = ? ORDER BY dr.run_after DESC, dr.id DESC LIMIT ?",
                        kRunBriefColumns, kRunBriefFrom);
        for (size_t i = 0; i < dags.size(); ++i) {
            auto runs = TRY(connection.query(newest, dags[i], count));
            recent[i].runs = TRY(read_rows(runs, read_run_brief));
            auto active = TRY(connection.query(
                "SELECT count(*) FROM dag_run INDEXED BY dag_run_active WHERE state IN ('queued', 'running') AND "
                "dag_id = ?",
                dags[i]));
            if (TRY(active.next())) TRY(active.read("dag_run", recent[i].active));
        }
        return recent;
    });
}

Result<DurationRows> SqlStore::duration_rows(const DagId& dag_id, int limit) {
    return read([&](Connection& connection) -> Result<DurationRows> {
        DurationRows rows;
        TaskNumbers numbers(rows.task_ids);
        auto runs = TRY(connection.query(
            fmt::format("SELECT {} FROM {} WHERE dr.dag_id = ? ORDER BY dr.run_after DESC, dr.id DESC LIMIT ?",
                        kRunBriefColumns, kRunBriefFrom),
            dag_id, limit));
        for (RunBrief& run : TRY(read_rows(runs, read_run_brief))) rows.runs.emplace_back().run = std::move(run);
        for (DurationRows::Run& run : rows.runs) TRY(read_times(connection, numbers, run));
        return rows;
    });
}

Result<std::vector<Duration>> SqlStore::recent_durations(const DagId& dag_id, int count) {
    return read([&](Connection& connection) -> Result<std::vector<Duration>> {
        auto cursor = TRY(connection.query(
            "SELECT id, end_date - start_date FROM dag_run WHERE dag_id = ? AND state = 'success' AND start_date IS "
            "NOT NULL AND end_date IS NOT NULL ORDER BY run_after DESC, id DESC LIMIT ?",
            dag_id, count));
        std::vector<Duration> durations;
        while (TRY(cursor.next())) {
            std::int64_t id = 0, microseconds = 0;
            TRY(cursor.read("dag_run", id, microseconds));
            durations.emplace_back(microseconds);
        }
        return durations;
    });
}

Result<std::vector<RunDate>> SqlStore::run_dates(const DagId& dag_id, const TimeRange& run_after) {
    ListQuery list("dag_run dr");
    list.where("dr.dag_id = ?", dag_id.str());
    list.where_within("dr.run_after", run_after);
    TRY(list.page({.limit = -1, .offset = 0, .order_by = {}}, {}, "dr.run_after, dr.id"));
    return read([&](Connection& connection) -> Result<std::vector<RunDate>> {
        auto cursor = TRY(connection.query(list.select("dr.id, dr.run_after, dr.state"), list.values()));
        return read_rows(cursor, [](Cursor& row) -> Result<RunDate> {
            std::int64_t id = 0;
            RunDate date;
            TRY(row.read("dag_run", id, date.run_after, date.state));
            return date;
        });
    });
}

Result<std::vector<TryTimes>> SqlStore::tries_of_run(const DagId& dag_id, const RunId& run_id) {
    return read([&](Connection& connection) -> Result<std::vector<TryTimes>> {
        const DagRunKey run = TRY(find_run(connection, dag_id, run_id));
        // A task instance that waits for its retry still carries the number of the try that ended.
        auto cursor = TRY(connection.query(
            "SELECT task_id, map_index, try_number, state, scheduled_when, queued_when, start_date, end_date FROM ("
            "SELECT task_id, map_index, try_number, state, scheduled_when, queued_when, start_date, end_date "
            "FROM task_instance_history WHERE dag_run_id = ?1 UNION ALL "
            "SELECT task_id, map_index, try_number, state, scheduled_when, queued_when, start_date, end_date "
            "FROM task_instance ti WHERE dag_run_id = ?1 AND NOT EXISTS (SELECT 1 FROM task_instance_history h WHERE "
            "h.dag_run_id = ti.dag_run_id AND h.task_id = ti.task_id AND h.map_index = ti.map_index AND h.try_number "
            ">= ti.try_number)) tries ORDER BY start_date IS NULL, start_date, task_id, map_index, try_number",
            run));
        return read_rows(cursor, read_try);
    });
}

Result<std::vector<TaskInstance>> SqlStore::occupying_task_instances() {
    return read([&](Connection& connection) -> Result<std::vector<TaskInstance>> {
        auto cursor = TRY(connection.query(
            fmt::format("SELECT {} FROM task_instance ti INDEXED BY task_instance_in_pools JOIN dag_run dr ON dr.id = "
                        "ti.dag_run_id WHERE ti.state IN ('scheduled', 'queued', 'running', 'restarting', 'deferred', "
                        "'awaiting_input') AND ti.state <> 'scheduled'",
                        kTaskInstanceColumns)));
        return read_rows(cursor, read_task_instance);
    });
}

}  // namespace gale::sql
