// What the DAG processor writes.
#include <fmt/format.h>

#include <algorithm>

#include "store/sql/rows.hpp"
#include "store/sql/sql_store.hpp"

namespace gale::sql {
namespace {

struct Known {
    std::string fileloc;
    bool is_stale = false, has_import_errors = false;
};

Result<std::optional<Known>> find_known(Connection& connection, const DagId& dag_id) {
    auto cursor =
        TRY(connection.query("SELECT dag_id, fileloc, is_stale, has_import_errors FROM dag WHERE dag_id = ?", dag_id));
    if (!TRY(cursor.next())) return std::nullopt;
    Known known;
    DagId id;
    TRY(cursor.read("dag", id, known.fileloc, known.is_stale, known.has_import_errors));
    return known;
}

Result<void> write_dag(Connection& connection, const ParsedFile& file, const ParsedDag& dag) {
    const bool paused = dag.is_paused_upon_creation.value_or(file.paused_at_creation);
    json::array owners;
    for (const auto& owner : dag.row.owners) owners.emplace_back(owner);
    const auto& row = dag.row;
    TRY(connection.execute(
        "INSERT INTO dag (dag_id, is_paused, dag_display_name, description, has_import_errors, fileloc, "
        "relative_fileloc, "
        "last_parsed_time, last_parse_duration, owners, timetable_summary, timetable_description, timetable_periodic, "
        "max_active_tasks, max_active_runs, max_consecutive_failed_dag_runs) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (dag_id) DO UPDATE SET is_stale = 0, dag_display_name = excluded.dag_display_name, "
        "description = excluded.description, has_import_errors = excluded.has_import_errors, fileloc = "
        "excluded.fileloc, "
        "relative_fileloc = excluded.relative_fileloc, last_parsed_time = excluded.last_parsed_time, "
        "last_parse_duration = excluded.last_parse_duration, owners = excluded.owners, "
        "timetable_summary = excluded.timetable_summary, timetable_description = excluded.timetable_description, "
        "timetable_periodic = excluded.timetable_periodic, max_active_tasks = excluded.max_active_tasks, "
        "max_active_runs = excluded.max_active_runs, "
        "max_consecutive_failed_dag_runs = excluded.max_consecutive_failed_dag_runs",
        dag.dag_id, paused, row.display_name, row.description, file.import_error.has_value(), file.fileloc,
        file.relative_fileloc, file.parsed_at, file.parse_duration, json::value(owners), row.timetable_summary,
        row.timetable_description, row.timetable_periodic, row.max_active_tasks, row.max_active_runs,
        row.max_consecutive_failed_dag_runs));
    return {};
}

Result<void> write_tags(Connection& connection, const ParsedDag& dag) {
    TRY(connection.execute("DELETE FROM dag_tag WHERE dag_id = ?", dag.dag_id));
    for (const auto& tag : dag.row.tags) {
        TRY(connection.execute("INSERT INTO dag_tag (dag_id, name) VALUES (?, ?) ON CONFLICT DO NOTHING", dag.dag_id,
                               tag));
    }
    return {};
}

struct Latest {
    std::int64_t id = 0;
    int number = 0;
    std::string dag_hash;
    bool has_runs = false;
};

Result<Latest> find_latest(Connection& connection, const DagId& dag_id) {
    auto cursor = TRY(connection.query(
        "SELECT id, version_number, dag_hash, EXISTS (SELECT 1 FROM dag_run r WHERE r.created_dag_version_id = v.id) "
        "FROM dag_version v WHERE dag_id = ? ORDER BY version_number DESC LIMIT 1",
        dag_id));
    Latest latest;
    if (TRY(cursor.next())) {
        TRY(cursor.read("dag_version", latest.id, latest.number, latest.dag_hash, latest.has_runs));
    }
    return latest;
}

// Whether there is a new definition. A replaced version gets a new key: whoever holds the old key (a trigger under way,
// a cache) finds it gone, never another definition under it.
Result<bool> write_version(Connection& connection, const ParsedFile& file, const ParsedDag& dag) {
    const auto latest = TRY(find_latest(connection, dag.dag_id));
    if (latest.dag_hash == dag.dag_hash) {
        // Comments change the source, not the hash.
        TRY(
            connection.execute("UPDATE dag_code SET source_code = ?1, fileloc = ?2 WHERE dag_version_id = ?3 AND "
                               "(source_code != ?1 OR fileloc != ?2)",
                               Cleaned(file.source_code), file.fileloc, latest.id));
        return false;
    }
    const bool replace = latest.id != 0 && !latest.has_runs;
    if (replace) TRY(connection.execute("DELETE FROM dag_version WHERE id = ?", latest.id));
    const auto id = TRY(returned_number(
        connection,
        "INSERT INTO dag_version (dag_id, version_number, dag_hash, created_at) VALUES (?, ?, ?, ?) RETURNING id",
        dag.dag_id, replace ? latest.number : latest.number + 1, dag.dag_hash, file.parsed_at));
    TRY(connection.execute("INSERT INTO serialized_dag (dag_version_id, data) VALUES (?, ?)", id,
                           dag.canonical_definition));
    TRY(connection.execute("INSERT INTO dag_code (dag_version_id, fileloc, source_code) VALUES (?, ?, ?)", id,
                           file.fileloc, Cleaned(file.source_code)));
    return true;
}

// One DAG of the file. False: nothing that the scheduler cares for changed.
Result<bool> record_dag(Connection& connection, const ParsedFile& file, const ParsedDag& dag,
                        const std::optional<Known>& known) {
    TRY(write_dag(connection, file, dag));
    TRY(write_tags(connection, dag));
    const bool new_version = TRY(write_version(connection, file, dag));
    return new_version || !known || known->is_stale || known->fileloc != file.fileloc ||
           known->has_import_errors != file.import_error.has_value();
}

Result<std::vector<DagId>> dags_of(Connection& connection, const std::string& fileloc) {
    std::vector<DagId> found;
    auto cursor = TRY(connection.query("SELECT dag_id FROM dag WHERE fileloc = ? AND is_stale = 0", fileloc));
    while (TRY(cursor.next())) TRY(cursor.read("dag", found.emplace_back()));
    return found;
}

// True when it was not so before.
Result<bool> set_import_error(Connection& connection, const ParsedFile& file) {
    if (!file.import_error) {
        return TRY(connection.execute("DELETE FROM import_error WHERE filename = ?", file.fileloc)) > 0;
    }
    const auto same =
        TRY(connection.execute("UPDATE import_error SET timestamp = ? WHERE filename = ? AND stacktrace = ?",
                               file.parsed_at, file.fileloc, Cleaned(*file.import_error)));
    if (same > 0) return false;
    TRY(connection.execute(
        "INSERT INTO import_error (filename, timestamp, stacktrace) VALUES (?, ?, ?) ON CONFLICT (filename) "
        "DO UPDATE SET timestamp = excluded.timestamp, stacktrace = excluded.stacktrace",
        file.fileloc, file.parsed_at, Cleaned(*file.import_error)));
    return true;
}

// Leaves out the DAGs that another file defines, and says so in the file's import error.
Result<void> refuse_taken_ids(Connection& connection, ParsedFile& file) {
    std::vector<ParsedDag> kept;
    for (auto& dag : file.dags) {
        const auto known = TRY(find_known(connection, dag.dag_id));
        if (!known || known->is_stale || known->fileloc == file.fileloc) {
            kept.push_back(std::move(dag));
            continue;
        }
        const auto refusal = fmt::format(
            "DAG id '{}' is defined in {} and in {}: the first one stays. Rename one of the two, or delete one file.",
            dag.dag_id.str(), known->fileloc, file.fileloc);
        file.import_error = file.import_error ? *file.import_error + "\n" + refusal : refusal;
    }
    file.dags = std::move(kept);
    return {};
}

// The file's DAGs that it did not give this time: kept with an import error, stale without. Returns those that changed.
Result<std::vector<DagId>> settle_missing(Connection& connection, const ParsedFile& file) {
    std::vector<DagId> changed;
    for (const auto& dag_id : TRY(dags_of(connection, file.fileloc))) {
        if (std::ranges::find(file.dags, dag_id, &ParsedDag::dag_id) != file.dags.end()) continue;
        const auto rows =
            file.import_error
                ? TRY(connection.execute(
                      "UPDATE dag SET has_import_errors = 1 WHERE dag_id = ? AND has_import_errors = 0", dag_id))
                : TRY(connection.execute("UPDATE dag SET is_stale = 1, has_import_errors = 0 WHERE dag_id = ?",
                                         dag_id));
        if (rows > 0) changed.push_back(dag_id);
    }
    return changed;
}

}  // namespace

Result<void> SqlStore::record_parsed_file(const ParsedFile& given) {
    return write([&](Transaction& transaction) -> Result<void> {
        auto& connection = transaction.connection();
        ParsedFile file = given;
        TRY(refuse_taken_ids(connection, file));
        std::vector<DagId> changed;
        for (const auto& dag : file.dags) {
            const auto known = TRY(find_known(connection, dag.dag_id));
            if (TRY(record_dag(connection, file, dag, known))) changed.push_back(dag.dag_id);
        }
        for (auto& dag_id : TRY(settle_missing(connection, file))) changed.push_back(std::move(dag_id));
        const bool error_changed = TRY(set_import_error(connection, file));
        for (const auto& dag_id : changed) TRY(tell_dag_changed(connection, dag_id));
        if (!changed.empty()) transaction.notify(Channel::scheduler);
        if (!changed.empty() || error_changed) transaction.notify(Channel::events);
        return {};
    });
}

Result<void> SqlStore::forget_files(const std::vector<std::string>& filelocs) {
    return write([&](Transaction& transaction) -> Result<void> {
        for (const auto& fileloc : filelocs) {
            for (const auto& dag_id : TRY(dags_of(transaction.connection(), fileloc))) {
                TRY(transaction.execute("UPDATE dag SET is_stale = 1, has_import_errors = 0 WHERE dag_id = ?", dag_id));
                TRY(tell_dag_changed(transaction.connection(), dag_id));
                transaction.notify(Channel::scheduler);
            }
            TRY(transaction.execute("DELETE FROM import_error WHERE filename = ?", fileloc));
            transaction.notify(Channel::events);
        }
        return {};
    });
}

}  // namespace gale::sql
