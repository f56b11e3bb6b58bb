#include "model/dag.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gale {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

json::object task(std::string_view id, std::vector<std::string> downstream = {}, std::string_view more = "{}") {
    json::object made = json::parse_object(more).value();
    made["task_id"] = id;
    made["task_type"] = "EmptyOperator";
    made["module"] = "airflow.providers.standard.operators.empty";
    json::array list;
    for (const auto& target : downstream) list.emplace_back(boost::json::string(target));
    made["downstream_task_ids"] = list;
    return made;
}

json::object dag_of(std::vector<json::object> tasks, std::string_view more = "{}") {
    json::object made = json::parse_object(more).value();
    made["dag_id"] = "d";
    json::array list;
    for (auto& item : tasks) list.emplace_back(std::move(item));
    made["tasks"] = list;
    return made;
}

Dag read(const json::object& definition) {
    auto dag = dag_from_json(definition);
    EXPECT_TRUE(dag) << (dag ? "" : dag.error().to_string());
    return std::move(dag).value();
}

std::string error_of(const json::object& definition) {
    const auto dag = dag_from_json(definition);
    return dag ? "accepted" : dag.error().to_string();
}

std::string task_error(std::string_view more) {
    return error_of(dag_of({task("a", {}, more)}));
}
std::string dag_error(std::string_view more) {
    return error_of(dag_of({task("a")}, more));
}

TEST(Dag, AbsentKeysHaveTheirDefaults) {
    const Dag dag = read(dag_of({task("a")}));
    EXPECT_EQ(dag.timezone, "UTC");
    EXPECT_EQ(dag.schedule.at("kind").as_string(), "none");
    EXPECT_FALSE(dag.bounds.catchup || dag.fail_fast || dag.max_active_runs || dag.is_paused_upon_creation);
    const Task& a = dag.tasks.at(0);
    EXPECT_EQ(a.owner, "airflow");
    EXPECT_EQ(a.pool.str(), "default_pool");
    EXPECT_EQ(a.queue, "default");
    EXPECT_EQ(a.retry.retry_delay, 300s);
    EXPECT_EQ(a.trigger_rule, TriggerRule::all_success);
    EXPECT_TRUE(a.do_xcom_push);
    EXPECT_EQ(a.native.kind, NativeKind::none);
    EXPECT_THAT(dag.owners, ElementsAre("airflow"));
}

TEST(Dag, FieldsAreRead) {
    const Dag dag = read(dag_of(
        {task("b", {"a"}, R"({"owner":"zoe","retries":2,"retry_delay":1.5,"retry_exponential_backoff":2,
        "max_retry_delay":60,"execution_timeout":30,"pool":"p","pool_slots":3,"priority_weight":5,"weight_rule":"absolute",
        "trigger_rule":"one_failed","wait_for_downstream":true,"max_active_tis_per_dag":4,"operator_name":"@task",
        "native":{"kind":"bash","needs_render":true,"fields":{"bash_command":"ls"}}})"),
         task("a")},
        R"({"schedule":{"kind":"cron","expression":"@daily"},"catchup":true,"tags":["x"],"dagrun_timeout":90,"max_active_runs":2})"));
    EXPECT_EQ(dag.tasks[0].task_id.str(), "a");
    const Task& b = dag.tasks[1];
    EXPECT_EQ(b.retry.retries, 2);
    EXPECT_EQ(b.retry.retry_delay, 1500ms);
    EXPECT_EQ(b.retry.max_retry_delay, Duration{60s});
    EXPECT_EQ(b.execution_timeout, Duration{30s});
    EXPECT_EQ(b.pool_slots, 3);
    EXPECT_EQ(b.effective_priority, 5);
    EXPECT_EQ(b.trigger_rule, TriggerRule::one_failed);
    EXPECT_TRUE(b.depends_on_past) << "wait_for_downstream implies it";
    EXPECT_EQ(b.max_active_tis_per_dag, 4);
    EXPECT_EQ(b.operator_name, "@task");
    EXPECT_EQ(b.native.kind, NativeKind::bash);
    EXPECT_TRUE(b.native.needs_render);
    EXPECT_EQ(b.native.fields.at("bash_command").as_string(), "ls");
    EXPECT_THAT(b.downstream, ElementsAre(0u));
    EXPECT_THAT(dag.tasks[0].upstream, ElementsAre(1u));
    EXPECT_EQ(dag.dagrun_timeout, Duration{90s});
    EXPECT_THAT(dag.owners, ElementsAre("airflow", "zoe"));
    EXPECT_EQ(dag.find_task(TaskId{"b"}), &dag.tasks[1]);
    EXPECT_EQ(dag.find_task(TaskId{"c"}), nullptr);
}

TEST(Dag, BoundsSpanTheTasks) {
    const Dag dag = read(
        dag_of({task("a", {}, R"({"start_date":"2026-01-01T00:00:00+00:00","end_date":"2026-06-01T00:00:00+00:00"})"),
                task("b", {}, R"({"end_date":"2026-07-01T00:00:00+00:00"})")},
               R"({"start_date":"2026-02-01T00:00:00+00:00"})"));
    EXPECT_EQ(dag.bounds.start_date, parse_iso8601("2026-01-01").value());
    EXPECT_EQ(dag.bounds.end_date, parse_iso8601("2026-07-01").value());
    EXPECT_EQ(dag.tasks[1].start_date, parse_iso8601("2026-02-01").value());
    const Dag open = read(dag_of({task("a", {}, R"({"end_date":"2026-06-01T00:00:00+00:00"})"), task("b")}));
    EXPECT_EQ(open.bounds.end_date, std::nullopt);
}

TEST(Dag, ErrorsNameDagTaskFieldAndValue) {
    EXPECT_THAT(task_error(R"({"trigger_rule":"sometimes"})"),
                AllOf(HasSubstr("dag 'd'"), HasSubstr("task 'a'"), HasSubstr("trigger_rule is 'sometimes'"),
                      HasSubstr("all_done")));
    EXPECT_THAT(task_error(R"({"retries":-1})"), HasSubstr("retries is -1"));
    EXPECT_THAT(task_error(R"({"retries":"2"})"), HasSubstr("'retries'"));
    EXPECT_THAT(task_error(R"({"pool_slots":0})"), HasSubstr("pool_slots is 0"));
    EXPECT_THAT(task_error(R"({"priority_weight":3000000000})"), HasSubstr("priority_weight is 3000000000"));
    EXPECT_THAT(task_error(R"({"retry_delay":-5})"), HasSubstr("retry_delay is -5"));
    EXPECT_THAT(task_error(R"({"weight_rule":"mine"})"), HasSubstr("weight_rule is 'mine'"));
    EXPECT_THAT(task_error(R"({"native":{"kind":"cobol"}})"), HasSubstr("native.kind is 'cobol'"));
    EXPECT_THAT(task_error(R"({"start_date":"yesterday"})"), HasSubstr("'yesterday'"));
    EXPECT_THAT(dag_error(R"({"schedule":{"kind":"cron","expression":"99 * * * *"}})"), HasSubstr("minute '99'"));
    EXPECT_THAT(dag_error(R"({"schedule":"@daily"})"), HasSubstr("schedule: expected an object"));
    EXPECT_THAT(dag_error(R"({"tags":[1]})"), HasSubstr("tags"));
    EXPECT_THAT(dag_error(R"({"schedule":{"kind":"continuous"},"max_active_runs":2})"),
                HasSubstr("max_active_runs is 2"));
    EXPECT_THAT(error_of(dag_of({task("a"), task("a")})), HasSubstr("task id 'a' is used twice"));
    EXPECT_THAT(error_of(dag_of({task("a", {"b"})})), HasSubstr("'b', which is no task"));
    EXPECT_THAT(error_of(dag_of({task("a b")})), HasSubstr("task id 'a b' has a wrong character at position 1"));
    EXPECT_THAT(error_of(dag_of({task("a", {}, R"({"trigger_rule":"all_done"})")}, R"({"fail_fast":true})")),
                HasSubstr("fail_fast"));
    EXPECT_THAT(error_of({}), HasSubstr("'dag_id' is missing"));
    EXPECT_FALSE(validate_dag_id(std::string(251, 'x')));
    EXPECT_FALSE(validate_dag_id("../x"));
    EXPECT_TRUE(validate_dag_id("a-1.b_C"));
}

TEST(Dag, AContinuousDagRunsOnceAtATime) {
    EXPECT_EQ(read(dag_of({task("a")}, R"({"schedule":{"kind":"continuous"}})")).max_active_runs, 1);
}

TEST(Dag, ACycleIsShownWithItsPath) {
    EXPECT_THAT(error_of(dag_of({task("a", {"b"}), task("b", {"c"}), task("c", {"d"}), task("d", {"b"})})),
                HasSubstr("dag 'd' has a cycle: b >> c >> d >> b"));
    EXPECT_THAT(error_of(dag_of({task("a", {"a"})})), HasSubstr("a >> a"));
}

TEST(Dag, TopologicalOrderPutsUpstreamFirstAndBreaksTiesById) {
    const Dag dag = read(dag_of({task("z", {"m"}), task("b", {"a", "m"}), task("a"), task("m")}));
    std::vector<std::string> order;
    for (const size_t i : dag.topological_order()) order.push_back(dag.tasks[i].task_id.str());
    EXPECT_THAT(order, ElementsAre("b", "a", "z", "m"));
}

TEST(Priority, CountsEachTaskDownstreamOnce) {
    // A diamond: d is reached by two ways.
    for (const auto& [rule, expected] :
         {std::pair{"downstream", std::array{15, 10, 12, 8}}, std::pair{"upstream", std::array{1, 3, 5, 15}},
          std::pair{"absolute", std::array{1, 2, 4, 8}}}) {
        const auto with = [&](int weight) {
            return fmt::format(R"({{"priority_weight":{},"weight_rule":"{}"}})", weight, rule);
        };
        const Dag dag = read(dag_of({task("a", {"b", "c", "d"}, with(1)), task("b", {"d"}, with(2)),
                                     task("c", {"d"}, with(4)), task("d", {}, with(8))}));
        for (size_t i = 0; i < 4; ++i) EXPECT_EQ(dag.tasks[i].effective_priority, expected[i]) << rule << " " << i;
    }
}

TEST(Priority, StaysWithinInt32) {
    const char* huge = R"({"priority_weight":2000000000})";
    const Dag dag = read(dag_of({task("a", {"b"}, huge), task("b", {}, huge)}));
    EXPECT_EQ(dag.tasks[0].effective_priority, 2147483647);
    const char* low = R"({"priority_weight":-2000000000})";
    EXPECT_EQ(read(dag_of({task("a", {"b"}, low), task("b", {}, low)})).tasks[0].effective_priority, -2147483647 - 1);
}

// `layers` of `width` tasks, each task before all of the next layer; weights vary by `weights`.
json::object layered(int layers, int width, int weights) {
    std::vector<json::object> tasks;
    const auto name = [](int layer, int i) { return fmt::format("l{:05}_{:05}", layer, i); };
    for (int layer = 0; layer < layers; ++layer) {
        std::vector<std::string> next;
        for (int i = 0; layer + 1 < layers && i < width; ++i) next.push_back(name(layer + 1, i));
        for (int i = 0; i < width; ++i)
            tasks.push_back(task(name(layer, i), next, fmt::format(R"({{"priority_weight":{}}})", 1 + i % weights)));
    }
    return dag_of(std::move(tasks));
}

// One task before all others.
json::object fan(int width, int weights) {
    std::vector<json::object> tasks;
    std::vector<std::string> all;
    for (int i = 0; i < width; ++i) {
        all.push_back(fmt::format("t{:05}", i));
        tasks.push_back(task(all.back(), {}, fmt::format(R"({{"priority_weight":{}}})", 1 + i % weights)));
    }
    tasks.push_back(task("root", all));
    return dag_of(std::move(tasks));
}

std::int64_t weight_of(int width, int weights) {
    std::int64_t sum = 0;
    for (int i = 0; i < width; ++i) sum += 1 + i % weights;
    return sum;
}

Dag read_in_time(const json::object& definition) {
    const auto begin = std::chrono::steady_clock::now();
    Dag dag = read(definition);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s) << "the cost has become that of all paths";
    return dag;
}

TEST(Priority, OfTenThousandTasksInLayers) {
    for (const auto& [layers, width, weights] : {std::tuple{100, 100, 1}, {100, 100, 7}, {10000, 1, 3}}) {
        const Dag dag = read_in_time(layered(layers, width, weights));
        EXPECT_EQ(dag.tasks[0].effective_priority, 1 + weight_of(width, weights) * (layers - 1));
        EXPECT_EQ(dag.tasks.back().effective_priority, 1 + (width - 1) % weights);
    }
}

TEST(Priority, OfTenThousandTasksBehindOne) {
    for (const int weights : {1, 7}) {
        const Dag dag = read_in_time(fan(10000, weights));
        EXPECT_EQ(dag.find_task(TaskId{"root"})->effective_priority, 1 + weight_of(10000, weights));
    }
}

}  // namespace
}  // namespace gale
