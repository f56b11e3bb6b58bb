// A plan, applied in one transaction.
#include <fmt/format.h>

#include <set>

#include "store/sqlite/rows.hpp"
#include "store/sqlite/store_impl.hpp"

namespace gale::sqlite {
namespace {

// A run that cannot be created must leave nothing of itself, and the rest of the plan untouched.
Result<void> create_runs(Connection& connection, const Plan& plan, ApplyOutcome& outcome, std::set<DagId>& gone) {
    for (const auto& run : plan.new_runs) {
        TRY(connection.execute("SAVEPOINT new_run"));
        auto created = insert_run(connection, run);
        if (!connection.in_transaction()) return std::unexpected(created.error());
        if (!created) TRY(connection.execute("ROLLBACK TO new_run"));
        TRY(connection.execute("RELEASE new_run"));
        if (created) {
            outcome.created_runs.push_back(std::move(*created));
        } else if (created.error().code() == ErrorCode::conflict) {
            gone.insert(run.run.dag_id);
        } else if (created.error().code() != ErrorCode::already_exists) {
            return std::unexpected(created.error());
        }
    }
    return {};
}

Result<void> set_next_due(Connection& connection, const NextDueRun& next) {
    std::optional<TimePoint> run_after, logical_date, start, end;
    if (next.due) {
        run_after = next.due->run_after;
        logical_date = next.due->logical_date;
        start = next.due->data_interval.start;
        end = next.due->data_interval.end;
    }
    TRY(
        connection.execute("UPDATE dag SET next_dagrun_run_after = ?, next_dagrun_logical_date = ?, "
                           "next_dagrun_data_interval_start = ?, next_dagrun_data_interval_end = ? WHERE dag_id = ?",
                           run_after, logical_date, start, end, next.dag_id));
    return {};
}

Result<bool> move_run(Connection& connection, const DagRunTransition& move) {
    return TRY(connection.execute("UPDATE dag_run SET state = ?, start_date = coalesce(?, start_date), "
                                  "end_date = coalesce(?, end_date) WHERE id = ? AND state = ?",
                                  move.to, move.start_date, move.end_date, move.run, move.from)) == 1;
}

constexpr const char* kMove =
    "UPDATE task_instance SET state = ?, try_number = coalesce(?, try_number), max_tries = coalesce(?, max_tries), "
    "scheduled_when = coalesce(?, scheduled_when), queued_when = coalesce(?, queued_when), "
    "start_date = coalesce(?, start_date), end_date = coalesce(?, end_date), next_try_at = coalesce(?, next_try_at), "
    "hostname = coalesce(?, hostname), pid = coalesce(?, pid), reason = coalesce(?, reason) "
    "WHERE id = ? AND state IS ? AND try_number = ?";

Result<bool> move_task(Connection& connection, const TaskTransition& move) {
    if (!move.new_id) {
        return TRY(connection.execute(kMove, move.to, move.try_number, move.max_tries, move.scheduled_at,
                                      move.queued_at, move.start_date, move.end_date, move.next_try_at, move.hostname,
                                      move.pid, move.reason, move.id, move.from, move.from_try_number)) == 1;
    }
    // What belongs to the try that ends goes into history with it; what belongs to the next one is set after.
    const auto changed = TRY(connection.execute(
        "UPDATE task_instance SET start_date = coalesce(?, start_date), end_date = coalesce(?, end_date), "
        "hostname = coalesce(?, hostname), pid = coalesce(?, pid), reason = coalesce(?, reason) "
        "WHERE id = ? AND state IS ? AND try_number = ?",
        move.start_date, move.end_date, move.hostname, move.pid, move.reason, move.id, move.from,
        move.from_try_number));
    if (changed == 0) return false;
    TRY(archive(connection, move.id));
    TRY(connection.execute(
        "UPDATE task_instance SET id = ?, state = ?, try_number = coalesce(?, try_number), max_tries = coalesce(?, "
        "max_tries), "
        "scheduled_when = coalesce(?, scheduled_when), queued_when = coalesce(?, queued_when), next_try_at = ?, "
        "start_date = NULL, end_date = NULL, pid = NULL WHERE id = ?",
        *move.new_id, move.to, move.try_number, move.max_tries, move.scheduled_at, move.queued_at, move.next_try_at,
        move.id));
    return true;
}

Result<ApplyOutcome> apply_in(Connection& connection, const Plan& plan) {
    ApplyOutcome outcome;
    std::set<DagId> gone;
    TRY(create_runs(connection, plan, outcome, gone));
    for (const auto& next : plan.next_due) {
        if (!gone.contains(next.dag_id)) TRY(set_next_due(connection, next));
    }
    for (const auto& move : plan.runs) {
        if (!TRY(move_run(connection, move))) outcome.run_conflicts.push_back(move.run);
    }
    for (const auto& move : plan.tasks) {
        if (!TRY(move_task(connection, move))) outcome.task_conflicts.push_back(move.id);
    }
    for (const auto& dag_id : plan.pause_dags) {
        TRY(connection.execute("UPDATE dag SET is_paused = 1 WHERE dag_id = ?", dag_id));
    }
    if (plan.consume_inbox_through > 0) {
        TRY(connection.execute("DELETE FROM scheduler_inbox WHERE id <= ?", plan.consume_inbox_through));
    }
    outcome.changed_dags.assign(gone.begin(), gone.end());
    return outcome;
}

}  // namespace

Result<ApplyOutcome> SqliteStore::apply(const Plan& plan) {
    if (plan.empty()) return ApplyOutcome{};
    return write([&](Transaction& transaction) -> Result<ApplyOutcome> {
        auto outcome = TRY(apply_in(transaction.connection(), plan));
        if (!plan.new_runs.empty() || !plan.runs.empty() || !plan.tasks.empty() || !plan.pause_dags.empty()) {
            transaction.notify(Channel::events);
        }
        return outcome;
    });
}

}  // namespace gale::sqlite
