// What is SQLite's own: paths, migrations, constraints, query plans, damage.
#include <sqlite3.h>

#include <cstdlib>
#include <fstream>
#include <mutex>
#include <set>

#include "base/file.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/schema.hpp"
#include "store_fixture.hpp"

namespace gale {
namespace {

class SqliteContract : public testing::Test {
protected:
    std::unique_ptr<sqlite::Connection> raw() { return must(sqlite::Connection::open({.path = file.path()})); }
    std::unique_ptr<Store> migrated(SqliteOptions options = {}) {
        options.path = file.path();
        auto store = must(open_sqlite_store(options));
        must(store->migrate());
        return store;
    }
    SqliteFile file;
};

TEST_F(SqliteContract, WrongPathsAreClearErrors) {
    const auto error = [](const std::string& path) {
        const auto opened = open_sqlite_store({.path = path});
        return opened ? Error(ErrorCode::internal, "opened") : opened.error();
    };
    EXPECT_EQ(error("/tmp").code(), ErrorCode::invalid_argument);
    EXPECT_EQ(error("/no/such/folder/x.db").code(), ErrorCode::not_found);
    EXPECT_THAT(error("/proc/x.db").message(), testing::HasSubstr("/proc/x.db"));
    std::ofstream(file.path()) << std::string(5000, 'x');
    EXPECT_EQ(error(file.path()).code(), ErrorCode::data_corrupt);
    EXPECT_THAT(error(file.path()).message(), testing::HasSubstr(file.path()));
}

TEST_F(SqliteContract, MigratesAnEmptyFileOnceAndSaysSo) {
    auto store = file.open();
    EXPECT_EQ(must(store->schema_status()).current, 0);
    EXPECT_EQ(code_of(store->list_pools()), ErrorCode::conflict);
    must(store->migrate());
    must(store->migrate());
    const auto status = must(store->schema_status());
    EXPECT_EQ(status.current, status.wanted);
    must(store->check());
    std::filesystem::remove(file.path());
    EXPECT_EQ(code_of(store->check()), ErrorCode::unavailable);
}

TEST_F(SqliteContract, ANewerSchemaIsAConflictThatSaysBothNumbers) {
    auto store = migrated();
    must(raw()->execute("INSERT INTO schema_migrations VALUES (99, 'x', 'y', 0)"));
    const auto refused = store->migrate();
    EXPECT_EQ(code_of(refused), ErrorCode::conflict);
    EXPECT_THAT(refused.error().message(),
                testing::AllOf(testing::HasSubstr("99"),
                               testing::HasSubstr("up to " + std::to_string(sqlite::embedded_migrations().size()))));
}

TEST_F(SqliteContract, AnotherProgramsDatabaseIsLeftAlone) {
    must(raw()->script("CREATE TABLE alembic_version (x)"));
    EXPECT_EQ(code_of(file.open()->migrate()), ErrorCode::conflict);
}

TEST_F(SqliteContract, AChangedMigrationIsNoticed) {
    auto store = migrated();
    must(raw()->execute("UPDATE schema_migrations SET sha256 = 'x'"));
    EXPECT_EQ(code_of(store->schema_status()), ErrorCode::data_corrupt);
}

TEST_F(SqliteContract, AFailedMigrationLeavesTheSchemaAsItWas) {
    auto store = migrated();
    auto connection = raw();
    auto schema = sqlite::schema();
    schema.known.push_back({schema.known.back().number + 1, "bad", "CREATE TABLE half (x); nonsense;"});
    const auto before = must(sqlite::dump_schema(*connection));
    must(connection->execute("BEGIN IMMEDIATE"));
    const auto applied = sql::apply_migrations(*connection, schema);
    ASSERT_FALSE(applied);
    EXPECT_THAT(applied.error().message(), testing::HasSubstr("bad"));
    must(connection->execute("ROLLBACK"));
    EXPECT_EQ(must(sqlite::dump_schema(*connection)), before);
}

// Refresh with GALE_UPDATE_GOLDENS=1 after adding a migration, and review the difference.
TEST_F(SqliteContract, TheSchemaIsTheSumOfTheMigrations) {
    auto store = migrated();
    const auto dump = must(sqlite::dump_schema(*raw()));
    const std::string golden = GALE_SOURCE_DIR "/src/store/sqlite/schema.sql";
    if (std::getenv("GALE_UPDATE_GOLDENS") != nullptr) must(write_file_atomically(golden, dump));
    EXPECT_EQ(must(read_file(golden)), dump);
    // And the file makes that schema by itself.
    auto fresh = must(sqlite::Connection::open({.path = ":memory:"}));
    must(fresh->script(must(read_file(golden))));
    EXPECT_EQ(must(sqlite::dump_schema(*fresh)), dump);
}

TEST_F(SqliteContract, TheStateChecksAreTheModelsStates) {
    auto store = migrated();
    const auto schema = must(sqlite::dump_schema(*raw()));
    std::string tasks, runs;
    for (const auto state : all_task_states()) {
        if (state != TaskState::none) tasks += (tasks.empty() ? "'" : ", '") + std::string(to_string(state)) + "'";
    }
    for (const auto state : all_dag_run_states())
        runs += (runs.empty() ? "'" : ", '") + std::string(to_string(state)) + "'";
    std::string flat;
    for (const char c : schema) {
        if (c == '\n' || (c == ' ' && (flat.ends_with(' ') || flat.ends_with('(')))) {
            if (!flat.ends_with(' ') && !flat.ends_with('(')) flat += ' ';
            continue;
        }
        flat += c;
    }
    EXPECT_THAT(flat, testing::HasSubstr("state IN (" + tasks + ")"));
    EXPECT_THAT(flat, testing::HasSubstr("state IN (" + runs + ")"));
}

TEST_F(SqliteContract, ADamagedRowIsNamedAndTheOthersLoad) {
    auto store = migrated();
    must(store->record_parsed_file(a_file("n.py", {a_dag("news")})));
    const auto dag = must(store->get_dag(DagId("news")));
    const auto bad = must(store->create_dag_run(a_run(dag, "bad", {"a"}, 0)));
    must(store->create_dag_run(a_run(dag, "good", {"a"}, 60)));
    must(raw()->execute("UPDATE dag_run SET conf = '{oops' WHERE id = ?", bad.key));
    const auto read = store->get_dag_run(DagId("news"), RunId("bad"));
    EXPECT_EQ(code_of(read), ErrorCode::data_corrupt);
    EXPECT_THAT(read.error().message(),
                testing::HasSubstr("row " + std::to_string(bad.key.value()) + " of table dag_run"));
    const auto active = must(store->load_active_runs());
    ASSERT_EQ(active.size(), 1u);
    EXPECT_EQ(active[0].run.run_id, RunId("good"));
}

TEST_F(SqliteContract, AFullDiskIsSaidAndNothingIsHalfWritten) {
    auto store = migrated({.max_pages = 120});
    std::int64_t written = 0;
    Result<void> result;
    while (result && written < 1000) {
        result = store->set_variable({.key = std::to_string(written), .value = std::string(20'000, 'x')});
        if (result) ++written;
    }
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code(), ErrorCode::resource_exhausted);
    EXPECT_THAT(result.error().message(), testing::HasSubstr(file.path()));
    EXPECT_EQ(must(store->list_variables({}, {.limit = 1})).total, written);
    must(store->delete_variable("0"));
    must(store->set_variable({.key = "again", .value = "x"}));
}

TEST_F(SqliteContract, ALockHeldTooLongIsUnavailableAndNamesTheFile) {
    auto store = migrated({.busy_timeout = std::chrono::milliseconds(30)});
    auto other = raw();
    must(other->execute("BEGIN IMMEDIATE"));
    const auto refused = store->set_variable({.key = "k", .value = "v"});
    EXPECT_EQ(code_of(refused), ErrorCode::unavailable);
    EXPECT_THAT(refused.error().message(), testing::HasSubstr(file.path()));
    must(other->execute("COMMIT"));
    must(store->set_variable({.key = "k", .value = "v"}));
}

// Every statement that the hot paths prepare, looked at with EXPLAIN QUERY PLAN: none may walk a table that grows.
TEST_F(SqliteContract, HotPathsUseIndexes) {
    std::mutex mutex;
    std::set<std::string> statements;
    auto store = migrated({.on_prepare = [&](std::string_view sql) {
        std::scoped_lock lock(mutex);
        statements.emplace(sql);
    }});
    must(store->record_parsed_file(a_file("n.py", {a_dag("news")})));
    const auto dag = must(store->get_dag(DagId("news")));
    auto made = a_run(dag, "r");
    const auto run = must(store->create_dag_run(made));
    const TaskInstanceKey key{DagId("news"), RunId("r"), TaskId("a")};
    Plan plan;
    plan.tasks = {{.id = made.task_instances[0].id, .to = TaskState::up_for_retry, .new_id = TaskInstanceId(uuid7())}};
    plan.runs = {{.run = run.key}};
    plan.consume_inbox = {1};
    must(store->apply(plan));
    must(store->load_active_runs());
    must(store->previous_run(run, true));
    must(store->recent_outcomes(DagId("news"), 3));
    must(store->set_xcom({key, "k", 1, at(0)}));
    must(store->get_xcom(key, "k", false));
    must(store->get_xcom(key, "k", true));
    must(store->list_xcoms(key));
    must(store->get_task_instance(key));
    must(store->list_tries(key));
    must(store->pools_in_use());
    must(store->list_dag_runs({.dag_id = DagId("news")}, {.order_by = {"-run_after"}}));
    must(store->list_task_instances({.dag_id = DagId("news"), .run_id = RunId("r")}, {}));
    must(store->list_audit_entries(DagId("news"), {}));
    must(store->grid_rows({.dag_id = DagId("news")}, 25));
    must(store->recent_runs({DagId("news")}, 14));
    must(store->duration_rows(DagId("news"), 50));
    must(store->recent_durations(DagId("news"), 20));
    must(store->run_dates(DagId("news"), {.from = at(0), .to = at(1)}));
    must(store->tries_of_run(DagId("news"), RunId("r")));
    must(store->running_runs(20));
    must(store->count_queued_runs());
    must(store->count_dags());
    must(store->occupying_task_instances());
    must(store->delete_dag_run(DagId("news"), RunId("r")));
    store.reset();
    auto connection = raw();
    const std::set<std::string> growing = {"dag_run", "dr", "r",  "task_instance", "ti", "task_instance_history",
                                           "xcom",    "x",  "log"};
    int looked_at = 0;
    for (const auto& sql : statements) {
        if (!sql.starts_with("SELECT") && !sql.starts_with("UPDATE") && !sql.starts_with("DELETE")) continue;
        auto cursor = must(connection->query("EXPLAIN QUERY PLAN " + sql));
        ++looked_at;
        while (must(cursor.next())) {
            std::int64_t id = 0, parent = 0, unused = 0;
            std::string detail;
            must(cursor.read("plan", id, parent, unused, detail));
            for (const auto& table : growing) {
                // The partial indexes hold only what is active.
                const bool scans = detail == "SCAN " + table || detail.starts_with("SCAN " + table + " ");
                const bool active_only =
                    detail.ends_with("task_instance_in_pools") || detail.ends_with("dag_run_active");
                EXPECT_FALSE(scans && !active_only) << sql << "\n" << detail;
            }
        }
    }
    EXPECT_GT(looked_at, 20);
}

}  // namespace
}  // namespace gale
