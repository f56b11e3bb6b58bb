// Rows of the tables that several parts read: the columns to select, and the value made of them.
#pragma once

#include <map>
#include <string_view>

#include "store/catalog_store.hpp"
#include "store/run_store.hpp"
#include "store/scheduler_store.hpp"
#include "store/sql/connection.hpp"

namespace gale::sql {

// From `dag d`.
extern const std::string_view kDagColumns;
Result<DagRow> read_dag(Cursor& cursor);
extern const std::string_view kDagFrom;  // with its latest version

// From `dag_run dr`.
extern const std::string_view kDagRunColumns;
Result<DagRun> read_dag_run(Cursor& cursor);

// From `task_instance ti JOIN dag_run dr`, or of history under the same name.
extern const std::string_view kTaskInstanceColumns;
extern const std::string_view kHistoryColumns;
extern const std::string_view kTaskInstanceFrom;
Result<TaskInstance> read_task_instance(Cursor& cursor);

// The first row, or `missing`.
template <class F>
auto read_one(Cursor& cursor, F&& read, Error missing) -> std::invoke_result_t<F, Cursor&> {
    if (!TRY(cursor.next())) return std::unexpected(std::move(missing));
    return read(cursor);
}

Error no_such_dag(const DagId& dag_id);
Error no_such_run(const DagId& dag_id, const RunId& run_id);
Error no_such_task_instance(const TaskInstanceKey& key);

// not_found when there is no such run.
Result<DagRunKey> find_run(Connection& connection, const DagId& dag_id, const RunId& run_id);
Result<std::optional<DagRun>> find_run(Connection& connection, DagRunKey key);

// In the transaction of the change it tells of.
Result<void> tell_dag_changed(Connection& connection, const DagId& dag_id);
Result<void> tell_run_changed(Connection& connection, const DagId& dag_id, DagRunKey run);

// The fences of the DAGs that the node leads; only of those named, if any are.
Result<std::map<DagId, std::int64_t>> read_held_leases(Connection& connection, const std::string& node_id,
                                                       const std::vector<std::string>& dag_ids = {});

// Forgets the oldest changes of the journal, a bounded number at a time.
Result<void> prune_changes(Connection& connection);

// Inserts the run and its task instances. already_exists: run id or logical date is taken; conflict: its DAG version is
// gone.
Result<DagRun> insert_run(Connection& connection, const NewDagRun& run);
Result<void> insert_task_instances(Connection& connection, DagRunKey run, const std::vector<TaskInstance>& rows);
// Copies the rows to history, each as the end of its try.
Result<void> archive(Connection& connection, const std::vector<TaskInstanceId>& ids);

}  // namespace gale::sql
