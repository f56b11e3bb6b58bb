#include "model/states.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

namespace gale {
namespace {

TEST(States, EveryNameParsesBackToItsState) {
    EXPECT_EQ(all_task_states().size(), 14u);
    std::set<std::string_view> names;
    for (const TaskState state : all_task_states()) {
        EXPECT_EQ(parse_task_state(to_string(state)), state);
        names.insert(to_string(state));
    }
    EXPECT_EQ(names.size(), 14u);
    EXPECT_EQ(all_dag_run_states().size(), 4u);
    for (const DagRunState state : all_dag_run_states()) EXPECT_EQ(parse_dag_run_state(to_string(state)), state);
    for (const char* name :
         {"scheduled", "manual", "backfill", "operator_triggered", "asset_triggered", "asset_materialization"}) {
        ASSERT_TRUE(parse_run_type(name)) << name;
        EXPECT_EQ(to_string(*parse_run_type(name)), name);
    }
    for (const char* name : {"cli", "operator", "rest_api", "ui", "test", "timetable", "asset", "backfill"}) {
        ASSERT_TRUE(parse_triggered_by(name)) << name;
        EXPECT_EQ(to_string(*parse_triggered_by(name)), name);
    }
}

TEST(States, UnknownNamesAreNotParsed) {
    for (const char* name : {"", "Success", "success ", "shutdown", "operator_"}) {
        EXPECT_FALSE(parse_task_state(name)) << name;
        EXPECT_FALSE(parse_dag_run_state(name)) << name;
        EXPECT_FALSE(parse_run_type(name)) << name;
        EXPECT_FALSE(parse_triggered_by(name)) << name;
    }
}

std::set<TaskState> members(bool (*predicate)(TaskState)) {
    std::set<TaskState> found;
    for (const TaskState state : all_task_states())
        if (predicate(state)) found.insert(state);
    return found;
}

TEST(States, SetsAreAirflows) {
    using enum TaskState;
    using Set = std::set<TaskState>;
    EXPECT_EQ(members(is_finished), (Set{success, failed, skipped, upstream_failed, removed}));
    EXPECT_EQ(members(is_failure), (Set{failed, upstream_failed}));
    EXPECT_EQ(members(is_success), (Set{success, skipped}));
    EXPECT_EQ(members(is_schedulable), (Set{none, up_for_retry, up_for_reschedule}));
    EXPECT_EQ(members(is_executing), (Set{queued, running, restarting}));
    EXPECT_TRUE(is_finished(DagRunState::failed));
    EXPECT_TRUE(is_finished(DagRunState::success));
    EXPECT_FALSE(is_finished(DagRunState::queued));
    EXPECT_FALSE(is_finished(DagRunState::running));
}

// The whole table, written out a second time on purpose: a change of it is a change of the engine's rules.
TEST(States, TransitionTableIsExactlyThis) {
    using enum TaskState;
    const std::map<TaskState, std::set<TaskState>> expected = {
        {none, {scheduled, success, skipped, upstream_failed, removed, deferred}},
        {scheduled, {none, queued, success, failed, up_for_retry, skipped, removed, deferred}},
        {queued, {none, scheduled, running, failed, up_for_retry, skipped, removed}},
        {running,
         {none, restarting, success, failed, up_for_retry, up_for_reschedule, upstream_failed, skipped, removed,
          deferred, awaiting_input}},
        {restarting, {none, failed, up_for_retry, skipped, removed}},
        {success, {}},
        {failed, {}},
        {up_for_retry, {scheduled, success, failed, skipped, upstream_failed, removed, deferred}},
        {up_for_reschedule, {scheduled, failed, up_for_retry, skipped, upstream_failed, removed}},
        {upstream_failed, {}},
        {skipped, {}},
        {removed, {none}},
        {deferred, {scheduled, success, failed, up_for_retry, skipped, removed}},
        {awaiting_input, {scheduled, success, failed, up_for_retry, skipped, removed}},
    };
    for (const TaskState from : all_task_states())
        for (const TaskState to : all_task_states())
            EXPECT_EQ(may_transition(from, to), expected.at(from).contains(to))
                << to_string(from) << " -> " << to_string(to);
}

TEST(States, EveryUnfinishedStateCanReachAnEnd) {
    for (const TaskState start : all_task_states()) {
        std::set<TaskState> reached{start};
        for (size_t before = 0; before != reached.size();) {
            before = reached.size();
            for (const TaskState from : std::set<TaskState>(reached))
                for (const TaskState to : all_task_states())
                    if (may_transition(from, to)) reached.insert(to);
        }
        const bool ends = reached.contains(TaskState::success) || is_finished(start);
        EXPECT_TRUE(ends) << to_string(start);
        EXPECT_FALSE(may_transition(start, start)) << to_string(start);
    }
}

}  // namespace
}  // namespace gale
