#include "store_fixture.hpp"

namespace gale {
namespace {

class CatalogContract : public StoreContract {};
INSTANTIATE_TEST_SUITE_P(Stores, CatalogContract, testing::ValuesIn(adapters()), adapter_name);

TEST_P(CatalogContract, TheSameHashMakesNoNewVersionAndDoesNotWakeTheScheduler) {
    Plan consume;
    consume.consume_inbox = inbox_ids(*store);
    must(store->apply(consume));
    must(store->record_parsed_file(a_file("news.py", {a_dag("news")}, 5)));
    const auto dag = must(store->get_dag(DagId("news")));
    EXPECT_EQ(dag.latest_version, news.latest_version);
    EXPECT_EQ(dag.last_parsed_time, at(5));
    EXPECT_TRUE(must(store->read_inbox("node")).empty());
}

TEST_P(CatalogContract, AVersionWithoutRunsIsReplacedUnderItsNumberAndANewKey) {
    must(store->record_parsed_file(a_file("news.py", {a_dag("news", "h2")})));
    const auto version = must(store->latest_dag_version(DagId("news")));
    EXPECT_EQ(version.version_number, 1);
    EXPECT_EQ(version.dag_hash, "h2");
    EXPECT_EQ(version.definition.at("hash"), "h2");
    EXPECT_EQ(version.source_code, "source of news.py");
    EXPECT_EQ(code_of(store->get_dag_version(news.latest_version)), ErrorCode::not_found);
    EXPECT_EQ(code_of(store->create_dag_run(a_run(news, "r"))), ErrorCode::conflict);
}

TEST_P(CatalogContract, AVersionWithRunsStays) {
    must(store->create_dag_run(a_run(news, "r")));
    must(store->record_parsed_file(a_file("news.py", {a_dag("news", "h2")})));
    EXPECT_EQ(must(store->get_dag(DagId("news"))).latest_version_number, 2);
    EXPECT_EQ(must(store->get_dag_version(news.latest_version)).dag_hash, "h1");
    const auto versions = must(store->list_dag_versions(DagId("news"), {}));
    ASSERT_EQ(versions.total, 2);
    EXPECT_EQ(versions.items.front().version_number, 2);
}

TEST_P(CatalogContract, ADagThatItsFileNoLongerDefinesTurnsStaleAndComesBack) {
    must(store->record_parsed_file(a_file("news.py", {})));
    EXPECT_TRUE(must(store->get_dag(DagId("news"))).is_stale);
    EXPECT_TRUE(must(store->load_dags()).empty());
    EXPECT_EQ(must(store->list_dags({}, {})).total, 0);
    EXPECT_EQ(must(store->list_dags({.include_stale = true}, {})).total, 1);
    must(store->record_parsed_file(a_file("other.py", {a_dag("news")})));
    EXPECT_FALSE(must(store->get_dag(DagId("news"))).is_stale);
    EXPECT_EQ(must(store->get_dag(DagId("news"))).fileloc, "/dags/other.py");
}

TEST_P(CatalogContract, AnImportErrorKeepsTheDagsAndGoesWhenRepaired) {
    auto broken = a_file("news.py", {});
    broken.import_error = "SyntaxError: line 3";
    must(store->record_parsed_file(broken));
    EXPECT_FALSE(must(store->get_dag(DagId("news"))).is_stale);
    EXPECT_TRUE(must(store->get_dag(DagId("news"))).has_import_errors);
    const auto errors = must(store->list_import_errors({}));
    ASSERT_EQ(errors.total, 1);
    EXPECT_EQ(must(store->get_import_error(errors.items[0].id)).stacktrace, "SyntaxError: line 3");
    must(store->record_parsed_file(a_file("news.py", {a_dag("news")})));
    EXPECT_FALSE(must(store->get_dag(DagId("news"))).has_import_errors);
    EXPECT_EQ(must(store->list_import_errors({})).total, 0);
}

TEST_P(CatalogContract, ADagIdOfAnotherFileIsNotTakenOver) {
    must(store->record_parsed_file(a_file("thief.py", {a_dag("news", "h9"), a_dag("mine")})));
    EXPECT_EQ(must(store->get_dag(DagId("news"))).fileloc, "/dags/news.py");
    EXPECT_EQ(must(store->latest_dag_version(DagId("news"))).dag_hash, "h1");
    EXPECT_EQ(must(store->get_dag(DagId("mine"))).fileloc, "/dags/thief.py");
    const auto errors = must(store->list_import_errors({}));
    ASSERT_EQ(errors.total, 1);
    EXPECT_THAT(errors.items[0].stacktrace,
                testing::AllOf(testing::HasSubstr("/dags/news.py"), testing::HasSubstr("thief.py")));
}

TEST_P(CatalogContract, ForgottenFilesLeaveStaleDagsAndNoImportErrors) {
    auto broken = a_file("broken.py", {});
    broken.import_error = "no";
    must(store->record_parsed_file(broken));
    EXPECT_THAT(must(store->known_files()), testing::ElementsAre("/dags/broken.py", "/dags/news.py"));
    must(store->forget_files({"/dags/broken.py", "/dags/news.py"}));
    EXPECT_TRUE(must(store->known_files()).empty());
    EXPECT_TRUE(must(store->get_dag(DagId("news"))).is_stale);
}

TEST_P(CatalogContract, ListsFilterOrderAndPage) {
    auto other = a_dag("Zebra");
    other.row.tags = {"x"};
    other.is_paused_upon_creation = false;
    must(store->record_parsed_file(a_file("z.py", {other})));
    EXPECT_EQ(must(store->list_dags({.dag_id = {.pattern = "EWS"}}, {})).items.at(0).dag_id, DagId("news"));
    EXPECT_EQ(must(store->list_dags({.tags = {"x", "y"}}, {})).items.at(0).dag_id, DagId("Zebra"));
    EXPECT_EQ(must(store->list_dags({.owners = {"bob"}}, {})).total, 2);
    EXPECT_EQ(must(store->list_dags({.owners = {"bo"}}, {})).total, 0);
    EXPECT_EQ(must(store->list_dags({.paused = false}, {})).items.at(0).dag_id, DagId("Zebra"));
    const auto page = must(store->list_dags({}, {.limit = 1, .offset = 1, .order_by = {"-dag_id"}}));
    EXPECT_EQ(page.total, 2);
    EXPECT_EQ(page.items.at(0).dag_id, DagId("Zebra"));
    EXPECT_EQ(code_of(store->list_dags({}, {.order_by = {"colour"}})), ErrorCode::invalid_argument);
    EXPECT_EQ(code_of(store->list_dags({}, {.limit = -2})), ErrorCode::invalid_argument);
}

TEST_P(CatalogContract, FiltersByTheStateOfTheNewestRun) {
    auto run = a_run(news, "r");
    run.run.state = DagRunState::failed;
    must(store->create_dag_run(run));
    EXPECT_EQ(must(store->list_dags({.last_dag_run_state = DagRunState::failed}, {})).total, 1);
    EXPECT_EQ(must(store->list_dags({.last_dag_run_state = DagRunState::success}, {})).total, 0);
}

TEST_P(CatalogContract, PausingIsKeptOverParsesAndUnknownIdsAreNamed) {
    EXPECT_TRUE(news.is_paused);
    must(store->set_dag_paused(DagId("news"), false));
    must(store->record_parsed_file(a_file("news.py", {a_dag("news", "h2")})));
    EXPECT_FALSE(must(store->get_dag(DagId("news"))).is_paused);
    const auto missing = store->set_dag_paused(DagId("nws"), true);
    EXPECT_EQ(code_of(missing), ErrorCode::not_found);
    EXPECT_THAT(missing.error().message(), testing::HasSubstr("'nws'"));
    EXPECT_EQ(code_of(store->get_dag(DagId("nws"))), ErrorCode::not_found);
}

TEST_P(CatalogContract, DeletingADagTakesItsRunsAndIsRefusedWhileTasksRun) {
    auto run = a_run(news, "r");
    run.task_instances[0].state = TaskState::running;
    must(store->create_dag_run(run));
    const auto refused = store->delete_dag(DagId("news"));
    EXPECT_EQ(code_of(refused), ErrorCode::conflict);
    EXPECT_THAT(refused.error().message(), testing::HasSubstr("task 'a' of run 'r'"));
    must(store->set_xcom({key("r", "b"), "k", 1, at(0)}));
    Plan end;
    end.tasks.push_back({.id = run.task_instances[0].id, .from = TaskState::running, .to = TaskState::success});
    must(store->apply(end));
    must(store->delete_dag(DagId("news")));
    EXPECT_EQ(code_of(store->get_dag(DagId("news"))), ErrorCode::not_found);
    EXPECT_EQ(must(store->list_dag_runs({}, {})).total, 0);
    EXPECT_EQ(must(store->list_task_instances({}, {})).total, 0);
    EXPECT_EQ(code_of(store->delete_dag(DagId("news"))), ErrorCode::not_found);
}

}  // namespace
}  // namespace gale
