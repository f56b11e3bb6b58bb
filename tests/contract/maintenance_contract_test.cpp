#include "store_fixture.hpp"

namespace gale {
namespace {

class MaintenanceContract : public StoreContract {
protected:
    // A run that began and ended at `date`, with its tasks a and b.
    void ended_run(const std::string& run_id, std::int64_t date, RunType type = RunType::scheduled,
                   DagRunState state = DagRunState::success) {
        auto made = a_run(news, run_id, {"a", "b"}, date);
        made.run.run_type = type;
        made.run.state = state;
        made.run.start_date = at(date);
        for (auto& ti : made.task_instances) {
            ti.state = TaskState::success;
            ti.start_date = ti.end_date = at(date);
            ti.try_number = 1;
        }
        must(store->create_dag_run(made));
        must(store->set_xcom({key(run_id, "a"), "return_value", 1, at(date)}));
    }
    std::int64_t remove_all(const OldRows& rows, std::optional<std::string> archived_at = std::nullopt, int limit = 2) {
        std::int64_t removed = 0;
        while (const auto count = must(store->remove_old_rows(rows, limit, archived_at))) {
            EXPECT_LE(count, limit);
            removed += count;
        }
        return removed;
    }
    std::vector<std::string> run_ids() {
        std::vector<std::string> ids;
        for (const auto& run : must(store->list_dag_runs({}, {.order_by = {"run_id"}})).items)
            ids.push_back(run.run_id.str());
        return ids;
    }
    // The archive's rows, without the line of names.
    std::vector<std::vector<std::optional<std::string>>> archived(const std::string& table) {
        std::vector<std::vector<std::optional<std::string>>> rows;
        must(store->read_archive(table, [&](const auto& fields) -> Result<void> {
            rows.push_back(fields);
            return {};
        }));
        rows.erase(rows.begin());
        return rows;
    }
};
INSTANTIATE_TEST_SUITE_P(Stores, MaintenanceContract, testing::ValuesIn(adapters()), adapter_name);

TEST_P(MaintenanceContract, OldRunsGoWithAllOfTheirsExceptTheNewestAndTheActive) {
    for (int i = 0; i < 5; ++i) ended_run("r" + std::to_string(i), i * 10);
    ended_run("by_hand", 5, RunType::manual);
    ended_run("under_way", 3, RunType::scheduled, DagRunState::running);
    const OldRows all{.table = "dag_run", .before = at(1000)};
    EXPECT_EQ(must(store->count_old_rows(all)), 5);
    EXPECT_EQ(remove_all({.table = "dag_run", .before = at(20)}), 3);
    EXPECT_EQ(run_ids(), (std::vector<std::string>{"r2", "r3", "r4", "under_way"}));
    EXPECT_EQ(remove_all(all), 2);
    EXPECT_EQ(run_ids(), (std::vector<std::string>{"r4", "under_way"}));
    EXPECT_EQ(must(store->list_task_instances({}, {})).total, 4);
    EXPECT_EQ(must(store->remove_old_rows(all, 10, std::nullopt)), 0);
    EXPECT_TRUE(must(store->list_archives()).empty());
}

TEST_P(MaintenanceContract, ArchivesKeepWhatWasRemoved) {
    for (int i = 0; i < 4; ++i) ended_run("r" + std::to_string(i), i * 10);
    EXPECT_EQ(remove_all({.table = "dag_run", .before = at(1000)}, "20260101000000"), 3);
    const auto names = must(store->list_archives());
    EXPECT_THAT(names, testing::UnorderedElementsAre("_airflow_deleted__dag_run__20260101000000",
                                                     "_airflow_deleted__task_instance__20260101000000",
                                                     "_airflow_deleted__task_instance_history__20260101000000",
                                                     "_airflow_deleted__xcom__20260101000000"));
    EXPECT_EQ(archived("_airflow_deleted__dag_run__20260101000000").size(), 3u);
    EXPECT_EQ(archived("_airflow_deleted__task_instance__20260101000000").size(), 6u);
    EXPECT_EQ(archived("_airflow_deleted__xcom__20260101000000").size(), 3u);
    std::vector<std::string> columns;
    must(store->read_archive(names[0], [&](const auto& fields) -> Result<void> {
        if (columns.empty()) {
            for (const auto& field : fields) columns.push_back(*field);
        }
        return {};
    }));
    EXPECT_THAT(columns, testing::IsSupersetOf({"dag_id", "run_id", "state", "note"}));
    for (const auto& name : names) must(store->drop_archive(name));
    EXPECT_TRUE(must(store->list_archives()).empty());
    EXPECT_EQ(code_of(store->drop_archive(names[0])), ErrorCode::not_found);
    EXPECT_EQ(code_of(store->drop_archive("dag_run")), ErrorCode::not_found);
    EXPECT_EQ(code_of(store->read_archive("variable", [](const auto&) -> Result<void> { return {}; })),
              ErrorCode::not_found);
    const auto status = must(store->schema_status());
    EXPECT_EQ(status.current, status.wanted);
}

TEST_P(MaintenanceContract, AnArchiveReaderCanStop) {
    ended_run("r0", 0);
    ended_run("r1", 10);
    remove_all({.table = "dag_run", .before = at(1000)}, "1");
    const auto stopped = store->read_archive("_airflow_deleted__dag_run__1", [](const auto&) -> Result<void> {
        return fail(ErrorCode::cancelled, "enough");
    });
    EXPECT_EQ(code_of(stopped), ErrorCode::cancelled);
    EXPECT_EQ(archived("_airflow_deleted__dag_run__1").size(), 1u);
}

TEST_P(MaintenanceContract, DagsNarrowWhatGoes) {
    must(store->record_parsed_file(a_file("other.py", {a_dag("other")})));
    for (const auto* dag : {"news", "other", ""}) {
        AuditEntry entry{.dttm = at(0), .event = "trigger", .owner = "ann"};
        if (*dag != '\0') entry.dag_id = DagId(dag);
        must(store->add_audit_entry(entry));
    }
    const auto count = [&](std::vector<std::string> in, std::vector<std::string> out) {
        return must(store->count_old_rows({"log", at(10), std::move(in), std::move(out)}));
    };
    EXPECT_EQ(count({}, {}), 3);
    EXPECT_EQ(count({"news"}, {}), 1);
    EXPECT_EQ(count({}, {"news"}), 2);
    EXPECT_EQ(count({"news", "other"}, {"other"}), 1);
    must(
        store->save_job({.job_type = "SchedulerJob", .hostname = "h", .start_date = at(0), .latest_heartbeat = at(0)}));
    EXPECT_EQ(must(store->count_old_rows({"job", at(10), {"news"}, {}})), 0);
    EXPECT_EQ(remove_all({"log", at(10), {"news"}, {}}), 1);
    EXPECT_EQ(must(store->list_audit_entries(AuditFilter{}, {})).total, 2);
}

TEST_P(MaintenanceContract, TheOtherTablesHaveTheirOwnRules) {
    ended_run("old", 0);
    ended_run("new", 100);
    must(store->record_parsed_file(a_file("news.py", {a_dag("news", "h2")}, 200)));
    must(store->record_parsed_file(a_file("gone.py", {a_dag("gone")}, 0)));
    must(store->forget_files({"/dags/gone.py"}));
    const OldRows versions{.table = "dag_version", .before = TimePoint::max()};
    EXPECT_EQ(remove_all(versions), 0);  // the first has runs, the second is the newest
    EXPECT_EQ(remove_all({.table = "task_instance", .before = at(1000)}), 2);
    EXPECT_EQ(remove_all({.table = "xcom", .before = at(1000)}), 1);  // the other went with its task instance
    EXPECT_EQ(remove_all({.table = "dag", .before = at(1000)}), 1);
    EXPECT_EQ(code_of(store->get_dag(DagId("gone"))), ErrorCode::not_found);
    must(store->delete_dag_run(DagId("news"), RunId("old")));
    must(store->delete_dag_run(DagId("news"), RunId("new")));
    EXPECT_EQ(remove_all(versions, "5"), 1);
    EXPECT_EQ(archived("_airflow_deleted__serialized_dag__5").size(), 1u);
    must(store->revoke_token("t", at(5), at(0)));
    EXPECT_EQ(remove_all({.table = "revoked_token", .before = at(10)}), 1);
    EXPECT_EQ(code_of(store->count_old_rows({.table = "variable", .before = at(0)})), ErrorCode::invalid_argument);
    for (const auto& table : store->cleanable_tables())
        EXPECT_EQ(remove_all({.table = table, .before = at(-1)}, "6"), 0) << table;
}

TEST_P(MaintenanceContract, ATurnIsOnesUntilItEnds) {
    EXPECT_TRUE(must(store->take_turn("clean", "one", std::chrono::hours(1))));
    EXPECT_FALSE(must(store->take_turn("clean", "two", std::chrono::hours(1))));
    EXPECT_TRUE(must(store->take_turn("other", "two", std::chrono::hours(1))));
    EXPECT_TRUE(must(store->take_turn("clean", "one", Duration{0})));  // its own, and over at once
    EXPECT_TRUE(must(store->take_turn("clean", "two", std::chrono::hours(1))));
    EXPECT_FALSE(must(store->take_turn("clean", "one", std::chrono::hours(1))));
}

TEST_P(MaintenanceContract, ARunThatEndedElsewhereIsTakenOnce) {
    DagRow dag;
    dag.dag_id = DagId("moved");
    dag.fileloc = "/airflow/dags/moved.py";
    dag.is_paused = false;
    const auto version = must(store->find_or_add_stale_dag(dag, "{\"dag_id\":\"moved\",\"tasks\":[]}"));
    EXPECT_EQ(must(store->find_or_add_stale_dag(dag, "{}")).value(), version.value());
    const auto made = must(store->get_dag(DagId("moved")));
    EXPECT_TRUE(made.is_stale);
    EXPECT_FALSE(made.is_paused);
    ImportedRun run{a_run(made, "r"), {}, {}};
    run.run.run.state = DagRunState::success;
    run.run.task_instances[0].state = TaskState::success;
    run.run.task_instances[0].try_number = 2;
    TaskInstance first = run.run.task_instances[0];
    first.id = TaskInstanceId(uuid7());
    first.state = TaskState::failed;
    first.try_number = 1;
    run.history = {first};
    run.xcoms = {{{DagId("moved"), RunId("r"), TaskId("a")}, "return_value", 5, at(0)}};
    ImportedRun same_date = run;
    same_date.run.run.run_id = RunId("again");
    for (auto& ti : same_date.run.task_instances) ti.id = TaskInstanceId(uuid7());
    const auto inbox = inbox_ids(*store);
    const auto outcomes = must(store->import_runs({run, run, same_date}));
    EXPECT_EQ(outcomes, (std::vector{ImportOutcome::taken, ImportOutcome::known, ImportOutcome::date_is_taken}));
    EXPECT_EQ(must(store->list_tries({DagId("moved"), RunId("r"), TaskId("a")})).size(), 2u);
    EXPECT_EQ(must(store->get_xcom({DagId("moved"), RunId("r"), TaskId("a")}, "return_value", false)).value, 5);
    EXPECT_EQ(inbox_ids(*store), inbox);
    // A file that defines it makes it a DAG like the others; its pause state and its runs stay.
    must(store->record_parsed_file(a_file("moved.py", {a_dag("moved", "h9")})));
    const auto parsed = must(store->get_dag(DagId("moved")));
    EXPECT_FALSE(parsed.is_stale);
    EXPECT_FALSE(parsed.is_paused);
    EXPECT_EQ(parsed.latest_version_number, 2);
}

TEST_P(MaintenanceContract, AHealthyDatabaseHasNoDamage) {
    ended_run("r", 0);
    EXPECT_THAT(must(store->find_damage()), testing::IsEmpty());
}

}  // namespace
}  // namespace gale
