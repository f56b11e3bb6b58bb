// Dag runs and task instances, as people see them.
#include <fmt/format.h>

#include <algorithm>

#include "store/sql/list_query.hpp"
#include "store/sql/rows.hpp"
#include "store/sql/sql_store.hpp"
#include "store/sql/view_rows.hpp"

namespace gale::sql {
namespace {

const OrderColumns kRunOrder = {
    {"id", "dr.id"},
    {"dag_id", "dr.dag_id"},
    {"run_id", "dr.run_id"},
    {"dag_run_id", "dr.run_id"},
    {"state", "dr.state"},
    {"run_type", "dr.run_type"},
    {"logical_date", "dr.logical_date", kNullable},
    {"run_after", "dr.run_after"},
    {"queued_at", "dr.queued_at"},
    {"start_date", "dr.start_date", kNullable},
    {"end_date", "dr.end_date", kNullable},
    {"duration", "(dr.end_date - dr.start_date)", kNullable},
    {"data_interval_start", "dr.data_interval_start", kNullable},
    {"data_interval_end", "dr.data_interval_end", kNullable},
    {"conf", "dr.conf"},
    {"note", "dr.note", kNullable},
    {"triggering_user_name", "dr.triggering_user_name", kNullable},
};

const OrderColumns kTaskInstanceOrder = {
    {"id", "ti.id"},
    {"dag_id", "dr.dag_id"},
    {"run_id", "dr.run_id"},
    {"dag_run_id", "dr.run_id"},
    {"task_id", "ti.task_id"},
    {"map_index", "ti.map_index"},
    {"state", "ti.state", kNullable},
    {"try_number", "ti.try_number"},
    {"logical_date", "dr.logical_date", kNullable},
    {"run_after", "dr.run_after"},
    {"data_interval_start", "dr.data_interval_start", kNullable},
    {"data_interval_end", "dr.data_interval_end", kNullable},
    {"scheduled_when", "ti.scheduled_when", kNullable},
    {"queued_when", "ti.queued_when", kNullable},
    {"start_date", "ti.start_date", kNullable},
    {"end_date", "ti.end_date", kNullable},
    {"duration", "(ti.end_date - ti.start_date)", kNullable},
    {"priority_weight", "ti.priority_weight"},
    {"pool", "ti.pool"},
    {"pool_slots", "ti.pool_slots"},
    {"queue", "ti.queue"},
    {"operator", "ti.operator_name"},
    {"operator_name", "ti.operator_name"},
    {"max_tries", "ti.max_tries"},
    {"hostname", "ti.hostname"},
};

// A subquery, so that lists that do not filter by it do not join.
constexpr std::string_view kVersionNumber =
    "(SELECT v.version_number FROM dag_version v WHERE v.id = dr.created_dag_version_id)";
// In SQL "none" is NULL, which is IN no list.
void filter_states(ListQuery& list, const std::vector<TaskState>& states) {
    if (states.empty()) return;
    std::vector<std::string> names;
    for (const auto state : states) names.emplace_back(to_string(state));
    list.where_in("coalesce(ti.state, 'none')", names);
}

template <class State>
std::vector<std::string> names_of(const std::vector<State>& states) {
    std::vector<std::string> names;
    for (const auto state : states) names.emplace_back(to_string(state));
    return names;
}

Result<Pool> read_pool(Cursor& cursor) {
    Pool pool;
    TRY(cursor.read("slot_pool", pool.name, pool.slots, pool.description, pool.include_deferred));
    return pool;
}

Result<std::optional<TaskInstance>> current_try(Connection& connection, const TaskInstanceKey& key) {
    auto cursor = TRY(connection.query(
        fmt::format("SELECT {} FROM {} WHERE dr.dag_id = ? AND dr.run_id = ? AND ti.task_id = ? AND ti.map_index = ?",
                    kTaskInstanceColumns, kTaskInstanceFrom),
        key.dag_id, key.run_id, key.task_id, key.map_index));
    if (!TRY(cursor.next())) return std::nullopt;
    return TRY(read_task_instance(cursor));
}

}  // namespace

Result<DagRun> SqlStore::get_dag_run(const DagId& dag_id, const RunId& run_id) {
    return read([&](Connection& connection) -> Result<DagRun> {
        auto cursor = TRY(connection.query(
            fmt::format("SELECT {} FROM dag_run dr WHERE dr.dag_id = ? AND dr.run_id = ?", kDagRunColumns), dag_id,
            run_id));
        return read_one(cursor, read_dag_run, no_such_run(dag_id, run_id));
    });
}

void filter_runs(ListQuery& list, const DagRunFilter& filter) {
    if (filter.dag_id) list.where("dr.dag_id = ?", filter.dag_id->str());
    if (filter.run_id) list.where("dr.run_id = ?", filter.run_id->str());
    list.where_in("dr.state", names_of(filter.states));
    list.where_in("dr.run_type", names_of(filter.run_types));
    list.where_in("dr.dag_id", filter.dag_ids);
    list.where_like("dr.dag_id", filter.dag_id_like);
    list.where_like("dr.run_id", filter.run_id_like);
    list.where_like("dr.triggering_user_name", filter.triggering_user_name);
    list.where_in(kVersionNumber, filter.dag_versions);
    if (filter.conf_contains) list.where("instr(lower(dr.conf), lower(?)) > 0", *filter.conf_contains);
    list.where_within("dr.logical_date", filter.logical_date);
    list.where_within("dr.run_after", filter.run_after);
    list.where_within("dr.start_date", filter.start_date);
    list.where_within("dr.end_date", filter.end_date);
    list.where_within("dr.end_date - dr.start_date", filter.duration);
}

Result<PageOf<DagRun>> SqlStore::list_dag_runs(const DagRunFilter& filter, const Page& page) {
    ListQuery list("dag_run dr");
    filter_runs(list, filter);
    TRY(list.page(page, kRunOrder, "dr.id"));
    return read([&](Connection& connection) { return read_page(connection, list, kDagRunColumns, read_dag_run); });
}

Result<TaskInstance> SqlStore::get_task_instance(const TaskInstanceKey& key) {
    return read([&](Connection& connection) -> Result<TaskInstance> {
        auto found = TRY(current_try(connection, key));
        if (found) return std::move(*found);
        TRY(find_run(connection, key.dag_id, key.run_id));  // says that the run is missing, if it is that
        return std::unexpected(no_such_task_instance(key));
    });
}

Result<TaskInstance> SqlStore::get_task_instance(const TaskInstanceId& id) {
    return read([&](Connection& connection) -> Result<TaskInstance> {
        auto cursor = TRY(connection.query(
            fmt::format("SELECT {} FROM {} WHERE ti.id = ?", kTaskInstanceColumns, kTaskInstanceFrom), id));
        return read_one(cursor, read_task_instance,
                        Error(ErrorCode::not_found, fmt::format("no task instance has {} as its current try", id.str()))
                            .with("task_instance_id", id.str()));
    });
}

namespace {

// The names are in the versions' definitions only, which are looked through once a query.
void filter_display_names(ListQuery& list, const TaskInstanceFilter& filter) {
    if (!filter.task_display_name.pattern && !filter.task_display_name.prefix) return;
    constexpr std::string_view kTaskId = "(t.value ->> 'task_id')";
    ListQuery tasks("serialized_dag s, json_each(s.data, '$.tasks') t");
    if (filter.dag_id)
        tasks.where("s.dag_version_id IN (SELECT id FROM dag_version WHERE dag_id = ?)", filter.dag_id->str());
    tasks.where_like(fmt::format("coalesce(t.value ->> 'task_display_name', {})", kTaskId), filter.task_display_name);
    list.where_in("(dr.created_dag_version_id, ti.task_id)", fmt::format("s.dag_version_id, {}", kTaskId), tasks);
}

void filter_task_instances(ListQuery& list, const TaskInstanceFilter& filter) {
    list.where_in("dr.dag_id", filter.dag_ids);
    list.where_in("dr.run_id", filter.run_ids);
    list.where_in("ti.task_id", filter.task_ids);
    list.where_like("dr.dag_id", filter.dag_id_like);
    list.where_like("dr.run_id", filter.run_id_like);
    list.where_in("ti.map_index", filter.map_indexes);
    list.where_in("ti.try_number", filter.try_numbers);
    list.where_in(kVersionNumber, filter.version_numbers);
    filter_states(list, filter.states);
    list.where_in("ti.pool", filter.pools);
    list.where_in("ti.queue", filter.queues);
    list.where_in("ti.operator_name", filter.operators);
    list.where_like("ti.pool", filter.pool_like);
    list.where_like("ti.queue", filter.queue_like);
    list.where_like("ti.operator_name", filter.operator_like);
    list.where_within("dr.logical_date", filter.logical_date);
    list.where_within("dr.run_after", filter.run_after);
    list.where_within("ti.start_date", filter.start_date);
    list.where_within("ti.end_date", filter.end_date);
    list.where_within("ti.end_date - ti.start_date", filter.duration);
    filter_display_names(list, filter);
}

}  // namespace

Result<PageOf<TaskInstance>> SqlStore::list_task_instances(const TaskInstanceFilter& filter, const Page& page) {
    ListQuery list(kTaskInstanceFrom);
    if (filter.dag_id) list.where("dr.dag_id = ?", filter.dag_id->str());
    if (filter.run_id) list.where("dr.run_id = ?", filter.run_id->str());
    if (filter.task_id) list.where("ti.task_id = ?", filter.task_id->str());
    if (filter.map_index) list.where("ti.map_index = ?", std::int64_t{*filter.map_index});
    filter_task_instances(list, filter);
    TRY(list.page(page, kTaskInstanceOrder, "ti.dag_run_id, ti.task_id, ti.map_index"));
    return read(
        [&](Connection& connection) { return read_page(connection, list, kTaskInstanceColumns, read_task_instance); });
}

Result<std::vector<TaskInstance>> SqlStore::list_tries(const TaskInstanceKey& key) {
    return read([&](Connection& connection) -> Result<std::vector<TaskInstance>> {
        auto current = TRY(current_try(connection, key));
        if (!current) {
            TRY(find_run(connection, key.dag_id, key.run_id));
            return std::unexpected(no_such_task_instance(key));
        }
        auto cursor = TRY(connection.query(fmt::format("SELECT {} FROM task_instance_history ti JOIN dag_run dr ON "
                                                       "dr.id = ti.dag_run_id WHERE ti.dag_run_id = ? "
                                                       "AND ti.task_id = ? AND ti.map_index = ? ORDER BY ti.try_number",
                                                       kHistoryColumns),
                                           current->run, key.task_id, key.map_index));
        auto tries = TRY(read_rows(cursor, read_task_instance));
        // One that waits for its retry still carries the number of the try that ended.
        const bool waits = !tries.empty() && tries.back().try_number >= current->try_number;
        if (!waits) tries.push_back(std::move(*current));
        return tries;
    });
}

Result<std::vector<std::pair<Pool, PoolUse>>> SqlStore::pools_in_use() {
    return read([](Connection& connection) -> Result<std::vector<std::pair<Pool, PoolUse>>> {
        auto pools =
            TRY(connection.query("SELECT pool, slots, description, include_deferred FROM slot_pool ORDER BY pool"));
        std::vector<std::pair<Pool, PoolUse>> found;
        for (auto& pool : TRY(read_rows(pools, read_pool))) found.emplace_back(std::move(pool), PoolUse{});
        auto used = TRY(connection.query(
            "SELECT pool, state, sum(pool_slots) FROM task_instance INDEXED BY task_instance_in_pools WHERE state IN "
            "('scheduled', 'queued', 'running', 'restarting', 'deferred', 'awaiting_input') GROUP BY pool, state"));
        while (TRY(used.next())) {
            PoolName name;
            TaskState state{};
            int slots = 0;
            TRY(used.read("task_instance", name, state, slots));
            const auto pool = std::ranges::find(found, name, [](const auto& entry) { return entry.first.name; });
            if (pool != found.end()) pool->second.add(state, slots);
        }
        return found;
    });
}

}  // namespace gale::sql
