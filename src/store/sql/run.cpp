// Dag runs and task instances, as people change them.
#include <fmt/format.h>

#include "store/sql/rows.hpp"
#include "store/sql/sql_store.hpp"

namespace gale::sql {
namespace {

Result<void> edit_task_instance(Connection& connection, const RunEdit& edit, const TaskInstanceEdit& change) {
    std::int64_t changed = 0;
    if (change.new_id) {
        TRY(archive(connection, {change.id}));
        changed = TRY(connection.execute(
            "UPDATE task_instance SET id = ?, state = ?, max_tries = coalesce(?, max_tries), reason = ?, start_date = "
            "NULL, "
            "end_date = NULL, pid = NULL, scheduled_when = NULL, queued_when = NULL, next_try_at = NULL, hostname = '' "
            "WHERE id = ? AND dag_run_id = ?",
            *change.new_id, change.to, change.max_tries, change.reason, change.id, edit.run));
    } else {
        // One that is set to an end ends now; any other change leaves the times as they are.
        const auto ended = is_finished(change.to) ? edit.at : std::nullopt;
        changed = TRY(connection.execute(
            "UPDATE task_instance SET state = ?1, max_tries = coalesce(?2, max_tries), reason = ?3, "
            "start_date = coalesce(start_date, ?4), end_date = coalesce(?4, end_date), "
            "next_try_at = CASE WHEN ?1 IN ('up_for_retry', 'up_for_reschedule') THEN next_try_at END "
            "WHERE id = ?5 AND dag_run_id = ?6",
            change.to, change.max_tries, change.reason, ended, change.id, edit.run));
    }
    if (changed == 1) return {};
    return std::unexpected(
        Error(ErrorCode::conflict, fmt::format("task instance {} is not the current try any more; somebody "
                                               "changed it meanwhile; look again and repeat",
                                               change.id.str()))
            .with("task_instance_id", change.id.str()));
}

Result<void> edit_run_state(Connection& connection, const RunEdit& edit) {
    switch (*edit.state) {
        case DagRunState::queued:
            TRY(connection.execute(
                "UPDATE dag_run SET state = 'queued', queued_at = coalesce(?, queued_at), start_date = NULL, "
                "end_date = NULL, clear_number = clear_number + 1 WHERE id = ?",
                edit.at, edit.run));
            return {};
        case DagRunState::running:
            TRY(
                connection.execute("UPDATE dag_run SET start_date = CASE WHEN state IN ('success', 'failed') THEN "
                                   "coalesce(?1, start_date) ELSE coalesce(start_date, ?1) END, end_date = NULL, "
                                   "state = 'running' WHERE id = ?2",
                                   edit.at, edit.run));
            return {};
        case DagRunState::success:
        case DagRunState::failed:
            TRY(connection.execute(
                "UPDATE dag_run SET end_date = CASE WHEN state = ?1 THEN end_date ELSE "
                "coalesce(?2, end_date) END, start_date = coalesce(start_date, ?2), state = ?1 WHERE id = ?3",
                *edit.state, edit.at, edit.run));
            return {};
    }
    return {};
}

void notify_changed(Transaction& transaction) {
    transaction.notify(Channel::scheduler);
    transaction.notify(Channel::events);
}

}  // namespace

Result<DagRun> SqlStore::create_dag_run(const NewDagRun& run) {
    return write([&](Transaction& transaction) -> Result<DagRun> {
        auto created = TRY(insert_run(transaction.connection(), run));
        TRY(tell_run_changed(transaction.connection(), created.dag_id, created.key));
        notify_changed(transaction);
        return created;
    });
}

Result<void> SqlStore::delete_dag_run(const DagId& dag_id, const RunId& run_id) {
    return write([&](Transaction& transaction) -> Result<void> {
        const auto key = TRY(find_run(transaction.connection(), dag_id, run_id));
        TRY(transaction.execute("DELETE FROM dag_run WHERE id = ?", key));
        TRY(tell_run_changed(transaction.connection(), dag_id, key));
        notify_changed(transaction);
        return {};
    });
}

Result<void> SqlStore::edit_run(const RunEdit& edit) {
    return write([&](Transaction& transaction) -> Result<void> {
        auto& connection = transaction.connection();
        const auto run = TRY(find_run(connection, edit.run));
        if (!run) return fail(ErrorCode::not_found, fmt::format("there is no dag run of key {}", edit.run.value()));
        for (const auto& change : edit.task_instances) TRY(edit_task_instance(connection, edit, change));
        if (edit.state) TRY(edit_run_state(connection, edit));
        if (edit.is_clear && edit.state != DagRunState::queued)
            TRY(connection.execute("UPDATE dag_run SET clear_number = clear_number + 1 WHERE id = ?", edit.run));
        TRY(tell_run_changed(connection, run->dag_id, edit.run));
        notify_changed(transaction);
        return {};
    });
}

Result<void> SqlStore::set_dag_run_note(const DagId& dag_id, const RunId& run_id, std::optional<std::string> note) {
    return write([&](Transaction& transaction) -> Result<void> {
        const auto changed = TRY(
            transaction.execute("UPDATE dag_run SET note = ? WHERE dag_id = ? AND run_id = ?", note, dag_id, run_id));
        if (changed == 0) return std::unexpected(no_such_run(dag_id, run_id));
        transaction.notify(Channel::events);
        return {};
    });
}

Result<void> SqlStore::set_rendered_map_index(const TaskInstanceId& id, const std::string& text) {
    return write([&](Transaction& transaction) -> Result<void> {
        TRY(transaction.execute("UPDATE task_instance SET rendered_map_index = ? WHERE id = ?", text, id));
        return {};
    });
}

Result<void> SqlStore::set_task_instance_note(const TaskInstanceKey& key, std::optional<std::string> note) {
    return write([&](Transaction& transaction) -> Result<void> {
        const auto run = TRY(find_run(transaction.connection(), key.dag_id, key.run_id));
        const auto changed = TRY(transaction.execute(
            "UPDATE task_instance SET note = ? WHERE dag_run_id = ? AND task_id = ? AND map_index = ?", note, run,
            key.task_id, key.map_index));
        if (changed == 0) return std::unexpected(no_such_task_instance(key));
        transaction.notify(Channel::events);
        return {};
    });
}

}  // namespace gale::sql
