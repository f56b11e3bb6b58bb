// The store port, part: growth and care. Old rows go, in batches; archives keep them; a history made elsewhere comes
// in.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "model/plan.hpp"
#include "store/catalog_store.hpp"
#include "store/task_data_store.hpp"

namespace gale {

inline constexpr std::string_view kArchivePrefix = "_airflow_deleted__";  // Airflow's

struct OldRows {
    std::string table;  // of cleanable_tables()
    TimePoint before;   // by the table's date: start_date, dttm, timestamp, …
    // Empty: all. Rows of no DAG belong to none of the first and are not among the second.
    std::vector<std::string> dag_ids, excluded_dag_ids;
};

// A run that ended elsewhere, with all that belongs to it.
struct ImportedRun {
    NewDagRun run;                      // the task instances as they ended
    std::vector<TaskInstance> history;  // earlier tries
    std::vector<XCom> xcoms;
};

enum class ImportOutcome {
    taken,
    known,          // the DAG has this run already
    date_is_taken,  // the DAG has another run of this logical date
};

class MaintenanceStore {
public:
    virtual ~MaintenanceStore() = default;

    // Names of the tables whose old rows may go, in an order in which they can.
    virtual std::vector<std::string> cleanable_tables() = 0;
    // Rows that may go: old ones, but no run that is under way nor what belongs to it, no DAG's newest run that was not
    // started by hand nor its task instances, no version that a run has, no DAG version that is the newest, no DAG that
    // is not stale or has runs. Errors: invalid_argument, an unknown table.
    virtual Result<std::int64_t> count_old_rows(const OldRows& rows) = 0;
    // Removes at most `limit` of them, what depends on them with them, in one short transaction; returns how many, 0:
    // there are no more. With `archived_at` (digits) they are kept in _airflow_deleted__TABLE__ARCHIVED_AT, the task
    // instances, their tries and XComs of removed runs in such tables of their own.
    virtual Result<std::int64_t> remove_old_rows(const OldRows& rows, int limit,
                                                 const std::optional<std::string>& archived_at) = 0;

    virtual Result<std::vector<std::string>> list_archives() = 0;
    // First the columns' names, then each row; nullopt: NULL. Errors: not_found.
    using ReadRow = std::function<Result<void>(const std::vector<std::optional<std::string>>& fields)>;
    virtual Result<void> read_archive(const std::string& name, const ReadRow& read) = 0;
    virtual Result<void> drop_archive(const std::string& name) = 0;  // not_found

    // For work that one process at a time does: true when nobody else's turn lasts; it is `holder`'s then, for `length`
    // from now by the database's clock.
    virtual Result<bool> take_turn(const std::string& work, const std::string& holder, Duration length) = 0;

    // The key of the DAG's newest version. A DAG that is not there is made, stale until a file defines it, with
    // `definition` as its version 1.
    virtual Result<DagVersionKey> find_or_add_stale_dag(const DagRow& dag, const std::string& definition) = 0;
    // In one transaction; what became of each. The scheduler is not told: these runs have ended.
    virtual Result<std::vector<ImportOutcome>> import_runs(const std::vector<ImportedRun>& runs) = 0;

    // Reads everything there is; what is damaged, a sentence each.
    virtual Result<std::vector<std::string>> find_damage() = 0;
};

}  // namespace gale
