#include "scheduler/mapping_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "model/new_run.hpp"

namespace gale {
namespace {

using States = std::vector<TaskState>;

// Of the tasks that are mapped over: an unexpanded or unmapped one that did not succeed left nothing. What becomes of
// one that is expanded is for the trigger rule.
std::optional<MapState> unready_source(const RunIndex& run, const States& states, const MapSource& source) {
    const auto [first, last] = run.of_task(run.dag().index_of(source.task_id).value());
    for (size_t i = first; i < last; ++i) {
        if (!is_finished(states[i])) return MapState{};
        if (run.instance(i).map_index != kNotMapped || states[i] == TaskState::success) continue;
        const bool skipped = states[i] == TaskState::skipped;
        return MapState{MapState::Kind::force, 0, skipped ? TaskState::skipped : TaskState::upstream_failed,
                        fmt::format("task '{}', which it is mapped over, {}", source.task_id.str(),
                                    skipped ? "was skipped" : "failed")};
    }
    return std::nullopt;
}

}  // namespace

bool has_unstarted(const RunIndex& run, const States& states, size_t task) {
    const auto [first, last] = run.of_task(task);
    return std::any_of(states.begin() + static_cast<std::ptrdiff_t>(first),
                       states.begin() + static_cast<std::ptrdiff_t>(last),
                       [](TaskState state) { return state == TaskState::none; });
}

std::pair<size_t, size_t> relevant_upstream(const RunIndex& run, size_t i, size_t up) {
    const auto all = run.of_task(up);
    const auto& own = run.dag().tasks[run.task_of(i)].mapped;
    const auto& other = run.dag().tasks[up].mapped;
    const int map_index = run.instance(i).map_index;
    if (map_index == kNotMapped || !own || !other || !own->is_by_group() || own->group_id != other->group_id)
        return all;
    const size_t place = all.first + static_cast<size_t>(map_index);
    if (place < all.second && run.instance(place).map_index == map_index) return {place, place + 1};
    for (size_t at = all.first; at < all.second; ++at)
        if (run.instance(at).map_index == map_index) return {at, at + 1};
    return all;  // not expanded: as one
}

MapState map_state(const RunIndex& run, const States& states, size_t task) {
    const Mapping& mapping = *run.dag().tasks[task].mapped;
    for (const MapSource& source : mapping.sources)
        if (auto unready = unready_source(run, states, source)) return *unready;
    for (const MapSource& source : mapping.sources)
        if (!run.lengths.contains(source)) return {MapState::Kind::unknown, 0, TaskState::none, ""};
    const MapSource* missing = nullptr;
    const auto length = mapping.length.value([&](const MapSource& source) {
        const auto& known = run.lengths.at(source);
        if (!known) missing = &source;
        return known;
    });
    if (!length)
        return {MapState::Kind::force, 0, TaskState::upstream_failed,
                fmt::format("task '{}' left no XCom '{}' to map over", missing->task_id.str(), missing->key)};
    if (*length == 0) return {MapState::Kind::force, 0, TaskState::skipped, "it is mapped over nothing"};
    return {MapState::Kind::known, *length, TaskState::none, ""};
}

std::vector<MapSource> unknown_lengths(const RunIndex& run) {
    std::set<MapSource> unknown;
    for (const auto task : run.shape->mapped_by_xcom) {
        if (!has_unstarted(run, run.states(), task) ||
            map_state(run, run.states(), task).kind != MapState::Kind::unknown)
            continue;
        for (const MapSource& source : run.dag().tasks[task].mapped->sources)
            if (!run.lengths.contains(source)) unknown.insert(source);
    }
    return {unknown.begin(), unknown.end()};
}

std::optional<TaskExpansion> expansion_of(const RunIndex& run, size_t task, int length) {
    const auto [first, last] = run.of_task(task);
    const auto count = static_cast<int>(last - first);
    if (count == 0) return std::nullopt;
    TaskExpansion expansion{run.instance(first).id, run.instance(first).map_index == kNotMapped, {}};
    for (int index = count; index < length; ++index)
        expansion.added.push_back(make_task_instance(run.dag().tasks[task], run.run, index));
    if (!expansion.is_first && expansion.added.empty()) return std::nullopt;
    return expansion;
}

}  // namespace gale
