// Which scheduler leads which DAG.
#include <fmt/format.h>

#include <algorithm>

#include "base/clock.hpp"
#include "store/sql/list_query.hpp"
#include "store/sql/rows.hpp"
#include "store/sql/sql_store.hpp"

namespace gale::sql {
namespace {

constexpr Duration kForgotten = std::chrono::hours{24};  // a node that is dead for so long and has no tries left

struct Node {
    std::string node_id;
    bool is_running = false;
    TimePoint renewed_at;
    Duration worker_lease{};
};

Result<void> say_alive(Connection& connection, const LeaseRequest& request, TimePoint now, bool& is_new) {
    auto known = TRY(connection.query("SELECT job_id FROM scheduler WHERE node_id = ?", request.node_id));
    std::int64_t job_id = 0;
    if (TRY(known.next())) TRY(known.read("scheduler", job_id));
    if (job_id > request.job_id) {
        return fail(ErrorCode::conflict,
                    fmt::format("a later scheduler (job {}) runs for this AIRFLOW_HOME, this one is job {}: it ends",
                                job_id, request.job_id));
    }
    is_new = job_id < request.job_id;
    TRY(
        connection.execute("INSERT INTO scheduler (node_id, job_id, hostname, is_running, renewed_at, worker_lease) "
                           "VALUES (?, ?, ?, 1, ?, ?) ON CONFLICT (node_id) DO UPDATE SET job_id = excluded.job_id, "
                           "hostname = excluded.hostname, is_running = 1, renewed_at = excluded.renewed_at, "
                           "worker_lease = excluded.worker_lease",
                           request.node_id, request.job_id, request.hostname, now, request.worker_lease.count()));
    return {};
}

Result<std::vector<Node>> read_nodes(Connection& connection) {
    auto cursor =
        TRY(connection.query("SELECT node_id, is_running, renewed_at, worker_lease FROM scheduler ORDER BY node_id"));
    std::vector<Node> nodes;
    while (TRY(cursor.next())) {
        Node& node = nodes.emplace_back();
        std::int64_t lease = 0;
        TRY(cursor.read("scheduler", node.node_id, node.is_running, node.renewed_at, lease));
        node.worker_lease = Duration{lease};
    }
    return nodes;
}

Result<std::int64_t> next_fence(Connection& connection) {
    return returned_number(connection, "UPDATE lease_fence SET newest = newest + 1 RETURNING newest");
}

Result<std::vector<DagId>> read_dag_ids(Cursor cursor) {
    std::vector<DagId> ids;
    while (TRY(cursor.next())) TRY(cursor.read("dag", ids.emplace_back()));
    return ids;
}

// DAGs that have work to lead, and nobody who does.
constexpr const char* kUnleased =
    "FROM dag d WHERE NOT EXISTS (SELECT 1 FROM dag_lease l WHERE l.dag_id = d.dag_id) AND (d.is_stale = 0 OR EXISTS "
    "(SELECT 1 FROM dag_run r WHERE r.dag_id = d.dag_id AND r.state IN ('queued', 'running')))";

// Returns whether it gave any away.
Result<bool> share_out(Connection& connection, const LeaseRequest& request, const std::vector<std::string>& nodes) {
    bool given = false;
    if (nodes.size() > 1) {
        const auto held = TRY(read_dag_ids(
            TRY(connection.query("SELECT dag_id FROM dag_lease WHERE node_id = ? ORDER BY dag_id", request.node_id))));
        for (const DagId& dag_id : held) {
            if (request.busy.contains(dag_id) || request.leader(dag_id, nodes) == request.node_id) continue;
            TRY(connection.execute("DELETE FROM dag_lease WHERE dag_id = ?", dag_id));
            given = true;
        }
    }
    const auto unled =
        TRY(read_dag_ids(TRY(connection.query(fmt::format("SELECT d.dag_id {} ORDER BY d.dag_id", kUnleased)))));
    std::int64_t fence = 0;
    for (const DagId& dag_id : unled) {
        if (request.leader(dag_id, nodes) != request.node_id) continue;
        if (fence == 0) fence = TRY(next_fence(connection));
        TRY(connection.execute("INSERT INTO dag_lease (dag_id, node_id, fence) VALUES (?, ?, ?)", dag_id,
                               request.node_id, fence));
    }
    return given;
}

Result<void> forget_node(Connection& connection, const std::string& node_id) {
    TRY(
        connection.execute("DELETE FROM scheduler WHERE node_id = ? AND NOT EXISTS (SELECT 1 FROM task_instance "
                           "WHERE node_id = ? AND state IN ('queued', 'running'))",
                           node_id, node_id));
    return {};
}

Result<LeaseRound> renew_in(Transaction& transaction, const LeaseRequest& request, TimePoint now) {
    Connection& connection = transaction.connection();
    LeaseRound round;
    round.now = now;
    bool is_new = false;
    TRY(say_alive(connection, request, now, is_new));
    for (const Node& node : TRY(read_nodes(connection))) {
        const Duration silent = now - node.renewed_at;
        if (node.node_id == request.node_id || (node.is_running && silent < request.dead_after)) {
            round.nodes.push_back(node.node_id);
            continue;
        }
        TRY(connection.execute("DELETE FROM dag_lease WHERE node_id = ?", node.node_id));
        if (silent >= node.worker_lease) round.dead_nodes.push_back(node.node_id);
        if (silent >= kForgotten) TRY(forget_node(connection, node.node_id));
    }
    if (is_new) {
        // An earlier process of this node may still have a plan under way.
        TRY(connection.execute("UPDATE dag_lease SET fence = ? WHERE node_id = ?", TRY(next_fence(connection)),
                               request.node_id));
    }
    const bool changed = is_new || round.nodes != request.nodes;
    if (changed || request.look_around) {
        if (TRY(share_out(connection, request, round.nodes))) transaction.notify(Channel::scheduler);
    }
    auto held = TRY(read_held_leases(connection, request.node_id));
    if (changed || request.look_around || held.size() != request.held) round.held = std::move(held);
    return round;
}

}  // namespace

Result<std::map<DagId, std::int64_t>> read_held_leases(Connection& connection, const std::string& node_id,
                                                       const std::vector<std::string>& dag_ids) {
    ListQuery list("dag_lease");
    list.where("node_id = ?", node_id);
    list.where_in("dag_id", dag_ids);
    auto cursor = TRY(connection.query(list.select("dag_id, fence"), list.values()));
    std::map<DagId, std::int64_t> held;
    while (TRY(cursor.next())) {
        DagId dag_id;
        std::int64_t fence = 0;
        TRY(cursor.read("dag_lease", dag_id, fence));
        held[dag_id] = fence;
    }
    return held;
}

Result<TimePoint> SqlStore::now() {
    return read([&](Connection& connection) { return database_->now(connection); });
}

Result<LeaseRound> SqlStore::renew_leases(const LeaseRequest& request) {
    return write([&](Transaction& transaction) -> Result<LeaseRound> {
        return renew_in(transaction, request, TRY(database_->now(transaction.connection())));
    });
}

Result<void> SqlStore::release_leases(const std::string& node_id, std::int64_t job_id) {
    return write([&](Transaction& transaction) -> Result<void> {
        const auto ended = TRY(
            transaction.execute("UPDATE scheduler SET is_running = 0, renewed_at = ? WHERE node_id = ? AND job_id = ?",
                                TRY(database_->now(transaction.connection())), node_id, job_id));
        if (ended == 0) return {};
        TRY(transaction.execute("DELETE FROM dag_lease WHERE node_id = ?", node_id));
        transaction.notify(Channel::scheduler);
        return {};
    });
}

Result<bool> SqlStore::has_unleased_dags() {
    return read([](Connection& connection) -> Result<bool> {
        auto cursor = TRY(connection.query(fmt::format("SELECT 1 {} LIMIT 1", kUnleased)));
        return cursor.next();
    });
}

Result<std::vector<TaskInstance>> SqlStore::tries_of_node(const std::string& node_id) {
    return read([&](Connection& connection) -> Result<std::vector<TaskInstance>> {
        auto cursor = TRY(
            connection.query(fmt::format("SELECT {} FROM {} WHERE ti.node_id = ? AND ti.state IN ('queued', 'running')",
                                         kTaskInstanceColumns, kTaskInstanceFrom),
                             node_id));
        return read_rows(cursor, read_task_instance);
    });
}

Result<std::map<PoolName, PoolUse>> SqlStore::pools_used_elsewhere(const std::string& node_id) {
    return read([&](Connection& connection) -> Result<std::map<PoolName, PoolUse>> {
        auto cursor = TRY(connection.query(
            "SELECT ti.pool, ti.state, sum(ti.pool_slots) FROM task_instance ti JOIN dag_run dr ON dr.id = "
            "ti.dag_run_id LEFT JOIN dag_lease l ON l.dag_id = dr.dag_id WHERE ti.state IN ('queued', 'running', "
            "'restarting', 'deferred', 'awaiting_input') AND (l.node_id IS NULL OR l.node_id <> ?) "
            "GROUP BY ti.pool, ti.state",
            node_id));
        std::map<PoolName, PoolUse> used;
        while (TRY(cursor.next())) {
            PoolName pool;
            TaskState state{};
            int slots = 0;
            TRY(cursor.read("task_instance", pool, state, slots));
            used[pool].add(state, slots);
        }
        return used;
    });
}

}  // namespace gale::sql
