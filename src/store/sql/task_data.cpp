// What tasks leave: XComs and rendered fields.
#include <fmt/format.h>

#include "store/sql/list_query.hpp"
#include "store/sql/rows.hpp"
#include "store/sql/sql_store.hpp"

namespace gale::sql {
namespace {

constexpr std::string_view kXComColumns = "x.key, dr.dag_id, dr.run_id, x.task_id, x.map_index, x.value, x.timestamp";

Result<XCom> read_xcom(Cursor& cursor) {
    XCom xcom;
    auto& ti = xcom.task_instance;
    TRY(cursor.read("xcom", xcom.key, ti.dag_id, ti.run_id, ti.task_id, ti.map_index, xcom.value, xcom.timestamp));
    return xcom;
}

Error no_such_xcom(const TaskInstanceKey& key, const std::string& name) {
    return Error(ErrorCode::not_found, fmt::format("task '{}' of run '{}' of DAG '{}' has no XCom '{}'",
                                                   key.task_id.str(), key.run_id.str(), key.dag_id.str(), name))
        .with("key", name);
}

// A foreign key that fails is a task instance that is not there.
template <class T>
Result<void> for_task_instance(Result<T> written, const TaskInstanceKey& key) {
    if (written) return {};
    if (written.error().code() == ErrorCode::not_found) return std::unexpected(no_such_task_instance(key));
    return std::unexpected(written.error());
}

}  // namespace

Result<void> SqlStore::set_xcom(const XCom& xcom) {
    return write([&](Transaction& transaction) -> Result<void> {
        const auto& ti = xcom.task_instance;
        const auto run = TRY(find_run(transaction.connection(), ti.dag_id, ti.run_id));
        return for_task_instance(
            transaction.execute(
                "INSERT INTO xcom (dag_run_id, task_id, map_index, key, value, timestamp, mapped_length) VALUES (?, ?, "
                "?, ?, ?, ?, ?) ON CONFLICT (dag_run_id, task_id, map_index, key) DO UPDATE SET value = "
                "excluded.value, timestamp = excluded.timestamp, mapped_length = excluded.mapped_length",
                run, ti.task_id, ti.map_index, xcom.key, xcom.value, xcom.timestamp, xcom.mapped_length),
            ti);
    });
}

Result<XCom> SqlStore::get_xcom(const TaskInstanceKey& ti, const std::string& key, bool include_prior_dates) {
    return read([&](Connection& connection) -> Result<XCom> {
        const auto of_run = include_prior_dates
                                ? "dr.dag_id = ?1 AND coalesce(dr.logical_date, dr.run_after) <= (SELECT "
                                  "coalesce(logical_date, run_after) FROM dag_run WHERE dag_id = ?1 AND run_id = ?2)"
                                : "dr.dag_id = ?1 AND dr.run_id = ?2";
        auto cursor = TRY(connection.query(
            fmt::format(
                "SELECT {} FROM dag_run dr CROSS JOIN xcom x ON x.dag_run_id = dr.id WHERE {} AND x.task_id = ?3 AND "
                "x.map_index = ?4 AND x.key = ?5 ORDER BY coalesce(dr.logical_date, dr.run_after) DESC LIMIT 1",
                kXComColumns, of_run),
            ti.dag_id, ti.run_id, ti.task_id, ti.map_index, key));
        return read_one(cursor, read_xcom, no_such_xcom(ti, key));
    });
}

Result<std::vector<XCom>> SqlStore::list_xcoms(const TaskInstanceKey& ti) {
    return read([&](Connection& connection) -> Result<std::vector<XCom>> {
        auto cursor = TRY(connection.query(fmt::format("SELECT {} FROM dag_run dr JOIN xcom x ON x.dag_run_id = dr.id "
                                                       "WHERE dr.dag_id = ? AND dr.run_id = ? AND "
                                                       "x.task_id = ? AND x.map_index = ? ORDER BY x.key",
                                                       kXComColumns),
                                           ti.dag_id, ti.run_id, ti.task_id, ti.map_index));
        return read_rows(cursor, read_xcom);
    });
}

Result<std::vector<XCom>> SqlStore::list_run_xcoms(const DagId& dag_id, const RunId& run_id, int limit, int offset) {
    return read([&](Connection& connection) -> Result<std::vector<XCom>> {
        auto cursor = TRY(connection.query(
            fmt::format("SELECT {} FROM dag_run dr CROSS JOIN xcom x ON x.dag_run_id = dr.id WHERE dr.dag_id = ? AND "
                        "dr.run_id = ? ORDER BY x.task_id, x.map_index, x.key LIMIT ? OFFSET ?",
                        kXComColumns),
            dag_id, run_id, sql_limit(limit), offset));
        return read_rows(cursor, read_xcom);
    });
}

Result<std::int64_t> SqlStore::count_xcom_sequence(const TaskInstanceKey& task, const std::string& key) {
    return read([&](Connection& connection) -> Result<std::int64_t> {
        auto cursor = TRY(
            connection.query("SELECT count(*) FROM dag_run dr JOIN xcom x ON x.dag_run_id = dr.id WHERE dr.dag_id = ? "
                             "AND dr.run_id = ? AND x.task_id = ? AND x.key = ?",
                             task.dag_id, task.run_id, task.task_id, key));
        std::int64_t count = 0;
        if (TRY(cursor.next())) TRY(cursor.read("xcom", count));
        return count;
    });
}

Result<std::vector<json::value>> SqlStore::xcom_sequence(const TaskInstanceKey& task, const std::string& key,
                                                         std::int64_t limit, std::int64_t offset) {
    return read([&](Connection& connection) -> Result<std::vector<json::value>> {
        auto cursor = TRY(connection.query(
            "SELECT x.value FROM dag_run dr JOIN xcom x ON x.dag_run_id = dr.id WHERE dr.dag_id = ? AND dr.run_id = ? "
            "AND x.task_id = ? AND x.key = ? ORDER BY x.map_index LIMIT ? OFFSET ?",
            task.dag_id, task.run_id, task.task_id, key, limit, offset));
        std::vector<json::value> values;
        while (TRY(cursor.next())) TRY(cursor.read("xcom", values.emplace_back()));
        return values;
    });
}

Result<void> SqlStore::delete_xcom(const TaskInstanceKey& ti, const std::string& key) {
    return write([&](Transaction& transaction) -> Result<void> {
        TRY(transaction.execute(
            "DELETE FROM xcom WHERE dag_run_id = (SELECT id FROM dag_run WHERE dag_id = ? AND run_id = ?) AND "
            "task_id = ? AND map_index = ? AND key = ?",
            ti.dag_id, ti.run_id, ti.task_id, ti.map_index, key));
        return {};
    });
}

Result<void> SqlStore::clear_xcoms(const TaskInstanceKey& ti) {
    return write([&](Transaction& transaction) -> Result<void> {
        TRY(transaction.execute(
            "DELETE FROM xcom WHERE dag_run_id = (SELECT id FROM dag_run WHERE dag_id = ? AND run_id = ?) AND "
            "task_id = ? AND map_index = ?",
            ti.dag_id, ti.run_id, ti.task_id, ti.map_index));
        return {};
    });
}

Result<void> SqlStore::set_rendered_fields(const TaskInstanceKey& ti, const json::object& fields) {
    return write([&](Transaction& transaction) -> Result<void> {
        const auto run = TRY(find_run(transaction.connection(), ti.dag_id, ti.run_id));
        return for_task_instance(
            transaction.execute(
                "INSERT INTO rendered_task_instance_fields (dag_run_id, task_id, map_index, rendered_fields) "
                "VALUES (?, ?, ?, ?) ON CONFLICT (dag_run_id, task_id, map_index) DO UPDATE SET "
                "rendered_fields = excluded.rendered_fields",
                run, ti.task_id, ti.map_index, fields),
            ti);
    });
}

Result<json::object> SqlStore::get_rendered_fields(const TaskInstanceKey& ti) {
    return read([&](Connection& connection) -> Result<json::object> {
        auto cursor =
            TRY(connection.query("SELECT f.task_id, f.rendered_fields FROM dag_run dr JOIN "
                                 "rendered_task_instance_fields f ON f.dag_run_id = dr.id "
                                 "WHERE dr.dag_id = ? AND dr.run_id = ? AND f.task_id = ? AND f.map_index = ?",
                                 ti.dag_id, ti.run_id, ti.task_id, ti.map_index));
        json::object fields;
        TaskId task_id;
        if (TRY(cursor.next())) TRY(cursor.read("rendered_task_instance_fields", task_id, fields));
        return fields;
    });
}

}  // namespace gale::sql
