// Dynamic task mapping, as the store keeps it: expansions, lengths, sequences of XComs.
#include "store_fixture.hpp"

namespace gale {
namespace {

using testing::ElementsAre;

class MappingContract : public StoreContract {
protected:
    TaskInstance like(const TaskInstance& instance, DagRunKey run, int map_index) {
        TaskInstance made = instance;
        made.id = TaskInstanceId(uuid7());
        made.run = run;
        made.map_index = map_index;
        return made;
    }
    std::vector<int> indexes(const std::string& run_id, const std::string& task_id) {
        TaskInstanceFilter filter;
        filter.dag_id = DagId("news");
        filter.run_id = RunId(run_id);
        filter.task_id = TaskId(task_id);
        std::vector<int> found;
        for (const TaskInstance& instance : must(store->list_task_instances(filter, Page{-1, 0, {"map_index"}})).items)
            found.push_back(instance.map_index);
        return found;
    }
    TaskInstanceKey mapped(const std::string& task_id, int map_index) {
        TaskInstanceKey made = key("r", task_id);
        made.map_index = map_index;
        return made;
    }
    XCom xcom(const TaskInstanceKey& of, json::value value, std::optional<int> length = {}) {
        return {of, "return_value", std::move(value), at(0), length};
    }
};
INSTANTIATE_TEST_SUITE_P(Stores, MappingContract, testing::ValuesIn(adapters()), adapter_name);

TEST_P(MappingContract, AnExpansionTakesTheUnexpandedInstanceAndAddsTheOthers) {
    const auto made = a_run(news, "r");
    const auto run = must(store->create_dag_run(made));
    const auto& first = made.task_instances[1];
    Plan plan;
    plan.expansions = {{first.id, true, {like(first, run.key, 1), like(first, run.key, 2)}}};
    EXPECT_THAT(must(store->apply(plan)).task_conflicts, ElementsAre());
    EXPECT_THAT(indexes("r", "b"), ElementsAre(0, 1, 2));
    EXPECT_THAT(indexes("r", "a"), ElementsAre(-1));
    EXPECT_EQ(must(store->load_run(run.key)).task_instances.size(), made.task_instances.size() + 2);

    EXPECT_THAT(must(store->apply(plan)).task_conflicts, ElementsAre(first.id)) << "it is expanded already";
    plan.expansions = {{first.id, false, {like(first, run.key, 3)}}};
    EXPECT_THAT(must(store->apply(plan)).task_conflicts, ElementsAre());
    EXPECT_THAT(indexes("r", "b"), ElementsAre(0, 1, 2, 3));
}

TEST_P(MappingContract, AnExpansionOfWhatIsGoneOrStartedLeavesTheRestOfThePlan) {
    const auto made = a_run(news, "r");
    const auto run = must(store->create_dag_run(made));
    const auto& a = made.task_instances[0];
    const auto& b = made.task_instances[1];
    Plan plan;
    plan.tasks = {{.id = a.id, .to = TaskState::skipped}};
    plan.expansions = {{a.id, true, {like(a, run.key, 1)}},
                       {TaskInstanceId("gone"), false, {like(a, DagRunKey(4711), 1)}},
                       {b.id, true, {like(b, run.key, 1)}}};
    EXPECT_THAT(must(store->apply(plan)).task_conflicts, ElementsAre(a.id, TaskInstanceId("gone")));
    EXPECT_THAT(indexes("r", "a"), ElementsAre(-1));
    EXPECT_THAT(indexes("r", "b"), ElementsAre(0, 1));
}

TEST_P(MappingContract, LengthsAreWhatWasPushedOrTheNumberOfPushes) {
    const auto made = a_run(news, "r");
    const auto run = must(store->create_dag_run(made));
    const MapSource a{TaskId("a"), "return_value"}, b{TaskId("b"), "return_value"}, none{TaskId("b"), "other"};
    const auto lengths = [&] { return must(store->map_lengths(run.key, {a, b, none})); };
    EXPECT_TRUE(lengths().empty());

    must(store->set_xcom(xcom(key("r", "a"), json::array{1, 2, 3}, 3)));
    Plan plan;
    plan.expansions = {{made.task_instances[1].id, true, {like(made.task_instances[1], run.key, 1)}}};
    must(store->apply(plan));
    must(store->set_xcom(xcom(mapped("b", 1), "x")));
    EXPECT_EQ(lengths(), (std::map<MapSource, int>{{a, 3}, {b, 1}}));
    must(store->set_xcom(xcom(mapped("b", 0), json::array{1, 2, 3, 4}, 4)));
    EXPECT_EQ(lengths(), (std::map<MapSource, int>{{a, 3}, {b, 2}}));
    must(store->set_xcom(xcom(key("r", "a"), json::array{}, 0)));
    EXPECT_EQ(lengths().at(a), 0);
    must(store->set_xcom(xcom(key("r", "a"), 7)));
    EXPECT_FALSE(lengths().contains(a)) << "a value without a length";
}

TEST_P(MappingContract, ASequenceGoesByMapIndex) {
    const auto made = a_run(news, "r");
    const auto run = must(store->create_dag_run(made));
    Plan plan;
    const auto& b = made.task_instances[1];
    plan.expansions = {{b.id, true, {like(b, run.key, 1), like(b, run.key, 2), like(b, run.key, 10)}}};
    must(store->apply(plan));
    for (const int index : {10, 2, 0}) must(store->set_xcom(xcom(mapped("b", index), index)));
    EXPECT_EQ(must(store->count_xcom_sequence(key("r", "b"), "return_value")), 3);
    EXPECT_THAT(must(store->xcom_sequence(key("r", "b"), "return_value", 5, 0)),
                ElementsAre(json::value(0), json::value(2), json::value(10)));
    EXPECT_THAT(must(store->xcom_sequence(key("r", "b"), "return_value", 1, 1)), ElementsAre(json::value(2)));
    EXPECT_EQ(must(store->count_xcom_sequence(key("r", "b"), "k")), 0);
}

TEST_P(MappingContract, TheRenderedMapIndexGoesIntoHistoryWithItsTry) {
    auto made = a_run(news, "r");
    auto& ti = made.task_instances[0];
    ti.state = TaskState::running;
    ti.try_number = 1;
    must(store->create_dag_run(made));
    must(store->set_rendered_map_index(ti.id, "Москва"));
    EXPECT_EQ(task("r", "a").rendered_map_index, "Москва");
    Plan plan;
    plan.tasks = {{.id = ti.id,
                   .from = TaskState::running,
                   .from_try_number = 1,
                   .to = TaskState::up_for_retry,
                   .new_id = TaskInstanceId(uuid7())}};
    must(store->apply(plan));
    EXPECT_EQ(must(store->list_tries(key("r", "a")))[0].rendered_map_index, "Москва");
    must(store->set_rendered_map_index(ti.id, "late"));
    EXPECT_EQ(task("r", "a").rendered_map_index, "Москва");
}

}  // namespace
}  // namespace gale
