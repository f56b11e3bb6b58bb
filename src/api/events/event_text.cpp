#include "api/events/event_text.hpp"

#include <fmt/format.h>

#include "api/render.hpp"
#include "base/json.hpp"

namespace gale {
namespace {

// Of the store's own kinds, those that the page does not know.
constexpr std::string_view kInternal = "sessions";

bool passes(const EventFilter& filter, const DagId& dag_id) {
    return filter.dag_ids.empty() || filter.dag_ids.contains(dag_id);
}
bool passes(const EventFilter& filter, const DagId& dag_id, const RunId& run_id) {
    return passes(filter, dag_id) && (!filter.dag_run_id || *filter.dag_run_id == run_id);
}

json::array dag_runs(const ChangeSet& set, const EventFilter& filter) {
    json::array list;
    for (const auto& run : set.dag_runs) {
        if (!passes(filter, run.dag_id, run.run_id)) continue;
        list.push_back(json::object{{"dag_id", run.dag_id.str()},
                                    {"dag_run_id", run.run_id.str()},
                                    {"state", to_string(run.state)},
                                    {"run_type", to_string(run.run_type)},
                                    {"run_after", json::from_time(run.run_after)},
                                    {"start_date", json::from_time(run.start_date)},
                                    {"end_date", json::from_time(run.end_date)}});
    }
    return list;
}

json::array task_instances(const ChangeSet& set, const EventFilter& filter) {
    json::array list;
    for (const auto& ti : set.task_instances) {
        if (!passes(filter, ti.dag_id, ti.run_id)) continue;
        list.push_back(json::object{
            {"dag_id", ti.dag_id.str()},
            {"dag_run_id", ti.run_id.str()},
            {"task_id", ti.task_id.str()},
            {"map_index", ti.map_index},
            {"state", ti.state == TaskState::none ? json::value(nullptr) : json::value(to_string(ti.state))},
            {"try_number", ti.try_number},
            {"start_date", json::from_time(ti.start_date)},
            {"end_date", json::from_time(ti.end_date)}});
    }
    return list;
}

json::array dags(const ChangeSet& set, const EventFilter& filter) {
    json::array list;
    for (const auto& dag : set.dags) {
        if (!passes(filter, dag.dag_id)) continue;
        list.push_back(json::object{{"dag_id", dag.dag_id.str()},
                                    {"is_paused", dag.is_paused},
                                    {"is_stale", dag.is_stale},
                                    {"has_import_errors", dag.has_import_errors}});
    }
    return list;
}

json::array deletions(const ChangeSet& set, const EventFilter& filter) {
    json::array list;
    for (const auto& gone : set.deleted) {
        if (!passes(filter, gone.dag_id)) continue;
        if (gone.run_id && filter.dag_run_id && *gone.run_id != *filter.dag_run_id) continue;
        list.push_back(
            json::object{{"dag_id", gone.dag_id.str()},
                         {"dag_run_id", gone.run_id ? json::value(gone.run_id->str()) : json::value(nullptr)}});
    }
    return list;
}

json::array others(const ChangeSet& set) {
    json::array list;
    for (const auto& kind : set.others) {
        if (kind != kInternal) list.emplace_back(kind);
    }
    return list;
}

}  // namespace

std::string event_text(const ChangeSet& set, const EventFilter& filter, bool even_empty) {
    if (set.reset) return fmt::format("event: reset\nid: {}\ndata: {{}}\n\n", set.last);
    json::object change{{"dag_runs", dag_runs(set, filter)},
                        {"task_instances", task_instances(set, filter)},
                        {"dags", dags(set, filter)},
                        {"deleted", deletions(set, filter)},
                        {"others", others(set)}};
    const auto is_empty = [](const auto& member) { return member.value().as_array().empty(); };
    if (!even_empty && std::ranges::all_of(change, is_empty)) return {};
    return fmt::format("event: change\nid: {}\ndata: {}\n\n", set.last, json::serialize(change));
}

}  // namespace gale
