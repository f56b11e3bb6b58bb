#include "catalog/intake.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/hash.hpp"
#include "model/dag.hpp"

namespace gale {
namespace {

// The version's hash leaves out where the file lies: a moved folder is no new version.
std::string hash_of(json::object definition) {
    definition.erase("fileloc");
    return sha256_hex(json::canonical(definition));
}

Result<ParsedDag> take_in_dag(const json::object& definition, const DagFile& file, const IntakeDefaults& defaults) {
    const Dag dag = TRY(dag_from_json(definition));
    const auto timetable = make_timetable(dag.schedule, defaults.schedule);
    if (!timetable) {
        return std::unexpected(Error(timetable.error().code(), fmt::format("DAG '{}': schedule", dag.dag_id.str()))
                                   .caused_by(timetable.error()));
    }
    ParsedDag parsed;
    parsed.dag_id = dag.dag_id;
    parsed.dag_hash = hash_of(definition);
    parsed.canonical_definition = json::canonical(definition);
    parsed.is_paused_upon_creation = dag.is_paused_upon_creation;
    DagRow& row = parsed.row;
    row.dag_id = dag.dag_id;
    row.display_name = dag.display_name;
    row.description = dag.description;
    row.fileloc = file.path.native();
    row.relative_fileloc = file.relative.native();
    row.owners = dag.owners;
    row.tags = dag.tags;
    row.timetable_summary = (*timetable)->summary();
    row.timetable_description = (*timetable)->description();
    row.timetable_periodic = (*timetable)->is_periodic();
    row.max_active_tasks = dag.max_active_tasks.value_or(defaults.max_active_tasks);
    row.max_active_runs = dag.max_active_runs.value_or(defaults.max_active_runs);
    row.max_consecutive_failed_dag_runs = dag.max_consecutive_failed_dag_runs;
    return parsed;
}

Result<std::vector<ParsedDag>> take_in_dags(const json::object& parsed, const DagFile& file,
                                            const IntakeDefaults& defaults) {
    const auto import_error = TRY(json::get_optional_string(parsed, "import_error"));
    if (import_error) return fail(ErrorCode::invalid_argument, *import_error);
    std::vector<ParsedDag> dags;
    std::set<DagId> ids;
    const json::array* definitions = json::find_array(parsed, "dags");
    if (definitions == nullptr) return fail(ErrorCode::internal, "the parser gave no list of DAGs");
    for (const auto& definition : *definitions) {
        if (!definition.is_object()) return fail(ErrorCode::internal, "the parser gave a DAG that is not an object");
        ParsedDag dag = TRY(take_in_dag(definition.get_object(), file, defaults));
        if (!ids.insert(dag.dag_id).second) {
            return fail(ErrorCode::already_exists,
                        fmt::format("the file defines two DAGs with the id '{}': give one of them another dag_id",
                                    dag.dag_id.str()));
        }
        dags.push_back(std::move(dag));
    }
    return dags;
}

}  // namespace

ParsedFile take_in(const DagFile& file, std::string source_code, const Result<json::object>& parsed,
                   TimePoint parsed_at, Duration took, const IntakeDefaults& defaults) {
    ParsedFile result;
    result.fileloc = file.path.native();
    result.relative_fileloc = file.relative.native();
    result.source_code = std::move(source_code);
    result.parsed_at = parsed_at;
    result.parse_duration = to_seconds(took);
    result.paused_at_creation = defaults.paused_at_creation;
    auto dags = parsed ? take_in_dags(*parsed, file, defaults) : std::unexpected(parsed.error());
    if (dags) {
        result.dags = std::move(*dags);
        for (auto& dag : result.dags) {
            dag.row.last_parsed_time = parsed_at;
            dag.row.last_parse_duration = result.parse_duration;
        }
    } else {
        result.import_error = dags.error().to_string();
    }
    return result;
}

}  // namespace gale
