// A plan, applied in one transaction.
#include <fmt/format.h>

#include <set>
#include <span>
#include <unordered_set>

#include "store/sql/rows.hpp"
#include "store/sql/sql_store.hpp"

namespace gale::sql {
namespace {

std::optional<Cleaned> cleaned(const std::optional<std::string>& text) {
    return text ? std::optional(Cleaned(*text)) : std::nullopt;
}

// A run that cannot be created leaves nothing of itself, and the rest of the plan untouched.
Result<void> create_runs(Connection& connection, const Plan& plan, ApplyOutcome& outcome, std::set<DagId>& gone) {
    for (const auto& run : plan.new_runs) {
        auto created = insert_run(connection, run);
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

Result<void> move_runs(Connection& connection, const std::vector<DagRunTransition>& moves, ApplyOutcome& outcome) {
    std::vector<Params> values;
    values.reserve(moves.size());
    for (const auto& move : moves)
        values.push_back(params(move.to, move.start_date, move.end_date, move.run, move.from));
    const auto changed =
        TRY(connection.execute_many("UPDATE dag_run SET state = ?, start_date = coalesce(?, start_date), "
                                    "end_date = coalesce(?, end_date) WHERE id = ? AND state = ?",
                                    values));
    for (size_t i = 0; i < moves.size(); ++i) {
        if (changed[i] != 1) outcome.run_conflicts.push_back(moves[i].run);
    }
    return {};
}

using Moves = std::span<const TaskTransition>;

// Within one try.
Result<std::vector<std::int64_t>> move_tasks(Connection& connection, Moves moves) {
    std::vector<Params> values;
    values.reserve(moves.size());
    for (const auto& move : moves) {
        values.push_back(params(move.to, move.try_number, move.max_tries, move.scheduled_at, move.queued_at,
                                move.start_date, move.end_date, move.next_try_at, cleaned(move.hostname), move.pid,
                                cleaned(move.reason), move.id, move.from, move.from_try_number));
    }
    return connection.execute_many(
        "UPDATE task_instance SET state = ?, try_number = coalesce(?, try_number), "
        "max_tries = coalesce(?, max_tries), scheduled_when = coalesce(?, scheduled_when), "
        "queued_when = coalesce(?, queued_when), start_date = coalesce(?, start_date), "
        "end_date = coalesce(?, end_date), next_try_at = coalesce(?, next_try_at), hostname = coalesce(?, hostname), "
        "pid = coalesce(?, pid), reason = coalesce(?, reason) "
        "WHERE id = ? AND state IS NOT DISTINCT FROM ? AND try_number = ?",
        values);
}

// What belongs to the try that ends goes into history with it.
Result<std::vector<std::int64_t>> end_tries(Connection& connection, Moves moves) {
    std::vector<Params> values;
    values.reserve(moves.size());
    for (const auto& move : moves) {
        values.push_back(params(move.start_date, move.end_date, cleaned(move.hostname), move.pid, cleaned(move.reason),
                                move.id, move.from, move.from_try_number));
    }
    return connection.execute_many(
        "UPDATE task_instance SET start_date = coalesce(?, start_date), end_date = coalesce(?, end_date), "
        "hostname = coalesce(?, hostname), pid = coalesce(?, pid), reason = coalesce(?, reason) "
        "WHERE id = ? AND state IS NOT DISTINCT FROM ? AND try_number = ?",
        values);
}

// To the next try.
Result<std::vector<std::int64_t>> move_to_next_try(Connection& connection, Moves moves) {
    auto changed = TRY(end_tries(connection, moves));
    std::vector<TaskInstanceId> ended;
    std::vector<Params> values;
    for (size_t i = 0; i < moves.size(); ++i) {
        if (changed[i] == 0) continue;
        const auto& move = moves[i];
        ended.push_back(move.id);
        values.push_back(params(*move.new_id, move.to, move.try_number, move.max_tries, move.scheduled_at,
                                move.queued_at, move.next_try_at, move.id));
    }
    TRY(archive(connection, ended));
    TRY(connection.execute_many(
        "UPDATE task_instance SET id = ?, state = ?, try_number = coalesce(?, try_number), "
        "max_tries = coalesce(?, max_tries), scheduled_when = coalesce(?, scheduled_when), "
        "queued_when = coalesce(?, queued_when), next_try_at = ?, start_date = NULL, end_date = NULL, pid = NULL "
        "WHERE id = ?",
        values));
    return changed;
}

// As many of the first moves as one statement can do for all: of one kind, and none of a task instance whose id one
// before it changes.
size_t alike(Moves moves) {
    const bool is_new_try = moves.front().new_id.has_value();
    std::unordered_set<std::string_view> ids;
    size_t count = 0;
    while (count < moves.size() && moves[count].new_id.has_value() == is_new_try) {
        if (is_new_try && !ids.insert(moves[count].id.str()).second) break;
        ++count;
    }
    return count;
}

Result<void> move_all_tasks(Connection& connection, Moves moves, ApplyOutcome& outcome) {
    while (!moves.empty()) {
        const auto batch = moves.first(alike(moves));
        const auto changed =
            TRY(batch.front().new_id ? move_to_next_try(connection, batch) : move_tasks(connection, batch));
        for (size_t i = 0; i < batch.size(); ++i) {
            if (changed[i] != 1) outcome.task_conflicts.push_back(batch[i].id);
        }
        moves = moves.subspan(batch.size());
    }
    return {};
}

Result<ApplyOutcome> apply_in(Connection& connection, const Plan& plan) {
    ApplyOutcome outcome;
    std::set<DagId> gone;
    TRY(create_runs(connection, plan, outcome, gone));
    for (const auto& next : plan.next_due) {
        if (!gone.contains(next.dag_id)) TRY(set_next_due(connection, next));
    }
    TRY(move_runs(connection, plan.runs, outcome));
    TRY(move_all_tasks(connection, plan.tasks, outcome));
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

Result<ApplyOutcome> SqlStore::apply(const Plan& plan) {
    if (plan.empty()) return ApplyOutcome{};
    return write([&](Transaction& transaction) -> Result<ApplyOutcome> {
        auto outcome = TRY(apply_in(transaction.connection(), plan));
        if (!plan.new_runs.empty() || !plan.runs.empty() || !plan.tasks.empty() || !plan.pause_dags.empty()) {
            transaction.notify(Channel::events);
        }
        return outcome;
    });
}

}  // namespace gale::sql
