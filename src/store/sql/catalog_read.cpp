// What people see of DAGs, and pausing and deleting them.
#include <fmt/format.h>

#include "store/sql/list_query.hpp"
#include "store/sql/rows.hpp"
#include "store/sql/sql_store.hpp"

namespace gale::sql {
namespace {

const OrderColumns kDagOrder = {
    {"dag_id", "d.dag_id"},
    {"dag_display_name", "coalesce(d.dag_display_name, d.dag_id)"},
    {"is_paused", "d.is_paused"},
    {"last_parsed_time", "d.last_parsed_time", kNullable},
    {"next_dagrun", "d.next_dagrun_run_after", kNullable},
    {"next_dagrun_run_after", "d.next_dagrun_run_after", kNullable},
    {"next_dagrun_logical_date", "d.next_dagrun_logical_date", kNullable},
    {"last_run_start_date",
     "(SELECT r.start_date FROM dag_run r WHERE r.dag_id = d.dag_id ORDER BY r.run_after DESC LIMIT 1)", kNullable},
    {"last_run_state", "(SELECT r.state FROM dag_run r WHERE r.dag_id = d.dag_id ORDER BY r.run_after DESC LIMIT 1)",
     kNullable},
    {"last_run_run_after", "(SELECT max(r.run_after) FROM dag_run r WHERE r.dag_id = d.dag_id)", kNullable},
};

constexpr std::string_view kVersionColumns =
    "v.id, v.dag_id, v.version_number, v.dag_hash, v.created_at, s.data, c.source_code";
constexpr std::string_view kVersionFrom =
    "dag_version v JOIN serialized_dag s ON s.dag_version_id = v.id JOIN dag_code c ON c.dag_version_id = v.id";

Result<DagVersion> read_version(Cursor& cursor) {
    DagVersion version;
    TRY(cursor.read("dag_version", version.key, version.dag_id, version.version_number, version.dag_hash,
                    version.created_at, version.definition, version.source_code));
    return version;
}

Result<ImportError> read_import_error(Cursor& cursor) {
    ImportError error;
    TRY(cursor.read("import_error", error.id, error.filename, error.stacktrace, error.timestamp));
    return error;
}

Result<void> require_dag(Connection& connection, const DagId& dag_id) {
    auto cursor = TRY(connection.query("SELECT 1 FROM dag WHERE dag_id = ?", dag_id));
    if (!TRY(cursor.next())) return std::unexpected(no_such_dag(dag_id));
    return {};
}

// Of one DAG. Its active runs are told of one by one: the scheduler holds them in memory.
Result<void> tell_runs_deleted(Connection& connection, const DagId& dag_id) {
    TRY(connection.execute(
        "INSERT INTO scheduler_inbox (kind, dag_id, dag_run_id) SELECT 'run_changed', dag_id, id FROM dag_run "
        "WHERE dag_id = ? AND state IN ('queued', 'running')",
        dag_id));
    return tell_dag_changed(connection, dag_id);
}

}  // namespace

Result<std::vector<std::string>> SqlStore::known_files() {
    return read([](Connection& connection) -> Result<std::vector<std::string>> {
        auto cursor =
            TRY(connection.query("SELECT fileloc AS name FROM dag WHERE is_stale = 0 UNION SELECT filename FROM "
                                 "import_error ORDER BY name"));
        std::vector<std::string> files;
        while (TRY(cursor.next())) TRY(cursor.read("dag", files.emplace_back()));
        return files;
    });
}

Result<PageOf<DagRow>> SqlStore::list_dags(const DagFilter& filter, const Page& page) {
    ListQuery list(kDagFrom);
    list.where_like("d.dag_id", filter.dag_id);
    list.where_like("coalesce(d.dag_display_name, d.dag_id)", filter.dag_display_name);
    if (!filter.include_stale) list.where("d.is_stale = 0");
    if (filter.paused) list.where("d.is_paused = ?", std::int64_t{*filter.paused ? 1 : 0});
    if (filter.has_import_errors)
        list.where("d.has_import_errors = ?", std::int64_t{*filter.has_import_errors ? 1 : 0});
    constexpr std::string_view kIsFavorite =
        "EXISTS (SELECT 1 FROM dag_favorite f WHERE f.username = ? AND f.dag_id = d.dag_id)";
    if (filter.favorite_of) list.where(kIsFavorite, *filter.favorite_of);
    if (filter.not_favorite_of) list.where(fmt::format("NOT {}", kIsFavorite), *filter.not_favorite_of);
    if (filter.every_tag) {
        for (const std::string& tag : filter.tags)
            list.where("EXISTS (SELECT 1 FROM dag_tag t WHERE t.dag_id = d.dag_id AND t.name = ?)", tag);
    } else if (!filter.tags.empty()) {
        list.where_in("EXISTS (SELECT 1 FROM dag_tag t WHERE t.dag_id = d.dag_id AND t.name", filter.tags, ")");
    }
    if (!filter.owners.empty())
        list.where_in("EXISTS (SELECT 1 FROM json_each(d.owners) o WHERE o.value", filter.owners, ")");
    const auto of_last_run = [](std::string_view column) {
        return fmt::format("(SELECT r.{} FROM dag_run r WHERE r.dag_id = d.dag_id ORDER BY r.run_after DESC LIMIT 1)",
                           column);
    };
    if (filter.last_dag_run_state)
        list.where(of_last_run("state") + " = ?", std::string(to_string(*filter.last_dag_run_state)));
    list.where_within(of_last_run("start_date"), filter.last_run_start_date);
    list.where_within(of_last_run("end_date"), filter.last_run_end_date);
    TRY(list.page(page, kDagOrder, "d.dag_id"));
    return read([&](Connection& connection) { return read_page(connection, list, kDagColumns, read_dag); });
}

Result<DagRow> SqlStore::get_dag(const DagId& dag_id) {
    return read([&](Connection& connection) -> Result<DagRow> {
        auto cursor =
            TRY(connection.query(fmt::format("SELECT {} FROM {} WHERE d.dag_id = ?", kDagColumns, kDagFrom), dag_id));
        return read_one(cursor, read_dag, no_such_dag(dag_id));
    });
}

Result<void> SqlStore::set_dag_paused(const DagId& dag_id, bool paused) {
    return write([&](Transaction& transaction) -> Result<void> {
        const auto changed = TRY(transaction.execute("UPDATE dag SET is_paused = ? WHERE dag_id = ?", paused, dag_id));
        if (changed == 0) return std::unexpected(no_such_dag(dag_id));
        TRY(tell_dag_changed(transaction.connection(), dag_id));
        transaction.notify(Channel::scheduler);
        transaction.notify(Channel::events);
        return {};
    });
}

Result<void> SqlStore::delete_dag(const DagId& dag_id) {
    return write([&](Transaction& transaction) -> Result<void> {
        auto& connection = transaction.connection();
        TRY(require_dag(connection, dag_id));
        {
            auto busy =
                TRY(connection.query("SELECT ti.id, dr.run_id, ti.task_id FROM dag_run dr JOIN task_instance ti ON "
                                     "ti.dag_run_id = dr.id WHERE dr.dag_id = ? AND ti.state IN ('queued', 'running', "
                                     "'restarting') LIMIT 1",
                                     dag_id));
            if (TRY(busy.next())) {
                TaskInstance ti;
                TRY(busy.read("task_instance", ti.id, ti.run_id, ti.task_id));
                return fail(
                    ErrorCode::conflict,
                    fmt::format(
                        "cannot delete DAG '{}': task '{}' of run '{}' is running; wait for it, or mark the run "
                        "failed first",
                        dag_id.str(), ti.task_id.str(), ti.run_id.str()));
            }
        }
        TRY(tell_runs_deleted(connection, dag_id));
        // Runs first: they refer to the versions, which go with the DAG.
        TRY(connection.execute("DELETE FROM dag_run WHERE dag_id = ?", dag_id));
        TRY(connection.execute("DELETE FROM dag WHERE dag_id = ?", dag_id));
        transaction.notify(Channel::scheduler);
        transaction.notify(Channel::events);
        return {};
    });
}

Result<DagVersion> SqlStore::get_dag_version(DagVersionKey key) {
    return read([&](Connection& connection) -> Result<DagVersion> {
        auto cursor =
            TRY(connection.query(fmt::format("SELECT {} FROM {} WHERE v.id = ?", kVersionColumns, kVersionFrom), key));
        return read_one(cursor, read_version,
                        Error(ErrorCode::not_found, fmt::format("there is no DAG version of key {}", key.value())));
    });
}

Result<DagVersion> SqlStore::latest_dag_version(const DagId& dag_id) {
    return read([&](Connection& connection) -> Result<DagVersion> {
        auto cursor = TRY(
            connection.query(fmt::format("SELECT {} FROM {} WHERE v.dag_id = ? ORDER BY v.version_number DESC LIMIT 1",
                                         kVersionColumns, kVersionFrom),
                             dag_id));
        return read_one(cursor, read_version, no_such_dag(dag_id));
    });
}

Result<DagVersion> SqlStore::get_dag_version(const DagId& dag_id, int version_number) {
    return read([&](Connection& connection) -> Result<DagVersion> {
        TRY(require_dag(connection, dag_id));
        auto cursor = TRY(connection.query(
            fmt::format("SELECT {} FROM {} WHERE v.dag_id = ? AND v.version_number = ?", kVersionColumns, kVersionFrom),
            dag_id, version_number));
        return read_one(
            cursor, read_version,
            Error(ErrorCode::not_found, fmt::format("DAG '{}' has no version {}", dag_id.str(), version_number))
                .with("dag_id", dag_id.str()));
    });
}

Result<PageOf<DagVersion>> SqlStore::list_dag_versions(const DagId& dag_id, const Page& page) {
    ListQuery list("dag_version v JOIN serialized_dag s ON s.dag_version_id = v.id");
    list.where("v.dag_id = ?", dag_id.str());
    TRY(list.page(page,
                  {{"id", "v.id"},
                   {"version_number", "v.version_number"},
                   {"dag_id", "v.dag_id"},
                   {"created_at", "v.created_at"}},
                  "v.version_number DESC"));
    return read([&](Connection& connection) -> Result<PageOf<DagVersion>> {
        TRY(require_dag(connection, dag_id));
        return read_page(connection, list, "v.id, v.dag_id, v.version_number, v.dag_hash, v.created_at, s.data, ''",
                         read_version);
    });
}

Result<PageOf<ImportError>> SqlStore::list_import_errors(const TextMatch& filename, const Page& page) {
    ListQuery list("import_error");
    list.where_like("filename", filename);
    TRY(list.page(page,
                  {{"id", "id"},
                   {"import_error_id", "id"},
                   {"filename", "filename"},
                   {"timestamp", "timestamp"},
                   {"stacktrace", "stacktrace"}},
                  "id"));
    return read([&](Connection& connection) {
        return read_page(connection, list, "id, filename, stacktrace, timestamp", read_import_error);
    });
}

Result<ImportError> SqlStore::get_import_error(std::int64_t id) {
    return read([&](Connection& connection) -> Result<ImportError> {
        auto cursor =
            TRY(connection.query("SELECT id, filename, stacktrace, timestamp FROM import_error WHERE id = ?", id));
        return read_one(cursor, read_import_error,
                        Error(ErrorCode::not_found, fmt::format("there is no import error {}", id)));
    });
}

Result<PageOf<std::string>> SqlStore::list_dag_tags(const TextMatch& name, const Page& page) {
    ListQuery list(
        "(SELECT DISTINCT t.name FROM dag_tag t JOIN dag d ON d.dag_id = t.dag_id WHERE d.is_stale = 0) AS tag");
    list.where_like("tag.name", name);
    TRY(list.page(page, {{"name", "tag.name"}}, "tag.name"));
    return read([&](Connection& connection) {
        return read_page(connection, list, "tag.name", [](Cursor& cursor) -> Result<std::string> {
            std::string tag;
            TRY(cursor.read("dag_tag", tag));
            return tag;
        });
    });
}

Result<std::vector<DagRunCount>> SqlStore::count_dag_runs(const std::vector<DagId>& dag_ids) {
    ListQuery list("dag_run r JOIN dag d ON d.dag_id = r.dag_id");
    std::vector<std::string> names;
    for (const DagId& dag_id : dag_ids) names.push_back(dag_id.str());
    list.where_in("r.dag_id", names);
    if (names.empty()) list.where("d.is_stale = 0");
    const auto sql = list.counts("d.dag_id, coalesce(d.dag_display_name, d.dag_id), r.state", "d.dag_id, r.state");
    return read([&](Connection& connection) -> Result<std::vector<DagRunCount>> {
        auto cursor = TRY(connection.query(sql, list.values()));
        return read_rows(cursor, [](Cursor& row) -> Result<DagRunCount> {
            DagRunCount one;
            TRY(row.read("dag_run", one.dag_id, one.dag_display_name, one.state, one.count));
            return one;
        });
    });
}

}  // namespace gale::sql
