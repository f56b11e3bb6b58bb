// What the scheduler reads.
#include <fmt/format.h>

#include <unordered_map>

#include "store/sql/list_query.hpp"
#include "store/sql/rows.hpp"
#include "store/sql/sql_store.hpp"

namespace gale::sql {
namespace {

Result<std::vector<TaskInstance>> task_instances_of(Connection& connection, DagRunKey run) {
    auto cursor =
        TRY(connection.query(fmt::format("SELECT {} FROM {} WHERE ti.dag_run_id = ? ORDER BY ti.task_id, ti.map_index",
                                         kTaskInstanceColumns, kTaskInstanceFrom),
                             run));
    std::vector<TaskInstance> found;
    while (TRY(cursor.next())) found.push_back(TRY(read_task_instance(cursor)));
    return found;
}

}  // namespace

Result<std::vector<ActiveRun>> SqlStore::load_active_runs(const std::optional<DagId>& dag_id) {
    return read([&](Connection& connection) -> Result<std::vector<ActiveRun>> {
        const std::string sql =
            fmt::format("SELECT {} FROM dag_run dr WHERE dr.state IN ('queued', 'running'){} ORDER BY dr.id",
                        kDagRunColumns, dag_id ? " AND dr.dag_id = ?" : "");
        auto cursor = TRY(dag_id ? connection.query(sql, *dag_id) : connection.query(sql));
        std::vector<ActiveRun> active;
        for (auto& run : TRY(read_rows(cursor, read_dag_run))) {
            auto task_instances = task_instances_of(connection, run.key);
            if (task_instances) {
                active.push_back({std::move(run), std::move(*task_instances)});
            } else if (task_instances.error().code() == ErrorCode::data_corrupt) {
                // The scheduler must not decide on half a run; the others go on.
                log::error("store", "run '{}' of DAG '{}' is set aside: {}", run.run_id.str(), run.dag_id.str(),
                           task_instances.error().to_string());
            } else {
                return std::unexpected(task_instances.error());
            }
        }
        return active;
    });
}

Result<ActiveRun> SqlStore::load_run(DagRunKey key) {
    return read([&](Connection& connection) -> Result<ActiveRun> {
        auto run = TRY(find_run(connection, key));
        if (!run) return fail(ErrorCode::not_found, fmt::format("there is no dag run of key {}", key.value()));
        return ActiveRun{std::move(*run), TRY(task_instances_of(connection, key))};
    });
}

Result<std::vector<DagRow>> SqlStore::load_dags() {
    return read([](Connection& connection) -> Result<std::vector<DagRow>> {
        auto cursor = TRY(connection.query(
            fmt::format("SELECT {} FROM {} WHERE d.is_stale = 0 ORDER BY d.dag_id", kDagColumns, kDagFrom)));
        return read_rows(cursor, read_dag);
    });
}

Result<std::optional<ActiveRun>> SqlStore::previous_run(const DagRun& run, bool skip_manual) {
    return read([&](Connection& connection) -> Result<std::optional<ActiveRun>> {
        if (!run.logical_date) return std::nullopt;
        auto cursor = TRY(connection.query(
            fmt::format(
                "SELECT {} FROM dag_run dr WHERE dr.dag_id = ? AND dr.logical_date < ?{} ORDER BY dr.logical_date DESC "
                "LIMIT 1",
                kDagRunColumns, skip_manual ? " AND dr.run_type != 'manual'" : ""),
            run.dag_id, *run.logical_date));
        if (!TRY(cursor.next())) return std::nullopt;
        auto previous = TRY(read_dag_run(cursor));
        auto task_instances = TRY(task_instances_of(connection, previous.key));
        return ActiveRun{std::move(previous), std::move(task_instances)};
    });
}

Result<std::vector<DagRunState>> SqlStore::recent_outcomes(const DagId& dag_id, int count) {
    return read([&](Connection& connection) -> Result<std::vector<DagRunState>> {
        auto cursor =
            TRY(connection.query("SELECT state FROM dag_run WHERE dag_id = ? AND state IN ('success', 'failed') "
                                 "ORDER BY run_after DESC, id DESC LIMIT ?",
                                 dag_id, count));
        std::vector<DagRunState> states;
        while (TRY(cursor.next())) TRY(cursor.read("dag_run", states.emplace_back()));
        return states;
    });
}

Result<std::map<MapSource, int>> SqlStore::map_lengths(DagRunKey run, const std::vector<MapSource>& sources) {
    return read([&](Connection& connection) -> Result<std::map<MapSource, int>> {
        std::map<MapSource, int> lengths;
        for (const MapSource& source : sources) {
            auto cursor =
                TRY(connection.query("SELECT count(CASE WHEN map_index >= 0 THEN 1 END), max(CASE WHEN map_index < 0 "
                                     "THEN mapped_length END) "
                                     "FROM xcom WHERE dag_run_id = ? AND task_id = ? AND key = ?",
                                     run, source.task_id, source.key));
            int mapped = 0;
            std::optional<int> length;
            if (TRY(cursor.next())) TRY(cursor.read("xcom", mapped, length));
            if (length || mapped > 0) lengths[source] = length.value_or(mapped);
        }
        return lengths;
    });
}

Result<std::vector<InboxItem>> SqlStore::read_inbox(const std::string& node_id) {
    return read([&](Connection& connection) -> Result<std::vector<InboxItem>> {
        auto cursor = TRY(connection.query(
            "SELECT i.id, CASE WHEN i.kind = 'dag_changed' THEN 1 ELSE 0 END, i.dag_id, i.dag_run_id, "
            "CASE WHEN d.dag_id IS NULL THEN 1 ELSE 0 END FROM scheduler_inbox i LEFT JOIN dag d ON d.dag_id = "
            "i.dag_id "
            "LEFT JOIN dag_lease l ON l.dag_id = i.dag_id WHERE l.node_id IS NULL OR l.node_id = ? ORDER BY i.id",
            node_id));
        std::vector<InboxItem> items;
        while (TRY(cursor.next())) {
            auto& item = items.emplace_back();
            bool dag_changed = false;
            TRY(cursor.read("scheduler_inbox", item.id, dag_changed, item.dag_id, item.run, item.dag_is_gone));
            item.kind = dag_changed ? InboxItem::Kind::dag_changed : InboxItem::Kind::run_changed;
        }
        return items;
    });
}

namespace {

Result<Job> read_job(Cursor& row) {
    Job job;
    TRY(row.read("job", job.id, job.job_type, job.state, job.hostname, job.start_date, job.latest_heartbeat,
                 job.end_date));
    return job;
}

}  // namespace

Result<std::int64_t> SqlStore::save_job(const Job& job) {
    return write([&](Transaction& transaction) -> Result<std::int64_t> {
        TRY(prune_changes(transaction.connection()));
        if (job.id == 0) {
            return returned_number(
                transaction.connection(),
                "INSERT INTO job (job_type, state, hostname, start_date, latest_heartbeat, end_date) "
                "VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
                job.job_type, job.state, job.hostname, job.start_date, job.latest_heartbeat, job.end_date);
        }
        const auto changed = TRY(transaction.execute(
            "UPDATE job SET job_type = ?, state = ?, hostname = ?, start_date = ?, latest_heartbeat = ?, end_date = ? "
            "WHERE id = ?",
            job.job_type, job.state, job.hostname, job.start_date, job.latest_heartbeat, job.end_date, job.id));
        if (changed == 0) return fail(ErrorCode::not_found, fmt::format("there is no job {}", job.id));
        return job.id;
    });
}

Result<std::vector<Job>> SqlStore::latest_jobs() {
    return read([](Connection& connection) -> Result<std::vector<Job>> {
        auto cursor = TRY(connection.query(
            "SELECT j.id, j.job_type, j.state, j.hostname, j.start_date, j.latest_heartbeat, j.end_date FROM "
            "(SELECT DISTINCT job_type FROM job) t JOIN job j ON j.id = (SELECT id FROM job k WHERE k.job_type = "
            "t.job_type "
            "ORDER BY latest_heartbeat DESC, id DESC LIMIT 1) ORDER BY j.job_type"));
        return read_rows(cursor, read_job);
    });
}

Result<PageOf<Job>> SqlStore::list_jobs(const JobFilter& filter, const Page& page) {
    ListQuery list("job");
    if (filter.state) list.where("state = ?", *filter.state);
    if (filter.job_type) list.where("job_type = ?", *filter.job_type);
    if (filter.hostname) list.where("hostname = ?", *filter.hostname);
    if (filter.alive_since)
        list.where("state = 'running' AND latest_heartbeat >= ?", filter.alive_since->time_since_epoch().count());
    if (filter.dead_since)
        list.where("NOT (state = 'running' AND latest_heartbeat >= ?)", filter.dead_since->time_since_epoch().count());
    list.where_within("start_date", filter.start_date).where_within("end_date", filter.end_date);
    TRY(list.page(page,
                  {{"id", "id"},
                   {"state", "state"},
                   {"job_type", "job_type"},
                   {"start_date", "start_date"},
                   {"end_date", "end_date", kNullable},
                   {"latest_heartbeat", "latest_heartbeat"},
                   {"hostname", "hostname"}},
                  "id DESC"));
    return read([&](Connection& connection) {
        return read_page(connection, list, "id, job_type, state, hostname, start_date, latest_heartbeat, end_date",
                         read_job);
    });
}

}  // namespace gale::sql
