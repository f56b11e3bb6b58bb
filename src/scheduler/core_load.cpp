// SchedulerCore, part: from the database into the index.
#include <algorithm>

#include "base/log.hpp"
#include "scheduler/core.hpp"
#include "scheduler/mapping_rules.hpp"

namespace gale {
namespace {

constexpr int kLookAround = 10;  // renewals: a DAG without a lease is otherwise found by what is told of it

}  // namespace

Result<void> SchedulerCore::load_all() {
    TRY(renew(true));
    const std::vector<InboxItem> inbox = TRY(store_.read_inbox(settings_.node_id));
    TRY(reload_dags());
    std::vector<ActiveRun> runs = TRY(store_.load_active_runs());
    state_.runs.clear();
    where_.clear();
    for (ActiveRun& run : runs)
        if (leases_.contains(run.run.dag_id)) TRY(adopt(std::move(run)));
    inbox_read_.clear();
    for (const InboxItem& item : inbox)
        if (is_ours(item)) inbox_read_.push_back(item.id);
    loaded_ = true;
    inbox_changed_ = false;
    return {};
}

Result<void> SchedulerCore::read_inbox() {
    const std::vector<InboxItem> inbox = TRY(store_.read_inbox(settings_.node_id));
    // A DAG that nobody leads yet: one of the schedulers takes it now.
    if (std::ranges::any_of(inbox, [&](const InboxItem& item) { return !is_ours(item); })) TRY(renew(true));
    std::vector<std::int64_t> read;
    for (const InboxItem& item : inbox) {
        if (!is_ours(item)) continue;
        read.push_back(item.id);
        if (std::ranges::find(inbox_read_, item.id) != inbox_read_.end()) continue;
        if (item.kind == InboxItem::Kind::run_changed)
            to_reload_.insert(item.run);
        else
            dags_changed_ = true;
        forget_previous(item.dag_id);
    }
    if (dags_changed_) TRY(reload_dags());
    state_.pools.clear();
    for (Pool& pool : TRY(store_.list_pools())) state_.pools.emplace(pool.name, std::move(pool));
    while (!to_reload_.empty()) {
        const DagRunKey key = *to_reload_.begin();
        TRY(reload_run(key));
        to_reload_.erase(key);
    }
    inbox_read_ = std::move(read);
    inbox_changed_ = false;
    return {};
}

bool SchedulerCore::is_ours(const InboxItem& item) const {
    return item.dag_is_gone || leases_.contains(item.dag_id);
}

Result<void> SchedulerCore::reload_dags() {
    const std::vector<DagRow> rows = TRY(store_.load_dags());
    std::set<DagId> seen;
    for (const DagRow& row : rows) {
        if (!leases_.contains(row.dag_id)) continue;
        seen.insert(row.dag_id);
        TRY(load_dag(row));
    }
    std::erase_if(state_.dags, [&](const auto& entry) { return !seen.contains(entry.first); });
    state_.pools.clear();
    for (Pool& pool : TRY(store_.list_pools())) state_.pools.emplace(pool.name, std::move(pool));
    for (auto& [key, run] : state_.runs) run.dirty = true;  // paused, unpaused, gone
    dags_changed_ = false;
    return {};
}

Result<void> SchedulerCore::load_dag(const DagRow& row) {
    const auto known = state_.dags.find(row.dag_id);
    if (known != state_.dags.end() && known->second.row.latest_version == row.latest_version && known->second.shape) {
        const bool goes_on = known->second.row.is_paused && !row.is_paused;
        known->second.row = row;
        if (goes_on) {
            known->second.row.next_due.reset();
            known->second.due_known = false;
        }
        return {};
    }
    DagEntry entry;
    entry.row = row;
    if (known != state_.dags.end()) entry.row.next_due.reset();  // the schedule may have changed
    auto shape = shape_of(row.latest_version);
    if (!shape && shape.error().code() != ErrorCode::data_corrupt &&
        shape.error().code() != ErrorCode::invalid_argument)
        return std::unexpected(std::move(shape).error());
    if (!shape) {
        log::warning("scheduler", "DAG '{}' is left alone: {}", row.dag_id.str(), shape.error().to_string());
    } else {
        entry.shape = *shape;
        if (auto timetable = make_timetable(entry.shape->dag->schedule, settings_.schedule_defaults))
            entry.timetable = *timetable;
        else
            log::warning("scheduler", "DAG '{}' is not scheduled: {}", row.dag_id.str(), timetable.error().to_string());
    }
    DagRunFilter filter;
    filter.dag_id = row.dag_id;
    filter.run_types = {RunType::scheduled};
    const auto newest = TRY(store_.list_dag_runs(filter, Page{1, 0, {"-logical_date"}}));
    if (!newest.items.empty()) entry.last = newest.items.front().data_interval;
    state_.dags[row.dag_id] = std::move(entry);
    return {};
}

Result<std::shared_ptr<const DagShape>> SchedulerCore::shape_of(DagVersionKey version) {
    if (const auto kept = shapes_[version].lock()) return kept;
    const DagVersion row = TRY(store_.get_dag_version(version));
    auto dag = std::make_shared<Dag>(TRY(dag_from_json(row.definition)));
    dag->definition.clear();  // half of a DAG's memory, and no decision reads it
    auto shape = make_dag_shape(std::shared_ptr<const Dag>(std::move(dag)), version);
    shapes_[version] = shape;
    return shape;
}

Result<void> SchedulerCore::adopt(ActiveRun active) {
    auto shape = shape_of(active.run.dag_version);
    if (!shape) {
        if (error_traits(shape.error().code()).retryable) return std::unexpected(std::move(shape).error());
        log::error("scheduler", "run '{}' of DAG '{}' is set aside: {}", active.run.run_id.str(),
                   active.run.dag_id.str(), shape.error().to_string());
        return {};
    }
    const DagRunKey key = active.run.key;
    for (auto& [id, live] : live_)
        if (live.run == key) live.foreign = false;
    RunIndex run(std::move(active.run), *shape, std::move(active.task_instances));
    if (run.strays() > 0)
        log::warning("scheduler",
                     "run '{}' of DAG '{}' has {} task instances that its version does not define; they are left alone",
                     run.run.run_id.str(), run.run.dag_id.str(), run.strays());
    for (const TaskInstance& instance : run.instances()) where_[instance.id] = key;
    state_.runs.erase(key);
    const auto placed = state_.runs.emplace(key, std::move(run)).first;
    // Queued by a commit of which this scheduler was told that it failed: nobody handed it over.
    for (const TaskInstance& instance : placed->second.instances())
        if (state_.worker_connected && instance.state == TaskState::queued && instance.node_id == settings_.node_id &&
            !live_.contains(instance.id))
            dispatch(instance.id);
    reconcile(key, &placed->second);
    return {};
}

Result<void> SchedulerCore::reload_run(DagRunKey key) {
    auto loaded = store_.load_run(key);
    if (!loaded && loaded.error().code() != ErrorCode::not_found) return std::unexpected(std::move(loaded).error());
    if (loaded && !leases_.contains(loaded->run.dag_id)) return {};
    if (const auto old = state_.runs.find(key); old != state_.runs.end()) {
        for (const TaskInstance& instance : old->second.instances()) where_.erase(instance.id);
        forget_previous(old->second.run.dag_id);
    }
    if (loaded && !is_finished(loaded->run.state)) return adopt(std::move(*loaded));
    state_.runs.erase(key);
    reconcile(key, nullptr);
    return {};
}

void SchedulerCore::forget_previous(const DagId& dag_id) {
    for (auto& [key, run] : state_.runs) {
        if (run.run.dag_id != dag_id || !run.shape->depends_on_past) continue;
        run.previous_known = false;
        run.dirty = true;
    }
}

Result<void> SchedulerCore::load_previous_runs() {
    for (auto& [key, run] : state_.runs) {
        if (run.previous_known || !run.shape->depends_on_past) continue;
        const auto previous = TRY(store_.previous_run(run.run, run.dag().bounds.catchup));
        run.previous.reset();
        if (previous) run.previous = make_previous_run(*previous);
        run.previous_known = true;
        run.dirty = true;
    }
    return {};
}

Result<void> SchedulerCore::load_outcomes() {
    for (const DagId& dag_id : check_outcomes_) {
        const auto entry = state_.dags.find(dag_id);
        if (entry == state_.dags.end()) continue;
        entry->second.outcomes = TRY(store_.recent_outcomes(dag_id, entry->second.row.max_consecutive_failed_dag_runs));
    }
    return {};
}

// After the reports: what a try pushed was written before it ended.
Result<void> SchedulerCore::load_map_lengths() {
    for (auto& [key, run] : state_.runs) {
        if (!run.dirty || run.shape->mapped_by_xcom.empty()) continue;
        const std::vector<MapSource> unknown = unknown_lengths(run);
        if (unknown.empty()) continue;
        const auto found = TRY(store_.map_lengths(key, unknown));
        for (const MapSource& source : unknown) {
            const auto length = found.find(source);
            run.lengths[source] = length == found.end() ? std::nullopt : std::optional(length->second);
        }
    }
    return {};
}

Result<void> SchedulerCore::refresh() {
    if (!loaded_)
        TRY(load_all());
    else if (nodes_.size() > 1 && inbox_changed_ && TRY(store_.has_unleased_dags()))
        TRY(renew(true));  // one that another scheduler gave away
    else if (renew_due_)
        TRY(renew(++renewals_ % kLookAround == 0));
    if (inbox_changed_ || dags_changed_ || !to_reload_.empty()) TRY(read_inbox());
    TRY(load_previous_runs());
    TRY(load_foreign_runs());
    return load_outcomes();
}

}  // namespace gale
