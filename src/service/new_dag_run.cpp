#include <fmt/format.h>

#include <array>

#include "base/hash.hpp"
#include "model/new_run.hpp"
#include "service/params.hpp"
#include "service/run_service.hpp"

namespace gale {
namespace {

constexpr std::array kAllRunTypes = {RunType::scheduled,       RunType::manual,
                                     RunType::backfill,        RunType::operator_triggered,
                                     RunType::asset_triggered, RunType::asset_materialization};

Result<RunId> checked_run_id(const RunId& run_id, RunType type) {
    TRY(validate_run_id(run_id.str()));
    for (const RunType other : kAllRunTypes) {
        const std::string prefix = fmt::format("{}__", to_string(other));
        if (other != type && other != RunType::manual && run_id.str().starts_with(prefix)) {
            return fail(ErrorCode::invalid_argument,
                        fmt::format("A {} DAG run cannot use ID '{}' since it is reserved for {} runs; choose one that "
                                    "does not begin with '{}'",
                                    to_string(type), run_id.str(), to_string(other), prefix));
        }
    }
    return run_id;
}

Result<void> check_conf(const Dag& dag, const json::object& conf) {
    const auto* params = json::find_object(dag.definition, "params");
    if (params == nullptr) return {};
    return check_params(*params, conf);
}

}  // namespace

Result<NewDagRun> new_dag_run(const Dag& dag, const Timetable& timetable, DagVersionKey version,
                              const TriggerRequest& request, const Actor& actor, TimePoint now) {
    TRY(check_conf(dag, request.conf));
    DagRun run;
    run.dag_id = dag.dag_id;
    run.run_type = request.run_type;
    run.logical_date = request.logical_date ? *request.logical_date : std::optional(now);
    run.run_after = request.run_after.value_or(now);
    if (run.logical_date)
        run.data_interval =
            request.data_interval ? *request.data_interval : timetable.manual_interval(*run.logical_date);
    if (run.data_interval && run.data_interval->end < run.data_interval->start) {
        return fail(ErrorCode::invalid_argument,
                    fmt::format("data_interval_end {} is before data_interval_start {}",
                                to_iso8601(run.data_interval->end), to_iso8601(run.data_interval->start)));
    }
    run.run_id = request.run_id ? TRY(checked_run_id(*request.run_id, request.run_type))
                                : make_run_id(request.run_type, run.run_after, run.logical_date.has_value(),
                                              random_alphanumeric(8));
    run.queued_at = now;
    run.conf = request.conf;
    run.triggered_by = actor.via;
    run.triggering_user_name = actor.name;
    run.note = request.note;
    run.dag_version = version;
    NewDagRun made{std::move(run), {}};
    made.task_instances = make_task_instances(dag, made.run);
    return made;
}

}  // namespace gale
