#include "model/states.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <utility>

namespace gale {
namespace {

template <class State>
using Name = std::pair<State, std::string_view>;

constexpr std::array kTaskStates = {
    Name<TaskState>{TaskState::none, "none"},
    Name<TaskState>{TaskState::scheduled, "scheduled"},
    Name<TaskState>{TaskState::queued, "queued"},
    Name<TaskState>{TaskState::running, "running"},
    Name<TaskState>{TaskState::restarting, "restarting"},
    Name<TaskState>{TaskState::success, "success"},
    Name<TaskState>{TaskState::failed, "failed"},
    Name<TaskState>{TaskState::up_for_retry, "up_for_retry"},
    Name<TaskState>{TaskState::up_for_reschedule, "up_for_reschedule"},
    Name<TaskState>{TaskState::upstream_failed, "upstream_failed"},
    Name<TaskState>{TaskState::skipped, "skipped"},
    Name<TaskState>{TaskState::removed, "removed"},
    Name<TaskState>{TaskState::deferred, "deferred"},
    Name<TaskState>{TaskState::awaiting_input, "awaiting_input"},
};

constexpr std::array kDagRunStates = {
    Name<DagRunState>{DagRunState::queued, "queued"},
    Name<DagRunState>{DagRunState::running, "running"},
    Name<DagRunState>{DagRunState::success, "success"},
    Name<DagRunState>{DagRunState::failed, "failed"},
};

constexpr std::array kRunTypes = {
    Name<RunType>{RunType::scheduled, "scheduled"},
    Name<RunType>{RunType::manual, "manual"},
    Name<RunType>{RunType::backfill, "backfill"},
    Name<RunType>{RunType::operator_triggered, "operator_triggered"},
    Name<RunType>{RunType::asset_triggered, "asset_triggered"},
    Name<RunType>{RunType::asset_materialization, "asset_materialization"},
};

constexpr std::array kTriggeredBys = {
    Name<TriggeredBy>{TriggeredBy::cli, "cli"},           Name<TriggeredBy>{TriggeredBy::operator_, "operator"},
    Name<TriggeredBy>{TriggeredBy::rest_api, "rest_api"}, Name<TriggeredBy>{TriggeredBy::ui, "ui"},
    Name<TriggeredBy>{TriggeredBy::test, "test"},         Name<TriggeredBy>{TriggeredBy::timetable, "timetable"},
    Name<TriggeredBy>{TriggeredBy::asset, "asset"},       Name<TriggeredBy>{TriggeredBy::backfill, "backfill"},
};

// to_string indexes the tables by the enumerator's value.
template <class Table>
consteval bool is_in_enum_order(const Table& table) {
    for (size_t i = 0; i < table.size(); ++i)
        if (static_cast<size_t>(table[i].first) != i) return false;
    return true;
}
static_assert(is_in_enum_order(kTaskStates) && is_in_enum_order(kDagRunStates) && is_in_enum_order(kRunTypes) &&
              is_in_enum_order(kTriggeredBys));

template <class Table>
consteval auto states_of(const Table& table) {
    std::array<typename Table::value_type::first_type, std::tuple_size_v<Table>> states{};
    for (size_t i = 0; i < table.size(); ++i) states[i] = table[i].first;
    return states;
}
constexpr auto kAllTaskStates = states_of(kTaskStates);
constexpr auto kAllDagRunStates = states_of(kDagRunStates);

template <class Table>
auto find_name(const Table& table, std::string_view text) -> std::optional<typename Table::value_type::first_type> {
    for (const auto& [state, name] : table)
        if (name == text) return state;
    return std::nullopt;
}

using StateSet = std::uint32_t;
consteval StateSet set_of(std::initializer_list<TaskState> states) {
    StateSet set = 0;
    for (const TaskState state : states) set |= 1U << static_cast<unsigned>(state);
    return set;
}
constexpr bool contains(StateSet set, TaskState state) {
    return ((set >> static_cast<unsigned>(state)) & 1U) != 0;
}

using enum TaskState;

// Finished states are left by people only, but for a task that reappears in its DAG.
constexpr std::array<StateSet, kTaskStates.size()> kTransitions = {
    /* none              */ set_of({scheduled, success, skipped, upstream_failed, removed, deferred}),
    /* scheduled         */ set_of({none, queued, success, failed, up_for_retry, skipped, removed, deferred}),
    /* queued            */ set_of({none, scheduled, running, failed, up_for_retry, skipped, removed}),
    /* running           */
    set_of({none, restarting, success, failed, up_for_retry, up_for_reschedule, upstream_failed, skipped, removed,
            deferred, awaiting_input}),
    /* restarting        */ set_of({none, failed, up_for_retry, skipped, removed}),
    /* success           */ 0,
    /* failed            */ 0,
    /* up_for_retry      */ set_of({scheduled, success, failed, skipped, upstream_failed, removed, deferred}),
    /* up_for_reschedule */ set_of({scheduled, failed, up_for_retry, skipped, upstream_failed, removed}),
    /* upstream_failed   */ 0,
    /* skipped           */ 0,
    /* removed           */ set_of({none}),
    /* deferred          */ set_of({scheduled, success, failed, up_for_retry, skipped, removed}),
    /* awaiting_input    */ set_of({scheduled, success, failed, up_for_retry, skipped, removed}),
};

constexpr StateSet kFinished = set_of({success, failed, skipped, upstream_failed, removed});

consteval bool only_removed_leaves_a_finished_state() {
    for (const TaskState state : kAllTaskStates)
        if (contains(kFinished, state) && state != removed && kTransitions[static_cast<size_t>(state)] != 0)
            return false;
    return true;
}
static_assert(only_removed_leaves_a_finished_state());

}  // namespace

std::string_view to_string(TaskState state) {
    return kTaskStates.at(static_cast<size_t>(state)).second;
}
std::string_view to_string(DagRunState state) {
    return kDagRunStates.at(static_cast<size_t>(state)).second;
}
std::string_view to_string(RunType type) {
    return kRunTypes.at(static_cast<size_t>(type)).second;
}
std::string_view to_string(TriggeredBy by) {
    return kTriggeredBys.at(static_cast<size_t>(by)).second;
}

std::optional<TaskState> parse_task_state(std::string_view text) {
    return find_name(kTaskStates, text);
}
std::optional<DagRunState> parse_dag_run_state(std::string_view text) {
    return find_name(kDagRunStates, text);
}
std::optional<RunType> parse_run_type(std::string_view text) {
    return find_name(kRunTypes, text);
}
std::optional<TriggeredBy> parse_triggered_by(std::string_view text) {
    return find_name(kTriggeredBys, text);
}

std::span<const TaskState> all_task_states() {
    return kAllTaskStates;
}
std::span<const DagRunState> all_dag_run_states() {
    return kAllDagRunStates;
}

bool is_finished(TaskState state) {
    return contains(kFinished, state);
}
bool is_failure(TaskState state) {
    return contains(set_of({failed, upstream_failed}), state);
}
bool is_success(TaskState state) {
    return contains(set_of({success, skipped}), state);
}
bool is_schedulable(TaskState state) {
    return contains(set_of({none, up_for_retry, up_for_reschedule}), state);
}
bool is_live_state(TaskState state) {
    return state == TaskState::queued || state == TaskState::running;
}

bool is_executing(TaskState state) {
    return contains(set_of({queued, running, restarting}), state);
}
bool is_finished(DagRunState state) {
    return state == DagRunState::success || state == DagRunState::failed;
}

bool may_transition(TaskState from, TaskState to) {
    return contains(kTransitions.at(static_cast<size_t>(from)), to);
}

}  // namespace gale
