// What lists are filtered by, on every adapter.
#include "store_fixture.hpp"

namespace gale {
namespace {

class FilterContract : public StoreContract {
protected:
    // r0 … r4, a minute apart; r3 failed after 30 s with its task "a".
    void make_runs() {
        for (int i = 0; i < 5; ++i) {
            auto run = a_run(news, "r" + std::to_string(i), {"a", "b"}, i * 60);
            run.run.triggering_user_name = i < 2 ? "ann" : "bob";
            if (i == 1) run.run.conf = {{"Topic", "Oil"}};
            if (i == 3) {
                run.run.state = DagRunState::failed;
                run.run.start_date = at(200);
                run.run.end_date = at(230);
                auto& task = run.task_instances[0];
                task.state = TaskState::failed;
                task.try_number = 2;
                task.start_date = at(200);
                task.end_date = at(210);
                task.operator_name = "@task";
                task.queue = "heavy";
            }
            must(store->create_dag_run(run));
        }
    }
    std::int64_t runs(const DagRunFilter& filter) { return must(store->list_dag_runs(filter, {})).total; }
    std::int64_t tasks(const TaskInstanceFilter& filter) { return must(store->list_task_instances(filter, {})).total; }
    std::int64_t entries(const AuditFilter& filter) { return must(store->list_audit_entries(filter, {})).total; }
    std::int64_t dags(const DagFilter& filter) { return must(store->list_dags(filter, {})).total; }
};

TEST_P(FilterContract, DagRuns) {
    make_runs();
    EXPECT_EQ(runs({.run_id_like = {.pattern = "R1 | r2"}}), 2);
    EXPECT_EQ(runs({.run_id_like = {.prefix = "r"}}), 5);
    EXPECT_EQ(runs({.run_id_like = {.prefix = "R"}}), 0) << "a prefix has its case";
    EXPECT_EQ(runs({.run_id_like = {.prefix = "1"}}), 0) << "a prefix is at the beginning";
    EXPECT_EQ(runs({.dag_ids = {"news", "none"}}), 5);
    EXPECT_EQ(runs({.dag_id_like = {.pattern = "none"}}), 0);
    EXPECT_EQ(runs({.triggering_user_name = {.pattern = "ANN"}}), 2);
    EXPECT_EQ(runs({.conf_contains = "\"topic\":\"oil\""}), 1);
    EXPECT_EQ(runs({.conf_contains = "%"}), 0) << "no wildcards";
    EXPECT_EQ(runs({.dag_versions = {news.latest_version_number}}), 5);
    EXPECT_EQ(runs({.dag_versions = {7}}), 0);
    EXPECT_EQ(runs({.duration = {.from = std::chrono::seconds(30), .to = std::chrono::seconds(30)}}), 1);
    EXPECT_EQ(runs({.duration = {.from = std::chrono::seconds(31)}}), 0);
}

TEST_P(FilterContract, TaskInstances) {
    make_runs();
    EXPECT_EQ(tasks({.task_ids = {"b"}}), 5);
    EXPECT_EQ(tasks({.run_ids = {"r1", "r2"}, .task_ids = {"b"}}), 2);
    EXPECT_EQ(tasks({.run_id_like = {.prefix = "r3"}}), 2);
    EXPECT_EQ(tasks({.map_indexes = {0}}), 0);
    EXPECT_EQ(tasks({.map_indexes = {kNotMapped, 4}}), 10);
    EXPECT_EQ(tasks({.try_numbers = {2}}), 1);
    EXPECT_EQ(tasks({.version_numbers = {news.latest_version_number}}), 10);
    EXPECT_EQ(tasks({.version_numbers = {7}}), 0);
    EXPECT_EQ(tasks({.operators = {"@task"}}), 1);
    EXPECT_EQ(tasks({.operator_like = {.pattern = "bash"}}), 9);
    EXPECT_EQ(tasks({.queue_like = {.prefix = "hea"}}), 1);
    EXPECT_EQ(tasks({.pool_like = {.pattern = "default"}}), 10);
    EXPECT_EQ(tasks({.run_after = {at(60), at(120)}}), 4);
    EXPECT_EQ(tasks({.duration = {.to = std::chrono::seconds(10)}}), 1);
}

TEST_P(FilterContract, TaskInstancesByTheNameThatIsShown) {
    auto shown = a_dag("shown");
    shown.canonical_definition =
        R"({"dag_id":"shown","tasks":[{"task_id":"a","task_display_name":"Load news"},{"task_id":"b"}]})";
    must(store->record_parsed_file(a_file("shown.py", {shown})));
    must(store->create_dag_run(a_run(must(store->get_dag(DagId("shown"))), "r", {"a", "b"})));
    make_runs();
    EXPECT_EQ(tasks({.task_display_name = {.pattern = "load"}}), 1);
    EXPECT_EQ(tasks({.dag_id = DagId("shown"), .task_display_name = {.pattern = "load|b"}}), 2);
    EXPECT_EQ(tasks({.dag_id = DagId("news"), .task_display_name = {.pattern = "load"}}), 0);
    EXPECT_EQ(tasks({.task_display_name = {.prefix = "Load"}}), 1);
}

TEST_P(FilterContract, Dags) {
    auto other = a_dag("other");
    other.row.display_name = "Second";
    other.row.tags = {"news", "x"};
    must(store->record_parsed_file(a_file("other.py", {other})));
    make_runs();
    EXPECT_EQ(dags({.dag_id = {.prefix = "ne"}}), 1);
    EXPECT_EQ(dags({.dag_display_name = {.pattern = "second|NEWS"}}), 2);
    EXPECT_EQ(dags({.tags = {"news", "x"}}), 2);
    EXPECT_EQ(dags({.tags = {"news", "x"}, .every_tag = true}), 1);
    EXPECT_EQ(dags({.has_import_errors = true}), 0);
    EXPECT_EQ(dags({.has_import_errors = false}), 2);
    EXPECT_EQ(dags({.last_dag_run_state = DagRunState::failed}), 0) << "r3 is not the last";
    EXPECT_EQ(dags({.last_run_start_date = {.to = at(1000)}}), 0) << "the last has not begun";
    EXPECT_THAT(must(store->list_dag_tags({}, {})).items, testing::ElementsAre("news", "x"));
    EXPECT_EQ(must(store->list_dag_tags({.pattern = "EW"}, {})).total, 1);
}

TEST_P(FilterContract, FavouritesAreAPersonsOwn) {
    must(store->record_parsed_file(a_file("other.py", {a_dag("other")})));
    EXPECT_TRUE(must(store->set_dag_favorite("ann", DagId("other"), true)));
    EXPECT_FALSE(must(store->set_dag_favorite("ann", DagId("other"), true)));
    EXPECT_EQ(dags({.favorite_of = "ann"}), 1);
    EXPECT_EQ(dags({.favorite_of = "bob"}), 0);
    EXPECT_EQ(dags({.not_favorite_of = "ann"}), 1);
    EXPECT_THAT(must(store->favorites_among("ann", {DagId("news"), DagId("other")})),
                testing::ElementsAre(DagId("other")));
    EXPECT_TRUE(must(store->favorites_among("ann", {})).empty());
    EXPECT_TRUE(must(store->set_dag_favorite("ann", DagId("other"), false)));
    EXPECT_FALSE(must(store->set_dag_favorite("ann", DagId("other"), false)));
    EXPECT_EQ(dags({.favorite_of = "ann"}), 0);
    EXPECT_EQ(code_of(store->set_dag_favorite("ann", DagId("none"), true)), ErrorCode::not_found);
    // They go with their user, so that another one of the name begins without, and with their DAG.
    User ann;
    ann.username = "ann";
    ann.role = "viewer";
    must(store->add_user(ann));
    must(store->set_dag_favorite("ann", DagId("other"), true));
    must(store->delete_user("ann", std::nullopt));
    EXPECT_TRUE(must(store->favorites_among("ann", {DagId("other")})).empty());
    must(store->set_dag_favorite("ann", DagId("other"), true));
    must(store->delete_dag(DagId("other")));
    EXPECT_TRUE(must(store->favorites_among("ann", {DagId("other")})).empty());
}

TEST_P(FilterContract, RunsAreCountedByDagAndState) {
    make_runs();
    const auto counts = must(store->count_dag_runs({DagId("news"), DagId("none")}));
    ASSERT_EQ(counts.size(), 2u);
    EXPECT_EQ(counts[0].state, DagRunState::failed);
    EXPECT_EQ(counts[0].count, 1);
    EXPECT_EQ(counts[1].state, DagRunState::queued);
    EXPECT_EQ(counts[1].count, 4);
    EXPECT_EQ(must(store->count_dag_runs({})).size(), 2u);
    must(store->record_parsed_file(a_file("news.py", {})));
    EXPECT_TRUE(must(store->count_dag_runs({})).empty()) << "stale";
}

TEST_P(FilterContract, ImportErrorsByFile) {
    for (const char* name : {"a_broken.py", "b_broken.py"}) {
        auto broken = a_file(name, {});
        broken.import_error = "no";
        must(store->record_parsed_file(broken));
    }
    EXPECT_EQ(must(store->list_import_errors({.pattern = "B_BROKEN"}, {})).total, 1);
    EXPECT_EQ(must(store->list_import_errors({.prefix = "/dags/"}, {})).total, 2);
}

TEST_P(FilterContract, TheAuditLog) {
    AuditEntry entry{.dttm = at(0), .event = "trigger_dag_run", .dag_id = DagId("news"), .owner = "ann"};
    entry.run_id = RunId("r1");
    entry.task_id = TaskId("a");
    entry.map_index = 3;
    entry.try_number = 2;
    must(store->add_audit_entry(entry));
    must(store->add_audit_entry({.dttm = at(10), .event = "cli_pause", .owner = "bob"}));
    EXPECT_EQ(entries({.run_id = RunId("r1"), .task_id = TaskId("a"), .map_index = 3, .try_number = 2}), 1);
    EXPECT_EQ(entries({.map_index = 4}), 0);
    EXPECT_EQ(entries({.owner = "bob"}), 1);
    EXPECT_EQ(entries({.event = "cli"}), 0);
    EXPECT_EQ(entries({.included_events = {"cli_pause", "x"}}), 1);
    EXPECT_EQ(entries({.excluded_events = {"cli_pause", "x"}}), 1);
    EXPECT_EQ(entries({.when = {at(1), at(10)}}), 1);
    EXPECT_EQ(entries({.owner_like = {.pattern = "AN|bo"}}), 2);
    EXPECT_EQ(entries({.event_like = {.prefix = "cli_"}}), 1);
    EXPECT_EQ(entries({.dag_id_like = {.pattern = "new"}}), 1);
    const auto first = must(store->list_audit_entries(AuditFilter{}, {})).items.at(0);
    EXPECT_EQ(must(store->get_audit_entry(first.id)).event, first.event);
    EXPECT_EQ(code_of(store->get_audit_entry(999)), ErrorCode::not_found);
}

TEST_P(FilterContract, NotesOfTaskInstances) {
    make_runs();
    must(store->set_task_instance_note(key("r1", "a"), "why"));
    EXPECT_EQ(task("r1", "a").note, "why");
    EXPECT_EQ(task("r1", "b").note, std::nullopt);
    must(store->set_task_instance_note(key("r1", "a"), std::nullopt));
    EXPECT_EQ(task("r1", "a").note, std::nullopt);
    EXPECT_EQ(code_of(store->set_task_instance_note(key("r1", "z"), "x")), ErrorCode::not_found);
    EXPECT_EQ(code_of(store->set_task_instance_note(key("r9", "a"), "x")), ErrorCode::not_found);
}

TEST_P(FilterContract, AClearOfAnUnfinishedRunIsCounted) {
    const auto run = must(store->create_dag_run(a_run(news, "r")));
    must(store->edit_run({.run = run.key, .is_clear = true}));
    EXPECT_EQ(must(store->get_dag_run(DagId("news"), RunId("r"))).clear_number, 1);
    must(store->edit_run({.run = run.key, .state = DagRunState::queued, .is_clear = true}));
    EXPECT_EQ(must(store->get_dag_run(DagId("news"), RunId("r"))).clear_number, 2);
}

INSTANTIATE_TEST_SUITE_P(Adapters, FilterContract, testing::ValuesIn(adapters()), adapter_name);

}  // namespace
}  // namespace gale
