#include "store/sql/rows.hpp"

#include <fmt/format.h>

namespace gale::sql {

const std::string_view kDagColumns =
    "d.dag_id, d.dag_display_name, d.description, d.is_paused, d.is_stale, d.has_import_errors, d.fileloc, "
    "d.relative_fileloc, "
    "d.last_parsed_time, d.last_parse_duration, d.owners, "
    "(SELECT json_group_array(name) FROM (SELECT name FROM dag_tag t WHERE t.dag_id = d.dag_id ORDER BY name) o) AS "
    "tags, "
    "d.timetable_summary, d.timetable_description, d.timetable_periodic, d.max_active_tasks, d.max_active_runs, "
    "d.max_consecutive_failed_dag_runs, d.next_dagrun_run_after, d.next_dagrun_logical_date, "
    "d.next_dagrun_data_interval_start, d.next_dagrun_data_interval_end, coalesce(v.id, 0) AS latest_version_id, "
    "coalesce(v.version_number, 0) AS version_number";
const std::string_view kDagFrom =
    "dag d LEFT JOIN dag_version v ON v.dag_id = d.dag_id AND v.version_number = "
    "(SELECT max(version_number) FROM dag_version w WHERE w.dag_id = d.dag_id)";

Result<DagRow> read_dag(Cursor& cursor) {
    DagRow dag;
    std::optional<TimePoint> run_after, logical_date, start, end;
    TRY(cursor.read("dag", dag.dag_id, dag.display_name, dag.description, dag.is_paused, dag.is_stale,
                    dag.has_import_errors, dag.fileloc, dag.relative_fileloc, dag.last_parsed_time,
                    dag.last_parse_duration, dag.owners, dag.tags, dag.timetable_summary, dag.timetable_description,
                    dag.timetable_periodic, dag.max_active_tasks, dag.max_active_runs,
                    dag.max_consecutive_failed_dag_runs, run_after, logical_date, start, end, dag.latest_version,
                    dag.latest_version_number));
    if (run_after && logical_date && start && end) dag.next_due = DueRun{*run_after, *logical_date, {*start, *end}};
    return dag;
}

const std::string_view kDagRunColumns =
    "dr.id, dr.dag_id, dr.run_id, dr.run_type, dr.state, dr.logical_date, dr.data_interval_start, "
    "dr.data_interval_end, "
    "dr.run_after, dr.queued_at, dr.start_date, dr.end_date, dr.conf, dr.triggered_by, dr.triggering_user_name, "
    "dr.note, "
    "dr.clear_number, dr.created_dag_version_id";

Result<DagRun> read_dag_run(Cursor& cursor) {
    DagRun run;
    std::optional<TimePoint> start, end;
    TRY(cursor.read("dag_run", run.key, run.dag_id, run.run_id, run.run_type, run.state, run.logical_date, start, end,
                    run.run_after, run.queued_at, run.start_date, run.end_date, run.conf, run.triggered_by,
                    run.triggering_user_name, run.note, run.clear_number, run.dag_version));
    if (start && end) run.data_interval = DataInterval{*start, *end};
    return run;
}

#define GALE_TRY_COLUMNS                                                                                            \
    "ti.dag_run_id, dr.dag_id, dr.run_id, ti.task_id, ti.map_index, ti.state, ti.try_number, ti.max_tries, "        \
    "ti.scheduled_when, ti.queued_when, ti.start_date, ti.end_date, ti.next_try_at, ti.hostname, ti.pid, ti.pool, " \
    "ti.pool_slots, ti.queue, ti.priority_weight, ti.operator_name, ti.note, ti.reason, ti.rendered_map_index"
const std::string_view kTaskInstanceColumns = "ti.id, " GALE_TRY_COLUMNS ", ti.node_id";
const std::string_view kHistoryColumns = "ti.task_instance_id, " GALE_TRY_COLUMNS ", '' AS node_id";
#undef GALE_TRY_COLUMNS
const std::string_view kTaskInstanceFrom = "task_instance ti JOIN dag_run dr ON dr.id = ti.dag_run_id";

Result<TaskInstance> read_task_instance(Cursor& cursor) {
    TaskInstance ti;
    TRY(cursor.read("task_instance", ti.id, ti.run, ti.dag_id, ti.run_id, ti.task_id, ti.map_index, ti.state,
                    ti.try_number, ti.max_tries, ti.scheduled_at, ti.queued_at, ti.start_date, ti.end_date,
                    ti.next_try_at, ti.hostname, ti.pid, ti.pool, ti.pool_slots, ti.queue, ti.priority_weight,
                    ti.operator_name, ti.note, ti.reason, ti.rendered_map_index, ti.node_id));
    return ti;
}

Error no_such_dag(const DagId& dag_id) {
    return Error(ErrorCode::not_found, fmt::format("there is no DAG '{}'", dag_id.str())).with("dag_id", dag_id.str());
}

Error no_such_run(const DagId& dag_id, const RunId& run_id) {
    return Error(ErrorCode::not_found, fmt::format("DAG '{}' has no run '{}'", dag_id.str(), run_id.str()))
        .with("dag_id", dag_id.str())
        .with("run_id", run_id.str());
}

Error no_such_task_instance(const TaskInstanceKey& key) {
    const auto index = key.map_index == kNotMapped ? "" : fmt::format(" with map index {}", key.map_index);
    return Error(ErrorCode::not_found, fmt::format("run '{}' of DAG '{}' has no task instance '{}'{}", key.run_id.str(),
                                                   key.dag_id.str(), key.task_id.str(), index))
        .with("dag_id", key.dag_id.str())
        .with("run_id", key.run_id.str())
        .with("task_id", key.task_id.str());
}

Result<DagRunKey> find_run(Connection& connection, const DagId& dag_id, const RunId& run_id) {
    auto cursor = TRY(connection.query("SELECT id FROM dag_run WHERE dag_id = ? AND run_id = ?", dag_id, run_id));
    if (!TRY(cursor.next())) return std::unexpected(no_such_run(dag_id, run_id));
    DagRunKey key;
    TRY(cursor.read("dag_run", key));
    return key;
}

Result<std::optional<DagRun>> find_run(Connection& connection, DagRunKey key) {
    auto cursor = TRY(connection.query(fmt::format("SELECT {} FROM dag_run dr WHERE dr.id = ?", kDagRunColumns), key));
    if (!TRY(cursor.next())) return std::nullopt;
    return TRY(read_dag_run(cursor));
}

Result<void> tell_dag_changed(Connection& connection, const DagId& dag_id) {
    TRY(connection.execute("INSERT INTO scheduler_inbox (kind, dag_id) VALUES ('dag_changed', ?)", dag_id));
    return {};
}

Result<void> tell_run_changed(Connection& connection, const DagId& dag_id, DagRunKey run) {
    TRY(connection.execute("INSERT INTO scheduler_inbox (kind, dag_id, dag_run_id) VALUES ('run_changed', ?, ?)",
                           dag_id, run));
    return {};
}

Result<void> insert_task_instances(Connection& connection, DagRunKey run, const std::vector<TaskInstance>& rows) {
    std::vector<Params> values;
    values.reserve(rows.size());
    for (const TaskInstance& ti : rows) {
        values.push_back(params(ti.id, run, ti.task_id, ti.map_index, ti.state, ti.try_number, ti.max_tries,
                                ti.scheduled_at, ti.queued_at, ti.start_date, ti.end_date, ti.next_try_at, ti.hostname,
                                ti.pid, ti.pool, ti.pool_slots, ti.queue, ti.priority_weight, ti.operator_name, ti.note,
                                ti.reason, ti.node_id));
    }
    TRY(connection.execute_many(
        "INSERT INTO task_instance (id, dag_run_id, task_id, map_index, state, try_number, max_tries, scheduled_when, "
        "queued_when, start_date, end_date, next_try_at, hostname, pid, pool, pool_slots, queue, priority_weight, "
        "operator_name, note, reason, node_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
        "?)",
        values));
    return {};
}

namespace {

Error run_exists(const DagRun& run) {
    const auto date = run.logical_date ? fmt::format(" or logical date {}", to_iso8601(*run.logical_date)) : "";
    return Error(ErrorCode::already_exists,
                 fmt::format("DAG '{}' already has a run with run id '{}'{}", run.dag_id.str(), run.run_id.str(), date))
        .with("dag_id", run.dag_id.str())
        .with("run_id", run.run_id.str());
}

Error version_is_gone(const DagRun& run) {
    return Error(ErrorCode::conflict, fmt::format("cannot create run '{}': DAG '{}' was deleted or its definition "
                                                  "changed meanwhile; try again",
                                                  run.run_id.str(), run.dag_id.str()))
        .with("dag_id", run.dag_id.str());
}

Result<bool> has_version(Connection& connection, const DagRun& run) {
    auto cursor =
        TRY(connection.query("SELECT 1 FROM dag_version WHERE id = ? AND dag_id = ?", run.dag_version, run.dag_id));
    return cursor.next();
}

}  // namespace

// Looks first instead of failing at a constraint, which would cost the caller's transaction: it excludes all others.
Result<DagRun> insert_run(Connection& connection, const NewDagRun& made) {
    DagRun run = made.run;
    if (!TRY(has_version(connection, run))) return std::unexpected(version_is_gone(run));
    std::optional<TimePoint> start, end;
    if (run.data_interval) {
        start = run.data_interval->start;
        end = run.data_interval->end;
    }
    const auto id = TRY(returned_number(
        connection,
        "INSERT INTO dag_run (dag_id, run_id, run_type, state, logical_date, data_interval_start, data_interval_end, "
        "run_after, queued_at, start_date, end_date, conf, triggered_by, triggering_user_name, note, clear_number, "
        "created_dag_version_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING "
        "RETURNING id",
        run.dag_id, run.run_id, run.run_type, run.state, run.logical_date, start, end, run.run_after, run.queued_at,
        run.start_date, run.end_date, run.conf, run.triggered_by, run.triggering_user_name, run.note, run.clear_number,
        run.dag_version));
    if (id == 0) return std::unexpected(run_exists(run));
    run.key = DagRunKey(id);
    if (auto inserted = insert_task_instances(connection, run.key, made.task_instances); !inserted) {
        // Not one of the codes that say what is wrong with the run: a half-made one must not stay.
        return std::unexpected(
            Error(ErrorCode::internal, fmt::format("cannot insert the task instances of run '{}'", run.run_id.str()))
                .caused_by(inserted.error()));
    }
    return run;
}

// A try that never began has nothing to keep. A try whose number is in history already is one that waits for its retry.
Result<void> archive(Connection& connection, const std::vector<TaskInstanceId>& ids) {
    std::vector<Params> values;
    for (const auto& id : ids) values.push_back(params(id));
    TRY(connection.execute_many(
        "INSERT INTO task_instance_history (task_instance_id, dag_run_id, task_id, map_index, state, try_number, "
        "max_tries, scheduled_when, queued_when, start_date, end_date, next_try_at, hostname, pid, pool, pool_slots, "
        "queue, priority_weight, operator_name, note, reason, rendered_map_index) "
        "SELECT id, dag_run_id, task_id, map_index, "
        "CASE WHEN state IN ('success', 'failed', 'skipped', 'upstream_failed', 'removed') THEN state ELSE 'failed' "
        "END, try_number, max_tries, scheduled_when, queued_when, start_date, end_date, next_try_at, hostname, pid, "
        "pool, pool_slots, queue, priority_weight, operator_name, note, reason, rendered_map_index FROM task_instance "
        "WHERE id = ? AND (try_number > 0 OR state IS NOT NULL) "
        "ON CONFLICT (dag_run_id, task_id, map_index, try_number) DO NOTHING",
        values));
    // What an ended try left for others goes with it: the next one must not be taken for it.
    TRY(
        connection.execute_many("DELETE FROM xcom WHERE (dag_run_id, task_id, map_index) IN "
                                "(SELECT dag_run_id, task_id, map_index FROM task_instance WHERE id = ?)",
                                values));
    return {};
}

}  // namespace gale::sql
