// Dynamic task mapping in the pure decision: when a mapped task is expanded, and what its instances depend on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scheduler/dag_dsl.hpp"
#include "scheduler/mapping_rules.hpp"

namespace gale {
namespace {

using dsl::at;
using dsl::Scene;
using enum TaskState;
using testing::ElementsAre;
using testing::IsEmpty;
using Tasks = std::map<std::string, json::object>;

json::object over_xcom(const std::string& task, std::string_view group_id = "") {
    json::object mapped{{"length", {{"kind", "xcom"}, {"task_id", task}, {"key", "return_value"}}}};
    if (!group_id.empty()) mapped["group_id"] = group_id;
    return mapped;
}

json::object literal(int length, std::string_view group_id = "") {
    json::object mapped{{"length", {{"kind", "literal"}, {"length", length}}}};
    if (!group_id.empty()) mapped["group_id"] = group_id;
    return mapped;
}

class MappingTest : public testing::Test {
protected:
    void start(const std::string& text, std::map<std::string, json::object> mapped,
               std::map<std::string, std::string> rules = {}) {
        scene_.emplace(dsl::dag(text, [&](Tasks& tasks, json::object&) {
            for (const auto& [id, mapping] : mapped) tasks.at(id)["mapped"] = mapping;
            for (const auto& [id, rule] : rules) tasks.at(id)["trigger_rule"] = rule;
        }));
        scene_->add_run();
    }
    RunIndex& run() { return scene_->state.runs.at(DagRunKey(1)); }
    void set(const std::string& task, int map_index, TaskState to) {
        const auto [first, last] = run().of_task(*run().dag().index_of(TaskId(task)));
        for (size_t i = first; i < last; ++i) {
            if (run().instance(i).map_index != map_index) continue;
            TaskTransition change;
            change.to = to;
            change.try_number = to == none ? 0 : 1;
            return run().apply(i, change);
        }
        FAIL() << task << " has no instance " << map_index;
    }
    void know(const std::string& task, std::optional<int> length) {
        run().lengths[{TaskId(task), "return_value"}] = length;
    }
    // What the decision does to the run's tasks, "a=queued b[2]=queued", expansions as "b+[1 2]".
    std::string decided() {
        const Decision decision = decide(scene_->state, at(100));
        std::string text;
        const auto add = [&](const std::string& part) { text += (text.empty() ? "" : " ") + part; };
        for (const TaskTransition& change : decision.plan.tasks) {
            const TaskInstance& instance = run().instance(run().find(change.id).value());
            add(name(instance) + "=" + std::string(to_string(change.to)));
        }
        for (const TaskExpansion& expansion : decision.plan.expansions) {
            std::string indexes = expansion.is_first ? "0" : "";
            for (const TaskInstance& made : expansion.added)
                indexes += (indexes.empty() ? "" : " ") + std::to_string(made.map_index);
            add(run().instance(run().find(expansion.of).value()).task_id.str() + "+[" + indexes + "]");
        }
        for (const DagRunTransition& change : decision.plan.runs) add("run=" + std::string(to_string(change.to)));
        again_ = decision.look_again.contains(DagRunKey(1));
        return text;
    }
    // As SchedulerCore does after the commit.
    void expand() {
        const Decision decision = decide(scene_->state, at(100));
        for (const TaskExpansion& expansion : decision.plan.expansions) run().expand(expansion);
    }
    static std::string name(const TaskInstance& instance) {
        return instance.map_index == kNotMapped
                   ? instance.task_id.str()
                   : instance.task_id.str() + "[" + std::to_string(instance.map_index) + "]";
    }

    std::optional<Scene> scene_;
    bool again_ = false;
};

TEST_F(MappingTest, ALiteralStartsAllInstancesAtOnce) {
    start("a", {{"a", literal(3)}});
    EXPECT_EQ(decided(), "a[0]=queued a[1]=queued a[2]=queued");
}

TEST_F(MappingTest, OverNothingIsSkippedAndEndsTheRun) {
    start("a >> b", {{"a", literal(0)}});
    EXPECT_EQ(decided(), "a=skipped b=skipped run=success");
}

TEST_F(MappingTest, WaitsForItsSourceThenAsksForTheLength) {
    start("a >> b", {{"b", over_xcom("a")}});
    set("a", -1, running);
    EXPECT_EQ(decided(), "");
    EXPECT_FALSE(again_);
    EXPECT_THAT(unknown_lengths(run()), IsEmpty());
    set("a", -1, success);
    EXPECT_EQ(decided(), "");
    EXPECT_TRUE(again_);
    EXPECT_THAT(unknown_lengths(run()), ElementsAre(MapSource{TaskId("a"), "return_value"}));
}

TEST_F(MappingTest, ExpandsThenStartsTheInstances) {
    start("a >> b >> c", {{"b", over_xcom("a")}});
    set("a", -1, success);
    know("a", 3);
    EXPECT_EQ(decided(), "b+[0 1 2]");
    EXPECT_TRUE(again_);
    expand();
    EXPECT_EQ(decided(), "b[0]=queued b[1]=queued b[2]=queued");
    for (int i = 0; i < 3; ++i) set("b", i, i == 2 ? running : success);
    EXPECT_EQ(decided(), "");
    set("b", 2, success);
    EXPECT_EQ(decided(), "c=queued");
}

TEST_F(MappingTest, ASourceThatLeftNothingFailsTheTask) {
    start("a >> b >> c", {{"b", over_xcom("a")}});
    set("a", -1, success);
    know("a", std::nullopt);
    EXPECT_EQ(decided(), "b=upstream_failed c=upstream_failed run=failed");
    know("a", 0);
    EXPECT_EQ(decided(), "b=skipped c=skipped run=success");
}

TEST_F(MappingTest, AFailedSourceFailsTheTaskWhateverItsRule) {
    start("a >> b", {{"b", over_xcom("a")}}, {{"b", "all_done"}});
    set("a", -1, failed);
    EXPECT_EQ(decided(), "b=upstream_failed run=failed");
    set("a", -1, skipped);
    EXPECT_EQ(decided(), "b=skipped run=success");
}

TEST_F(MappingTest, AMappedSourceIsCountedByWhatItsInstancesLeft) {
    start("a >> b", {{"a", literal(3)}, {"b", over_xcom("a")}}, {{"b", "all_done"}});
    for (int i = 0; i < 3; ++i) set("a", i, i == 1 ? failed : success);
    EXPECT_EQ(decided(), "");
    know("a", 2);
    EXPECT_EQ(decided(), "b+[0 1]");
}

TEST_F(MappingTest, LengthsAreForgottenWhenTheSourceChanges) {
    start("a >> b", {{"b", over_xcom("a")}});
    set("a", -1, success);
    know("a", 2);
    set("a", -1, none);
    EXPECT_THAT(run().lengths, IsEmpty());
}

TEST_F(MappingTest, AClearedSourceGivesMoreOrFewer) {
    start("a >> b", {{"b", over_xcom("a")}});
    set("a", -1, success);
    know("a", 2);
    expand();
    know("a", 3);
    EXPECT_EQ(decided(), "b[0]=queued b[1]=queued b+[2]");
    know("a", 1);
    EXPECT_EQ(decided(), "b[1]=removed b[0]=queued");
    know("a", 0);
    EXPECT_EQ(decided(), "b[0]=removed b[1]=removed run=success");
}

TEST_F(MappingTest, InAMappedGroupEachInstanceHasItsOwnUpstream) {
    start("a >> b >> c", {{"a", literal(2, "g")}, {"b", literal(2, "g")}});
    set("a", 0, success);
    set("a", 1, running);
    EXPECT_EQ(decided(), "b[0]=queued");
    set("a", 1, failed);
    EXPECT_EQ(decided(), "b[1]=upstream_failed c=upstream_failed b[0]=queued");
}

TEST_F(MappingTest, TheTasksOfAGroupAreExpandedTogether) {
    start("s >> a >> b", {{"a", over_xcom("s", "g")}, {"b", over_xcom("s", "g")}});
    set("s", -1, success);
    know("s", 2);
    EXPECT_EQ(decided(), "a+[0 1] b+[0 1]");
    expand();
    EXPECT_EQ(decided(), "a[0]=queued a[1]=queued");
}

TEST_F(MappingTest, TheTasksOfAGroupGrowTogetherThoughOneWaitsForTheOther) {
    start("s >> a >> b", {{"a", over_xcom("s", "g")}, {"b", over_xcom("s", "g")}});
    set("s", -1, success);
    know("s", 1);
    expand();
    know("s", 2);  // cleared, with what comes after it
    EXPECT_EQ(decided(), "a[0]=queued a+[1] b+[1]");
    expand();
    set("a", 0, failed);
    set("a", 1, success);
    EXPECT_EQ(decided(), "b[0]=upstream_failed b[1]=queued");
}

TEST_F(MappingTest, AnotherFailedUpstreamFailsAGroupBeforeItIsExpanded) {
    start("s >> a >> b; x >> a", {{"a", over_xcom("s", "g")}, {"b", over_xcom("s", "g")}});
    set("s", -1, success);
    know("s", 2);
    set("x", -1, failed);
    EXPECT_EQ(decided(), "a=upstream_failed b=upstream_failed run=failed");
}

TEST_F(MappingTest, ARunThatWaitsForLengthsIsNotDeadlocked) {
    start("a >> b", {{"b", over_xcom("a")}});
    set("a", -1, success);
    decided();
    EXPECT_TRUE(again_);
    EXPECT_THAT(decide(scene_->state, at(100)).plan.runs, IsEmpty());
}

}  // namespace
}  // namespace gale
