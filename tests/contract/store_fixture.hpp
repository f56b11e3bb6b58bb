// What every part of the contract suite starts from: a store of each adapter, and rows to put into it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>

#include "base/hash.hpp"
#include "postgres_fixture.hpp"
#include "store/postgres/postgres_store.hpp"
#include "store/sqlite/sqlite_store.hpp"

namespace gale {

#define ASSERT_OK(expression) \
    if (const auto& ok_ = (expression); !ok_) FAIL() << ok_.error().to_string()
// The value, or the end of the test program's trust in it.
template <class T>
T must(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().to_string());
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

inline std::vector<std::int64_t> inbox_ids(Store& store) {
    std::vector<std::int64_t> ids;
    for (const InboxItem& item : must(store.read_inbox("node"))) ids.push_back(item.id);
    return ids;
}

// How an adapter makes databases. `open` opens the same one again, as another process would.
struct Database {
    virtual ~Database() = default;
    virtual std::unique_ptr<Store> open() = 0;
    virtual bool is_shared() const { return true; }  // false: each `open` is another
};

class SqliteFile final : public Database {
public:
    SqliteFile() : folder_(std::filesystem::temp_directory_path() / ("gale_store_" + random_alphanumeric(10))) {
        std::filesystem::create_directories(folder_);
    }
    ~SqliteFile() override { std::filesystem::remove_all(folder_); }
    std::unique_ptr<Store> open() override { return must(open_sqlite_store({.path = path()})); }
    std::string path() const { return (folder_ / "gale.db").native(); }

private:
    std::filesystem::path folder_;
};

class SqliteMemory final : public Database {
public:
    std::unique_ptr<Store> open() override { return must(open_sqlite_store({.path = ":memory:"})); }
    bool is_shared() const override { return false; }
};

class OnPostgres final : public Database {
public:
    std::unique_ptr<Store> open() override { return must(open_postgres_store({.url = database_.url()})); }

private:
    PostgresDatabase database_;
};

struct Adapter {
    const char* name;
    std::function<std::unique_ptr<Database>()> make;
};
inline std::vector<Adapter> adapters() {
    return {{"sqlite_file", [] { return std::make_unique<SqliteFile>(); }},
            {"sqlite_memory", [] { return std::make_unique<SqliteMemory>(); }},
            {"postgres", [] { return std::make_unique<OnPostgres>(); }}};
}
inline std::string adapter_name(const testing::TestParamInfo<Adapter>& info) {
    return info.param.name;
}

inline TimePoint at(std::int64_t seconds) {
    return TimePoint(std::chrono::seconds(1'700'000'000 + seconds));
}

inline ParsedDag a_dag(const std::string& dag_id, const std::string& hash = "h1") {
    ParsedDag dag;
    dag.dag_id = DagId(dag_id);
    dag.dag_hash = hash;
    dag.canonical_definition = "{\"dag_id\":\"" + dag_id + "\",\"hash\":\"" + hash + "\"}";
    dag.row.owners = {"ann", "bob"};
    dag.row.tags = {"news"};
    return dag;
}
inline ParsedFile a_file(const std::string& name, std::vector<ParsedDag> dags, std::int64_t when = 0) {
    return {.fileloc = "/dags/" + name,
            .relative_fileloc = name,
            .source_code = "source of " + name,
            .parsed_at = at(when),
            .parse_duration = 0.25,
            .dags = std::move(dags)};
}

inline NewDagRun a_run(const DagRow& dag, const std::string& run_id, std::vector<std::string> tasks = {"a", "b"},
                       std::int64_t date = 0) {
    NewDagRun made;
    made.run.dag_id = dag.dag_id;
    made.run.run_id = RunId(run_id);
    made.run.logical_date = made.run.run_after = at(date);
    made.run.data_interval = DataInterval{at(date), at(date + 60)};
    made.run.queued_at = at(date);
    made.run.dag_version = dag.latest_version;
    for (const auto& task : tasks) {
        TaskInstance ti;
        ti.id = TaskInstanceId(uuid7());
        ti.task_id = TaskId(task);
        ti.pool = PoolName("default_pool");
        ti.queue = "default";
        ti.operator_name = "BashOperator";
        made.task_instances.push_back(ti);
    }
    return made;
}

// A store with one DAG, "news".
class StoreContract : public testing::TestWithParam<Adapter> {
protected:
    StoreContract() : database(GetParam().make()), store(database->open()) {
        must(store->migrate());
        must(store->record_parsed_file(a_file("news.py", {a_dag("news")})));
        news = must(store->get_dag(DagId("news")));
    }
    TaskInstanceKey key(const std::string& run_id, const std::string& task_id) {
        return {DagId("news"), RunId(run_id), TaskId(task_id), kNotMapped};
    }
    TaskInstance task(const std::string& run_id, const std::string& task_id) {
        return must(store->get_task_instance(key(run_id, task_id)));
    }
    std::unique_ptr<Database> database;
    std::unique_ptr<Store> store;
    DagRow news;
};

template <class T>
ErrorCode code_of(const Result<T>& result) {
    return result ? throw std::runtime_error("expected an error") : result.error().code();
}

}  // namespace gale
