#include "model/mapping.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/dag.hpp"
#include "model/new_run.hpp"

namespace gale {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Mapping read(std::string_view text) {
    auto mapping = mapping_from_json(json::parse(text).value());
    EXPECT_TRUE(mapping) << (mapping ? "" : mapping.error().to_string());
    return std::move(mapping).value();
}

std::string refusal(std::string_view text) {
    const auto mapping = mapping_from_json(json::parse(text).value());
    return mapping ? "accepted" : mapping.error().to_string();
}

std::optional<int> length(std::string_view text, std::map<std::string, int> known = {}) {
    return read(text).length.value([&](const MapSource& source) -> std::optional<int> {
        const auto found = known.find(source.task_id.str());
        return found == known.end() ? std::nullopt : std::optional(found->second);
    });
}

constexpr auto kProduct = R"({"length":{"kind":"product","of":[{"kind":"literal","length":3},
    {"kind":"xcom","task_id":"a","key":"return_value"}]}})";
constexpr auto kZip = R"({"length":{"kind":"zip","of":[{"kind":"xcom","task_id":"a","key":"k"},
    {"kind":"xcom","task_id":"b","key":"k"}]}})";
constexpr auto kLongestZip = R"({"length":{"kind":"zip","longest":true,"of":[{"kind":"xcom","task_id":"a","key":"k"},
    {"kind":"xcom","task_id":"b","key":"k"}]}})";
constexpr auto kConcat = R"({"length":{"kind":"concat","of":[{"kind":"xcom","task_id":"a","key":"k"},
    {"kind":"xcom","task_id":"a","key":"k"}]},"group_id":"g"})";

TEST(Mapping, LengthsAreThoseOfAirflow) {
    EXPECT_EQ(length(R"({"length":{"kind":"literal","length":4}})"), 4);
    EXPECT_EQ(length(kProduct, {{"a", 5}}), 15);
    EXPECT_EQ(length(kZip, {{"a", 5}, {"b", 2}}), 2);
    EXPECT_EQ(length(kLongestZip, {{"a", 5}, {"b", 2}}), 5);
    EXPECT_EQ(length(kConcat, {{"a", 5}}), 10);
    EXPECT_EQ(length(kProduct), std::nullopt);
    EXPECT_EQ(length(kProduct, {{"a", 0}}), 0);
    EXPECT_EQ(length(kProduct, {{"a", 2'000'000'000}}), 2'147'483'647);
}

TEST(Mapping, KnowsItsSourcesAndItsGroup) {
    EXPECT_THAT(read(kConcat).sources, ElementsAre(MapSource{TaskId("a"), "k"}));
    EXPECT_TRUE(read(kConcat).is_by_group());
    EXPECT_FALSE(read(kZip).is_by_group());
}

TEST(Mapping, RefusesWhatIsNoLength) {
    EXPECT_THAT(refusal("3"), HasSubstr("expected an object"));
    EXPECT_THAT(refusal("{}"), HasSubstr("'length' is missing"));
    EXPECT_THAT(refusal(R"({"length":{"kind":"literal","length":-1}})"), HasSubstr("0 or more"));
    EXPECT_THAT(refusal(R"({"length":{"kind":"cube"}})"), HasSubstr("'cube'"));
    EXPECT_THAT(refusal(R"({"length":{"kind":"zip","of":[]}})"), HasSubstr("at least one length"));
    std::string deep = R"({"kind":"literal","length":1})";
    for (int i = 0; i < 12; ++i) deep = R"({"kind":"concat","of":[)" + deep + "]}";
    EXPECT_THAT(refusal(R"({"length":)" + deep + "}"), HasSubstr("too deep"));
}

json::object dag_with(std::string_view mapped) {
    return json::parse_object(R"({"dag_id":"d","tasks":[{"task_id":"a","task_type":"T","module":"m",
        "downstream_task_ids":["b"]},{"task_id":"b","task_type":"T","module":"m","mapped":)" +
                              std::string(mapped) + "}]}")
        .value();
}

TEST(Mapping, ADagNamesASourceThatIsNoTask) {
    const auto dag = dag_from_json(dag_with(R"({"length":{"kind":"xcom","task_id":"gone","key":"k"}})"));
    ASSERT_FALSE(dag);
    EXPECT_THAT(dag.error().to_string(), HasSubstr("task 'b' is mapped over 'gone', which is no task of this dag"));
}

TEST(Mapping, ARunBeginsWithTheInstancesThatTheFileTells) {
    const auto indexes = [](std::string_view mapped) {
        const auto dag = dag_from_json(dag_with(mapped)).value();
        std::vector<int> found;
        for (const TaskInstance& instance : make_task_instances(dag, DagRun{}))
            if (instance.task_id == TaskId("b")) found.push_back(instance.map_index);
        return found;
    };
    EXPECT_THAT(indexes(R"({"length":{"kind":"literal","length":3}})"), ElementsAre(0, 1, 2));
    EXPECT_THAT(indexes(R"({"length":{"kind":"literal","length":0}})"), ElementsAre(-1));
    EXPECT_THAT(indexes(R"({"length":{"kind":"xcom","task_id":"a","key":"k"}})"), ElementsAre(-1));
    EXPECT_THAT(indexes("null"), ElementsAre(-1));
}

}  // namespace
}  // namespace gale
