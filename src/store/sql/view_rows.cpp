#include "store/sql/view_rows.hpp"

namespace gale::sql {

const std::string_view kRunBriefColumns =
    "dr.id, dr.dag_id, dr.run_id, dr.run_type, dr.state, dr.logical_date, dr.run_after, dr.queued_at, dr.start_date, "
    "dr.end_date, dr.note, dr.conf = '{}', dr.created_dag_version_id, v.version_number";
const std::string_view kRunBriefFrom = "dag_run dr JOIN dag_version v ON v.id = dr.created_dag_version_id";

Result<RunBrief> read_run_brief(Cursor& cursor) {
    RunBrief run;
    TRY(cursor.read("dag_run", run.key, run.dag_id, run.run_id, run.run_type, run.state, run.logical_date,
                    run.run_after, run.queued_at, run.start_date, run.end_date, run.note, run.conf_is_empty,
                    run.dag_version, run.version_number));
    return run;
}

}  // namespace gale::sql
