// The journal of changes, which the triggers of 0002_changes.sql write.
#include <algorithm>

#include "store/sql/rows.hpp"
#include "store/sql/sql_store.hpp"

namespace gale::sql {
namespace {

constexpr std::int64_t kKept = 100'000;
// Bounds how long a heartbeat may take.
constexpr std::int64_t kPrunedAtOnce = 50'000;

struct JournalEnds {
    std::int64_t first = 0, last = 0;  // 0: it is empty
};

Result<JournalEnds> journal_ends(Connection& connection) {
    JournalEnds ends;
    auto cursor =
        TRY(connection.query("SELECT coalesce((SELECT min(seq) FROM change), 0), "
                             "coalesce((SELECT max(seq) FROM change), 0)"));
    if (TRY(cursor.next())) TRY(cursor.read("change", ends.first, ends.last));
    return ends;
}

Result<void> read_dag_runs(Connection& connection, ChangeSeq after, ChangeSet& set) {
    auto cursor = TRY(connection.query(
        "SELECT dr.dag_id, dr.run_id, dr.state, dr.run_type, dr.run_after, dr.start_date, dr.end_date FROM "
        "(SELECT DISTINCT row FROM change WHERE seq > ? AND seq <= ? AND kind = 'dag_run') c "
        "CROSS JOIN dag_run dr ON dr.id = c.row",
        after, set.last));
    while (TRY(cursor.next())) {
        auto& run = set.dag_runs.emplace_back();
        TRY(cursor.read("dag_run", run.dag_id, run.run_id, run.state, run.run_type, run.run_after, run.start_date,
                        run.end_date));
    }
    return {};
}

Result<void> read_task_instances(Connection& connection, ChangeSeq after, ChangeSet& set) {
    auto cursor = TRY(connection.query(
        "SELECT ti.task_id, dr.dag_id, dr.run_id, ti.map_index, ti.state, ti.try_number, ti.start_date, ti.end_date "
        "FROM (SELECT DISTINCT row FROM change WHERE seq > ? AND seq <= ? AND kind = 'task_instance') c "
        "CROSS JOIN task_instance ti ON ti.seq = c.row CROSS JOIN dag_run dr ON dr.id = ti.dag_run_id",
        after, set.last));
    while (TRY(cursor.next())) {
        auto& ti = set.task_instances.emplace_back();
        TRY(cursor.read("task_instance", ti.task_id, ti.dag_id, ti.run_id, ti.map_index, ti.state, ti.try_number,
                        ti.start_date, ti.end_date));
    }
    return {};
}

Result<void> read_dags(Connection& connection, ChangeSeq after, ChangeSet& set) {
    auto cursor =
        TRY(connection.query("SELECT d.dag_id, d.is_paused, d.is_stale, d.has_import_errors FROM "
                             "(SELECT DISTINCT dag_id FROM change WHERE seq > ? AND seq <= ? AND kind = 'dag') c "
                             "CROSS JOIN dag d ON d.dag_id = c.dag_id",
                             after, set.last));
    while (TRY(cursor.next())) {
        auto& dag = set.dags.emplace_back();
        TRY(cursor.read("dag", dag.dag_id, dag.is_paused, dag.is_stale, dag.has_import_errors));
    }
    return {};
}

Result<void> read_others(Connection& connection, ChangeSeq after, ChangeSet& set) {
    {
        auto cursor =
            TRY(connection.query("SELECT dag_id, run_id FROM change WHERE seq > ? AND seq <= ? AND kind = 'deleted' "
                                 "ORDER BY seq",
                                 after, set.last));
        while (TRY(cursor.next())) {
            auto& gone = set.deleted.emplace_back();
            TRY(cursor.read("change", gone.dag_id, gone.run_id));
        }
    }
    auto cursor =
        TRY(connection.query("SELECT DISTINCT kind FROM change WHERE seq > ? AND seq <= ? AND "
                             "kind NOT IN ('dag_run', 'task_instance', 'dag', 'deleted')",
                             after, set.last));
    while (TRY(cursor.next())) TRY(cursor.read("change", set.others.emplace_back()));
    return {};
}

}  // namespace

Result<ChangeSeq> SqlStore::last_change() {
    return read([](Connection& connection) -> Result<ChangeSeq> { return TRY(journal_ends(connection)).last; });
}

Result<ChangeSet> SqlStore::changes_since(ChangeSeq after, int limit) {
    return read([&](Connection& connection) -> Result<ChangeSet> {
        const auto ends = TRY(journal_ends(connection));
        ChangeSet set;
        set.last = ends.last;
        if (after == ends.last) return set;
        // Entries before the first one are gone, and with them what `after` had not seen.
        const bool missed = after < 0 || after > ends.last || after + 1 < ends.first || ends.last - after > limit;
        if (missed) {
            set.reset = true;
            return set;
        }
        TRY(read_dag_runs(connection, after, set));
        TRY(read_task_instances(connection, after, set));
        TRY(read_dags(connection, after, set));
        TRY(read_others(connection, after, set));
        return set;
    });
}

// The newest entry always stays: the next one's number follows it.
Result<void> prune_changes(Connection& connection) {
    const auto ends = TRY(journal_ends(connection));
    const auto through = std::min(ends.last - kKept, ends.first + kPrunedAtOnce);
    if (ends.first > 0 && through >= ends.first) TRY(connection.execute("DELETE FROM change WHERE seq <= ?", through));
    return {};
}

}  // namespace gale::sql
