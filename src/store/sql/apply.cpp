// A plan, applied in one transaction.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <unordered_map>
#include <unordered_set>

#include "store/sql/list_query.hpp"
#include "store/sql/rows.hpp"
#include "store/sql/sql_store.hpp"

namespace gale::sql {
namespace {

// Values in one statement's list.
constexpr size_t kMostNamed = 200;

std::optional<Cleaned> cleaned(const std::optional<std::string>& text) {
    return text ? std::optional(Cleaned(*text)) : std::nullopt;
}

// What stands in a new run's place may be that run itself, committed when nobody could tell.
Result<void> add_existing(Connection& connection, const DagRun& run, std::vector<DagRunKey>& found) {
    auto cursor = TRY(connection.query("SELECT id FROM dag_run WHERE dag_id = ? AND (run_id = ? OR logical_date = ?)",
                                       run.dag_id, run.run_id, run.logical_date));
    while (TRY(cursor.next())) TRY(cursor.read("dag_run", found.emplace_back()));
    return {};
}

// A run that cannot be created leaves nothing of itself, and the rest of the plan untouched.
Result<void> create_runs(Connection& connection, const Plan& plan, ApplyOutcome& outcome, std::set<DagId>& gone) {
    for (const auto& run : plan.new_runs) {
        auto created = insert_run(connection, run);
        if (created) {
            outcome.created_runs.push_back(std::move(*created));
        } else if (created.error().code() == ErrorCode::conflict) {
            gone.insert(run.run.dag_id);
        } else if (created.error().code() == ErrorCode::already_exists) {
            TRY(add_existing(connection, run.run, outcome.run_conflicts));
        } else {
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
                                cleaned(move.reason), move.node_id, move.id, move.from, move.from_try_number));
    }
    return connection.execute_many(
        "UPDATE task_instance SET state = ?, try_number = coalesce(?, try_number), "
        "max_tries = coalesce(?, max_tries), scheduled_when = coalesce(?, scheduled_when), "
        "queued_when = coalesce(?, queued_when), start_date = coalesce(?, start_date), "
        "end_date = coalesce(?, end_date), next_try_at = coalesce(?, next_try_at), hostname = coalesce(?, hostname), "
        "pid = coalesce(?, pid), reason = coalesce(?, reason), node_id = coalesce(?, node_id) "
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
        if (!move.never_began) ended.push_back(move.id);
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

Result<bool> exists(Connection& connection, const TaskInstanceId& id) {
    auto cursor = TRY(connection.query("SELECT 1 FROM task_instance WHERE id = ?", id));
    return cursor.next();
}

Result<void> expand_tasks(Connection& connection, const Plan& plan, ApplyOutcome& outcome) {
    for (const TaskExpansion& expansion : plan.expansions) {
        const bool holds =
            expansion.is_first
                ? TRY(connection.execute(
                      "UPDATE task_instance SET map_index = 0 WHERE id = ? AND map_index = -1 AND state IS NULL",
                      expansion.of)) == 1
                : TRY(exists(connection, expansion.of));
        if (!holds)
            outcome.task_conflicts.push_back(expansion.of);
        else if (!expansion.added.empty())
            TRY(insert_task_instances(connection, expansion.added.front().run, expansion.added));
    }
    return {};
}

// In one look, be it at all that the node holds.
Result<std::vector<DagId>> lost_leases(Connection& connection, const Plan& plan) {
    std::vector<DagId> lost;
    if (plan.leases.empty()) return lost;
    std::vector<std::string> names;
    if (plan.leases.size() <= kMostNamed) {
        for (const auto& [dag_id, fence] : plan.leases) names.push_back(dag_id.str());
    }
    const auto held = TRY(read_held_leases(connection, plan.node_id, names));
    for (const auto& [dag_id, fence] : plan.leases) {
        const auto found = held.find(dag_id);
        if (found == held.end() || found->second != fence) lost.push_back(dag_id);
    }
    return lost;
}

// What is open in the pools that several schedulers queue for, as the plan's moves take it.
class SharedPools {
public:
    explicit SharedPools(Connection& connection) : connection_(connection) {}

    // What the task instances ask for; before `take`.
    Result<void> read(std::span<const TaskTransition> moves) {
        for (size_t from = 0; from < moves.size(); from += kMostNamed) {
            std::vector<std::string> ids;
            for (const auto& move : moves.subspan(from, std::min(kMostNamed, moves.size() - from)))
                ids.push_back(move.id.str());
            ListQuery list("task_instance");
            list.where_in("id", ids);
            auto cursor = TRY(connection_.query(list.select("id, pool, pool_slots"), list.values()));
            while (TRY(cursor.next())) {
                TaskInstanceId id;
                Wanted wanted;
                TRY(cursor.read("task_instance", id, wanted.pool, wanted.slots));
                wanted_.emplace(id.str(), std::move(wanted));
            }
        }
        return {};
    }

    Result<bool> take(const TaskInstanceId& id) {
        const auto wanted = wanted_.find(id.str());
        if (wanted == wanted_.end()) return true;  // gone: the move itself finds that out
        const auto& [pool, slots] = wanted->second;
        if (!open_.contains(pool)) open_[pool] = TRY(open_slots_of(pool));
        if (open_[pool] < slots) return false;
        open_[pool] -= slots;
        return true;
    }

private:
    Result<int> open_slots_of(const PoolName& name) {
        Pool pool{name, 0, "", false};
        auto found = TRY(connection_.query("SELECT slots, include_deferred FROM slot_pool WHERE pool = ?", name));
        if (TRY(found.next())) TRY(found.read("slot_pool", pool.slots, pool.include_deferred));
        PoolUse use;
        auto used = TRY(connection_.query(
            "SELECT state, sum(pool_slots) FROM task_instance WHERE pool = ? AND state IN ('queued', 'running', "
            "'restarting', 'deferred', 'awaiting_input') GROUP BY state",
            name));
        while (TRY(used.next())) {
            TaskState state{};
            int slots = 0;
            TRY(used.read("task_instance", state, slots));
            use.add(state, slots);
        }
        return open_slots(pool, use);
    }

    struct Wanted {
        PoolName pool;
        int slots = 0;
    };
    Connection& connection_;
    std::unordered_map<std::string, Wanted> wanted_;
    std::map<PoolName, int> open_;
};

// The moves that may be made; those to queued whose pool is full are not.
Result<std::vector<TaskTransition>> within_pools(Connection& connection, Moves moves, ApplyOutcome& outcome) {
    SharedPools pools(connection);
    TRY(pools.read(moves));
    std::vector<TaskTransition> allowed;
    for (const TaskTransition& move : moves) {
        if (TRY(pools.take(move.id)))
            allowed.push_back(move);
        else
            outcome.pool_refusals.push_back(move.id);
    }
    return allowed;
}

Result<void> move_foreign_tasks(Connection& connection, const std::vector<ForeignTransition>& moves) {
    for (const ForeignTransition& move : moves) {
        ApplyOutcome outcome;
        TRY(move_all_tasks(connection, Moves(&move.change, 1), outcome));
        if (outcome.task_conflicts.empty()) TRY(tell_run_changed(connection, move.dag_id, move.run));
    }
    return {};
}

// Where others queue for the same pools: what frees slots first, then what finds them free.
Result<void> move_tasks_sharing_pools(Connection& connection, std::vector<TaskTransition> moves,
                                      ApplyOutcome& outcome) {
    const auto queued =
        std::ranges::stable_partition(moves, [](const TaskTransition& move) { return move.to != TaskState::queued; });
    TRY(move_all_tasks(connection, Moves(moves.begin(), queued.begin()), outcome));
    const auto allowed = TRY(within_pools(connection, queued, outcome));
    return move_all_tasks(connection, allowed, outcome);
}

Result<ApplyOutcome> apply_in(Connection& connection, const Plan& plan) {
    ApplyOutcome outcome;
    outcome.lost_leases = TRY(lost_leases(connection, plan));
    if (!outcome.lost_leases.empty()) return outcome;
    std::set<DagId> gone;
    TRY(create_runs(connection, plan, outcome, gone));
    for (const auto& next : plan.next_due) {
        if (!gone.contains(next.dag_id)) TRY(set_next_due(connection, next));
    }
    TRY(move_runs(connection, plan.runs, outcome));
    TRY(move_foreign_tasks(connection, plan.foreign_tasks));
    if (plan.shares_pools)
        TRY(move_tasks_sharing_pools(connection, plan.tasks, outcome));
    else
        TRY(move_all_tasks(connection, plan.tasks, outcome));
    TRY(expand_tasks(connection, plan, outcome));
    for (const auto& dag_id : plan.pause_dags) {
        TRY(connection.execute("UPDATE dag SET is_paused = 1 WHERE dag_id = ?", dag_id));
    }
    std::vector<Params> consumed;
    for (const auto id : plan.consume_inbox) consumed.push_back(params(id));
    TRY(connection.execute_many("DELETE FROM scheduler_inbox WHERE id = ?", consumed));
    outcome.changed_dags.assign(gone.begin(), gone.end());
    return outcome;
}

}  // namespace

Result<ApplyOutcome> SqlStore::apply(const Plan& plan) {
    if (plan.empty()) return ApplyOutcome{};
    return write([&](Transaction& transaction) -> Result<ApplyOutcome> {
        auto outcome = TRY(apply_in(transaction.connection(), plan));
        // Slots of shared pools may be free now, and what was led elsewhere is told to its leader.
        if (plan.shares_pools || !plan.foreign_tasks.empty()) transaction.notify(Channel::scheduler);
        if (!plan.new_runs.empty() || !plan.runs.empty() || !plan.tasks.empty() || !plan.expansions.empty() ||
            !plan.foreign_tasks.empty() || !plan.pause_dags.empty()) {
            transaction.notify(Channel::events);
        }
        return outcome;
    });
}

}  // namespace gale::sql
