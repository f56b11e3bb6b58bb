// Rows that the parts of the view store share.
#pragma once

#include "store/sql/columns.hpp"
#include "store/sql/connection.hpp"
#include "store/view_store.hpp"

namespace gale::sql {

class ListQuery;

// A text column without a copy; valid until the cursor moves.
struct TextView {
    std::string_view text;
};
inline void read_column(ColumnReader& from, TextView& out) {
    out.text = from.text();
}

extern const std::string_view kRunBriefColumns;
extern const std::string_view kRunBriefFrom;  // dag_run dr with its version
Result<RunBrief> read_run_brief(Cursor& cursor);
// run_read.cpp: on `dag_run dr`.
void filter_runs(ListQuery& list, const DagRunFilter& filter);

}  // namespace gale::sql
