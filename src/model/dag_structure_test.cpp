#include "model/dag_structure.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace gale {
namespace {

json::object task(std::string_view id, std::vector<std::string_view> downstream, json::object more = {}) {
    json::object fields{{"task_id", id}, {"task_type", "BashOperator"}, {"module", "m"}};
    fields["downstream_task_ids"] = json::array(downstream.begin(), downstream.end());
    for (auto& member : more) fields[member.key()] = member.value();
    return fields;
}

DagStructure structure(json::array tasks, std::string_view group, json::object labels = {}) {
    json::object definition{{"dag_id", "d"}, {"tasks", std::move(tasks)}, {"edge_labels", std::move(labels)}};
    if (!group.empty()) definition["task_group"] = json::parse(group).value();
    auto made = make_dag_structure(definition, 3);
    EXPECT_TRUE(made) << made.error().to_string();
    return std::move(made).value();
}

// "a [g b c]": the rows from top to bottom, groups in brackets after their id.
std::string rows(const DagStructure& of, const StructureGroup& group) {
    std::string text;
    for (const auto& child : group.children) {
        if (!text.empty()) text += ' ';
        if (const auto* task = std::get_if<size_t>(&child))
            text += of.tasks[*task].task_id.str();
        else
            text += fmt::format("[{} {}]", *std::get<StructureGroup>(child).group_id,
                                rows(of, std::get<StructureGroup>(child)));
    }
    return text;
}

TEST(DagStructure, RowsAreTopologicalAndTiesGoById) {
    const auto made = structure({task("a", {}), task("b", {"a"}), task("c", {}), task("z", {"b"})}, "");
    EXPECT_EQ(rows(made, made.root), "c z b a");
    EXPECT_EQ(made.version_number, 3);
    EXPECT_EQ(made.root.label, "d");
    EXPECT_FALSE(made.root.group_id);
}

TEST(DagStructure, NumbersInIdsCountAsNumbers) {
    const auto made = structure({task("t10", {}), task("t2", {}), task("t02", {}), task("t", {}), task("t1a", {})}, "");
    EXPECT_EQ(rows(made, made.root), "t t1a t02 t2 t10");
}

TEST(DagStructure, AGroupStaysTogetherAndStandsWhereItsEdgesSay) {
    const auto made = structure(
        {task("end", {}), task("g.x", {"g.y"}), task("g.y", {"end"}), task("start", {"g.x"})},
        R"({"children":[{"task":"end"},{"group":{"group_id":"g","tooltip":"both","is_mapped":true,"children":[{"task":"g.y"},{"task":"g.x"}]}},{"task":"start"}]})");
    EXPECT_EQ(rows(made, made.root), "start [g g.x g.y] end");
    const auto& group = std::get<StructureGroup>(made.root.children[1]);
    EXPECT_EQ(group.label, "g");
    EXPECT_EQ(group.tooltip, "both");
    EXPECT_TRUE(group.is_mapped);
    EXPECT_FALSE(made.root.is_mapped);
    EXPECT_EQ(group.ui_color, "CornflowerBlue");
    // A task's number is its place among all rows.
    EXPECT_EQ(made.tasks[1].task_id.str(), "g.x");
    EXPECT_EQ(made.tasks[1].downstream, std::vector<size_t>{2});
}

TEST(DagStructure, NestedGroupsShowTheirOwnNameOrTheirLabel) {
    const auto made = structure(
        {task("o.i.a", {}), task("o.j.b", {"o.i.a"})},
        R"({"children":[{"group":{"group_id":"o","children":[{"group":{"group_id":"o.i","children":[{"task":"o.i.a"}]}},
            {"group":{"group_id":"o.j","label":"Load","children":[{"task":"o.j.b"}]}}]}}]})");
    EXPECT_EQ(rows(made, made.root), "[o [o.j o.j.b] [o.i o.i.a]]");
    const auto& outer = std::get<StructureGroup>(made.root.children[0]);
    EXPECT_EQ(std::get<StructureGroup>(outer.children[0]).label, "Load");
    EXPECT_EQ(std::get<StructureGroup>(outer.children[1]).label, "i");
}

TEST(DagStructure, GroupsThatWaitForEachOtherAreAllShown) {
    const auto made = structure(
        {task("g.a", {"m"}), task("g.b", {}), task("m", {"g.b"})},
        R"({"children":[{"group":{"group_id":"g","children":[{"task":"g.a"},{"task":"g.b"}]}},{"task":"m"}]})");
    EXPECT_EQ(rows(made, made.root), "[g g.a g.b] m");
}

TEST(DagStructure, TasksThatNoGroupNamesAreTheRoots) {
    const auto made = structure({task("a", {}), task("b", {})}, R"({"children":[{"task":"b"},{"task":"ghost"}]})");
    EXPECT_EQ(rows(made, made.root), "a b");
}

TEST(DagStructure, EdgesCarryTheirLabelsAndSetupsLeadToTeardowns) {
    const auto made = structure(
        {task("s", {"t", "w"}, {{"is_setup", true}}), task("t", {}, {{"is_teardown", true}}), task("w", {"t"})}, "",
        {{"s", {{"w", "if new"}}}});
    ASSERT_EQ(made.edges.size(), 3u);
    EXPECT_EQ(rows(made, made.root), "s w t");
    EXPECT_EQ(made.edges[0].label, "if new");
    EXPECT_FALSE(made.edges[0].is_setup_teardown);
    EXPECT_TRUE(made.edges[1].is_setup_teardown);
    EXPECT_FALSE(made.edges[2].label);
}

TEST(DagStructure, ATaskHasItsFieldsOrTheirDefaults) {
    const auto made = structure(
        {task("a", {}, {{"operator_name", "@task"}, {"task_display_name", "Ä"}, {"retries", 2}}),
         task("b", {}, {{"mapped", {{"length", {{"kind", "literal"}, {"length", 2}}}}}, {"ui_color", "#123456"}})},
        "");
    EXPECT_EQ(made.tasks[0].operator_name, "@task");
    EXPECT_EQ(made.tasks[0].display_name, "Ä");
    EXPECT_EQ(made.tasks[0].retries, 2);
    EXPECT_EQ(made.tasks[0].pool, "default_pool");
    EXPECT_EQ(made.tasks[1].operator_name, "BashOperator");
    EXPECT_EQ(made.tasks[1].ui_color, "#123456");
    EXPECT_TRUE(made.tasks[1].is_mapped);
}

TEST(DagStructure, AChainOfTenThousandTasksIsNoTrouble) {
    json::array tasks;
    for (int i = 0; i < 10'000; ++i) {
        const std::string next = fmt::format("t{:05}", i + 1);
        tasks.push_back(task(fmt::format("t{:05}", i),
                             i == 9'999 ? std::vector<std::string_view>{} : std::vector<std::string_view>{next}));
    }
    const auto made = structure(std::move(tasks), "");
    EXPECT_EQ(made.tasks.back().task_id.str(), "t09999");
    EXPECT_EQ(made.edges.size(), 9'999u);
}

}  // namespace
}  // namespace gale
