// Runs that ended elsewhere.
#include <fmt/format.h>

#include "base/hash.hpp"
#include "store/sql/rows.hpp"
#include "store/sql/sql_store.hpp"

namespace gale::sql {
namespace {

Result<std::optional<DagVersionKey>> newest_version(Connection& connection, const DagId& dag_id) {
    auto cursor = TRY(
        connection.query("SELECT id FROM dag_version WHERE dag_id = ? ORDER BY version_number DESC LIMIT 1", dag_id));
    if (!TRY(cursor.next())) return std::nullopt;
    DagVersionKey key;
    TRY(cursor.read("dag_version", key));
    return key;
}

Result<DagVersionKey> add_stale_dag(Connection& connection, const DagRow& dag, const std::string& definition,
                                    TimePoint now) {
    json::array owners;
    for (const auto& owner : dag.owners) owners.emplace_back(owner);
    TRY(connection.execute(
        "INSERT INTO dag (dag_id, is_paused, is_stale, dag_display_name, description, fileloc, relative_fileloc, "
        "last_parsed_time, owners, timetable_summary, timetable_description, max_active_tasks, max_active_runs) "
        "VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (dag_id) DO NOTHING",
        dag.dag_id, dag.is_paused, dag.display_name, dag.description, dag.fileloc, dag.relative_fileloc,
        dag.last_parsed_time, json::value(owners), dag.timetable_summary, dag.timetable_description,
        dag.max_active_tasks, dag.max_active_runs));
    const auto id = TRY(returned_number(
        connection,
        "INSERT INTO dag_version (dag_id, version_number, dag_hash, created_at) VALUES (?, 1, ?, ?) RETURNING id",
        dag.dag_id, sha256_hex(definition), now));
    TRY(connection.execute("INSERT INTO serialized_dag (dag_version_id, data) VALUES (?, ?)", id, definition));
    TRY(connection.execute("INSERT INTO dag_code (dag_version_id, fileloc, source_code) VALUES (?, ?, '')", id,
                           dag.fileloc));
    return DagVersionKey(id);
}

Result<bool> has_run(Connection& connection, const DagRun& run) {
    auto cursor =
        TRY(connection.query("SELECT 1 FROM dag_run WHERE dag_id = ? AND run_id = ?", run.dag_id, run.run_id));
    return cursor.next();
}

Result<void> insert_history(Connection& connection, DagRunKey run, const std::vector<TaskInstance>& tries) {
    std::vector<Params> values;
    for (const TaskInstance& ti : tries) {
        values.push_back(params(ti.id, run, ti.task_id, ti.map_index, ti.state, ti.try_number, ti.max_tries,
                                ti.scheduled_at, ti.queued_at, ti.start_date, ti.end_date, ti.hostname, ti.pid, ti.pool,
                                ti.pool_slots, ti.queue, ti.priority_weight, ti.operator_name, ti.note));
    }
    TRY(connection.execute_many(
        "INSERT INTO task_instance_history (task_instance_id, dag_run_id, task_id, map_index, state, try_number, "
        "max_tries, scheduled_when, queued_when, start_date, end_date, hostname, pid, pool, pool_slots, queue, "
        "priority_weight, operator_name, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT DO NOTHING",
        values));
    return {};
}

Result<void> insert_xcoms(Connection& connection, DagRunKey run, const std::vector<XCom>& xcoms) {
    std::vector<Params> values;
    for (const XCom& xcom : xcoms) {
        values.push_back(params(run, xcom.task_instance.task_id, xcom.task_instance.map_index, xcom.key, xcom.value,
                                xcom.timestamp));
    }
    TRY(connection.execute_many(
        "INSERT INTO xcom (dag_run_id, task_id, map_index, key, value, timestamp) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT DO NOTHING",
        values));
    return {};
}

Result<ImportOutcome> import_run(Connection& connection, const ImportedRun& imported) {
    if (TRY(has_run(connection, imported.run.run))) return ImportOutcome::known;
    const auto made = insert_run(connection, imported.run);
    if (!made) {
        if (made.error().code() == ErrorCode::already_exists) return ImportOutcome::date_is_taken;
        return std::unexpected(made.error());
    }
    TRY(insert_history(connection, made->key, imported.history));
    TRY(insert_xcoms(connection, made->key, imported.xcoms));
    return ImportOutcome::taken;
}

}  // namespace

Result<DagVersionKey> SqlStore::find_or_add_stale_dag(const DagRow& dag, const std::string& definition) {
    return write([&](Transaction& transaction) -> Result<DagVersionKey> {
        Connection& connection = transaction.connection();
        if (const auto key = TRY(newest_version(connection, dag.dag_id))) return *key;
        return add_stale_dag(connection, dag, definition, TRY(database_->now(connection)));
    });
}

Result<std::vector<ImportOutcome>> SqlStore::import_runs(const std::vector<ImportedRun>& runs) {
    return write([&](Transaction& transaction) -> Result<std::vector<ImportOutcome>> {
        std::vector<ImportOutcome> outcomes;
        for (const ImportedRun& run : runs) outcomes.push_back(TRY(import_run(transaction.connection(), run)));
        transaction.notify(Channel::events);
        return outcomes;
    });
}

}  // namespace gale::sql
