// The store port, part: DAG definitions, their versions and source, import errors.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "model/dag.hpp"
#include "store/page.hpp"

namespace gale {

struct DagRow {
    DagId dag_id;
    std::optional<std::string> display_name, description;
    bool is_paused = true;
    bool is_stale = false;  // its file is gone, or no longer defines it
    bool has_import_errors = false;
    std::string fileloc;           // absolute
    std::string relative_fileloc;  // below the dags folder
    std::optional<TimePoint> last_parsed_time;
    double last_parse_duration = 0;  // seconds
    std::vector<std::string> owners, tags;
    std::string timetable_summary, timetable_description;
    bool timetable_periodic = false;
    int max_active_tasks = 16, max_active_runs = 16, max_consecutive_failed_dag_runs = 0;
    std::optional<DueRun> next_due;
    DagVersionKey latest_version;
    int latest_version_number = 0;
};

struct DagVersion {
    DagVersionKey key;
    DagId dag_id;
    int version_number = 0;  // 1, 2, … in its DAG
    std::string dag_hash;    // of the canonical definition
    json::object definition;
    std::string source_code;
    TimePoint created_at;
};

struct ImportError {
    std::int64_t id = 0;
    std::string filename;  // absolute
    std::string stacktrace;
    TimePoint timestamp;
};

// What catalog made of one parsed file.
struct ParsedDag {
    DagId dag_id;
    std::string dag_hash;
    std::string canonical_definition;
    DagRow row;  // key, version, pause state and next_due are the store's
    std::optional<bool> is_paused_upon_creation;
};
struct ParsedFile {
    std::string fileloc, relative_fileloc, source_code;
    TimePoint parsed_at;
    double parse_duration = 0;
    std::vector<ParsedDag> dags;
    std::optional<std::string> import_error;
    bool paused_at_creation = true;  // [core] dags_are_paused_at_creation
};

struct DagFilter {
    TextMatch dag_id, dag_display_name;
    std::vector<std::string> tags, owners;  // any of them
    bool every_tag = false;                 // all of the tags
    std::optional<bool> paused, has_import_errors;
    std::optional<std::string> favorite_of, not_favorite_of;  // a user's name
    std::optional<DagRunState> last_dag_run_state;
    TimeRange last_run_start_date, last_run_end_date;  // of the last run
    bool include_stale = false;
};

struct DagRunCount {
    DagId dag_id;
    std::string dag_display_name;
    DagRunState state = DagRunState::queued;
    std::int64_t count = 0;
};

class CatalogStore {
public:
    virtual ~CatalogStore() = default;
    // One transaction: each DAG is inserted or updated; a new hash makes a new version (a version without runs is
    // replaced in place); DAGs that this file defined before and no longer does turn stale; its import error is
    // set or removed. An import error keeps the file's DAGs as they were, marked has_import_errors.
    // A dag id that an existing other file defines (and is not stale) is not taken over: it becomes this file's import
    // error, naming both files. Notifies Channel::scheduler when anything changed.
    virtual Result<void> record_parsed_file(const ParsedFile& file) = 0;
    // Files that vanished: their DAGs turn stale, their import errors go.
    virtual Result<void> forget_files(const std::vector<std::string>& filelocs) = 0;
    virtual Result<std::vector<std::string>> known_files() = 0;

    virtual Result<PageOf<DagRow>> list_dags(const DagFilter& filter, const Page& page) = 0;
    virtual Result<DagRow> get_dag(const DagId& dag_id) = 0;  // not_found names the id; stale ones are found
    virtual Result<void> set_dag_paused(const DagId& dag_id, bool paused) = 0;  // notifies the scheduler
    virtual Result<void> delete_dag(const DagId& dag_id) = 0;  // with its runs; conflict while tasks run
    virtual Result<DagVersion> get_dag_version(DagVersionKey key) = 0;
    virtual Result<DagVersion> latest_dag_version(const DagId& dag_id) = 0;
    virtual Result<DagVersion> get_dag_version(const DagId& dag_id, int version_number) = 0;
    virtual Result<PageOf<DagVersion>> list_dag_versions(const DagId& dag_id,
                                                         const Page& page) = 0;  // newest first, no source
    virtual Result<PageOf<ImportError>> list_import_errors(const TextMatch& filename, const Page& page) = 0;
    Result<PageOf<ImportError>> list_import_errors(const Page& page) { return list_import_errors(TextMatch{}, page); }
    virtual Result<ImportError> get_import_error(std::int64_t id) = 0;
    // A user's favourites, which go with the user and with the DAG. False: it was so already, and nothing is told.
    // not_found: there is no such DAG.
    virtual Result<bool> set_dag_favorite(const std::string& username, const DagId& dag_id, bool is_favorite) = 0;
    // Those of them that are the user's favourites.
    virtual Result<std::set<DagId>> favorites_among(const std::string& username, const std::vector<DagId>& dag_ids) = 0;
    // Names of the tags of DAGs that are not stale, each once, by name.
    virtual Result<PageOf<std::string>> list_dag_tags(const TextMatch& name, const Page& page) = 0;
    // How many runs of each state each of these DAGs has, by dag_id and state; states without runs are left out.
    // Empty: of all DAGs that are not stale.
    virtual Result<std::vector<DagRunCount>> count_dag_runs(const std::vector<DagId>& dag_ids) = 0;
};

}  // namespace gale
