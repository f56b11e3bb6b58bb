#include "service/retention.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "base/file.hpp"
#include "base/hash.hpp"
#include "service/log_service.hpp"
#include "store/sqlite/sqlite_store.hpp"

namespace gale {
namespace {

namespace fs = std::filesystem;
using std::chrono::days;

class RetentionTest : public testing::Test {
protected:
    void SetUp() override {
        SqliteOptions options;
        options.path = ":memory:";
        options.now = [this] { return clock_.now(); };
        store_ = open_sqlite_store(options).value();
        ASSERT_TRUE(store_->migrate());
        ParsedFile file;
        file.fileloc = "/dags/news.py";
        ParsedDag dag;
        dag.dag_id = DagId("news");
        dag.dag_hash = "h";
        dag.canonical_definition = "{}";
        file.dags = {dag};
        ASSERT_TRUE(store_->record_parsed_file(file));
        settings_.base_log_folder = fs::temp_directory_path() / ("gale_retention_" + random_alphanumeric(8));
        settings_.pause = Duration{0};
        settings_.holder = "me";
    }
    void TearDown() override { fs::remove_all(settings_.base_log_folder); }

    // `age` days ago.
    void add_run(const std::string& run_id, int age, DagRunState state = DagRunState::success) {
        NewDagRun made;
        made.run.dag_id = DagId("news");
        made.run.run_id = RunId(run_id);
        made.run.run_type = RunType::manual;
        made.run.state = state;
        made.run.start_date = made.run.run_after = made.run.queued_at = clock_.now() - days(age);
        made.run.dag_version = store_->get_dag(DagId("news")).value().latest_version;
        TaskInstance ti;
        ti.id = TaskInstanceId(uuid7());
        ti.task_id = TaskId("a");
        ti.state = TaskState::success;
        made.task_instances = {ti};
        ASSERT_TRUE(store_->create_dag_run(made));
        ASSERT_TRUE(store_->set_xcom({key(run_id), "k", 1, clock_.now() - days(age)}));
        const auto path = log_of(run_id);
        ASSERT_TRUE(make_directories(path.parent_path()));
        std::ofstream(path) << "{}\n";
        fs::last_write_time(path, fs::file_time_type::clock::now() - days(age));
    }
    TaskInstanceKey key(const std::string& run_id) const { return {DagId("news"), RunId(run_id), TaskId("a")}; }
    fs::path log_of(const std::string& run_id) const {
        return settings_.base_log_folder / try_log_path(key(run_id), 1).value();
    }
    std::int64_t runs() { return store_->list_dag_runs({}, {}).value().total; }
    void round(std::stop_token stop = {}) {
        const auto done = Retention(*store_, clock_, settings_).round(stop);
        ASSERT_TRUE(done) << done.error().to_string();
    }

    FakeClock clock_{parse_iso8601("2026-01-02T03:04:05Z").value()};
    std::unique_ptr<Store> store_;
    RetentionSettings settings_;
};

TEST_F(RetentionTest, NothingGoesUnlessAskedFor) {
    add_run("old", 5000);
    EXPECT_FALSE(settings_.is_on());
    round();
    EXPECT_EQ(runs(), 1);
    EXPECT_TRUE(fs::exists(log_of("old")));
}

TEST_F(RetentionTest, WhatIsTooOldGoesAndTheAuditLogSaysSo) {
    for (int i = 0; i < 7; ++i) add_run("old" + std::to_string(i), 40 + i);
    add_run("young", 10);
    add_run("under_way", 50, DagRunState::running);
    settings_.dag_runs = days(30);
    settings_.batch_size = 2;
    round();
    EXPECT_EQ(runs(), 2);
    const auto audit = store_->list_audit_entries(AuditFilter{}, {}).value();
    ASSERT_EQ(audit.total, 1);
    EXPECT_EQ(audit.items[0].event, "retention");
    EXPECT_EQ(audit.items[0].extra.at("rows").at("dag_run").as_int64(), 7);
    EXPECT_TRUE(store_->list_archives().value().empty());
    round();
    EXPECT_EQ(store_->list_audit_entries(AuditFilter{}, {}).value().total, 1);
}

TEST_F(RetentionTest, EachKindHasItsAge) {
    add_run("old", 40);
    settings_.xcoms = days(30);
    settings_.audit_log = days(30);
    ASSERT_TRUE(store_->add_audit_entry({.dttm = clock_.now() - days(31), .event = "x", .owner = "ann"}));
    ASSERT_TRUE(store_->add_audit_entry({.dttm = clock_.now() - days(29), .event = "y", .owner = "ann"}));
    round();
    EXPECT_EQ(runs(), 1);
    EXPECT_TRUE(store_->list_xcoms(key("old")).value().empty());
    AuditFilter of_ann;
    of_ann.owner = "ann";
    EXPECT_EQ(store_->list_audit_entries(of_ann, {}).value().total, 1);
}

TEST_F(RetentionTest, OldLogFilesGoWithTheirEmptyFoldersButNotThoseOfARunUnderWay) {
    add_run("old", 40);
    add_run("young", 10);
    add_run("under_way", 40, DagRunState::running);
    const auto gone = settings_.base_log_folder / "dag_id=gone" / "run_id=r" / "a.log";
    ASSERT_TRUE(make_directories(gone.parent_path()));
    std::ofstream(gone) << "x";
    fs::last_write_time(gone, fs::file_time_type::clock::now() - days(40));
    const auto foreign = settings_.base_log_folder / "scheduler.log";
    std::ofstream(foreign) << "x";
    fs::last_write_time(foreign, fs::file_time_type::clock::now() - days(400));
    const auto outside = settings_.base_log_folder / "outside";
    ASSERT_TRUE(make_directories(outside));
    std::ofstream(outside / "kept") << "x";
    fs::last_write_time(outside / "kept", fs::file_time_type::clock::now() - days(400));
    fs::create_directory_symlink(outside, log_of("old").parent_path() / "link");
    settings_.task_logs = days(30);
    round();
    EXPECT_FALSE(fs::exists(log_of("old")));
    EXPECT_TRUE(fs::exists(log_of("young")));
    EXPECT_TRUE(fs::exists(log_of("under_way")));
    EXPECT_FALSE(fs::exists(settings_.base_log_folder / "dag_id=gone"));
    EXPECT_TRUE(fs::exists(foreign));
    EXPECT_TRUE(fs::exists(outside / "kept"));
    EXPECT_EQ(runs(), 3);
}

TEST_F(RetentionTest, OneSchedulerAtATimeAndNoneThatIsToldToStop) {
    add_run("old", 40);
    settings_.dag_runs = days(30);
    ASSERT_TRUE(store_->take_turn("retention", "another", std::chrono::hours(1)).value());
    round();
    EXPECT_EQ(runs(), 1);
    clock_.advance(std::chrono::hours(2));  // the other one died
    std::stop_source stopped;
    stopped.request_stop();
    round(stopped.get_token());
    EXPECT_EQ(runs(), 1);
    round();
    EXPECT_EQ(runs(), 0);
}

}  // namespace
}  // namespace gale
