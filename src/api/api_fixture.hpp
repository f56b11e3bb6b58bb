// A server's routes on a SQLite store in memory, without sockets. Every answer that a test gets is held against the
// schema that its operation declares.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/api.hpp"
#include "base/hash.hpp"
#include "base/json_schema.hpp"
#include "service/execution_service.hpp"
#include "store/sqlite/sqlite_store.hpp"

namespace gale {

// How `response` breaks what the operation of `request` declares; nullopt: it keeps it.
inline std::optional<std::string> broken_promise(const Api& api, const HttpRequest& request,
                                                 const HttpResponse& response) {
    const std::string path = request.target.substr(0, request.target.find('?'));
    const auto match = api.router().find(request.method, path);
    if (match.route == nullptr || match.route->operation.id.empty()) return std::nullopt;
    const Operation& operation = match.route->operation;
    const bool succeeded = response.status < 400;
    if (succeeded && response.status != operation.status)
        return "answers " + std::to_string(response.status) + ", declared is " + std::to_string(operation.status);
    if (response.status == 204)
        return response.body.empty() ? std::nullopt : std::optional<std::string>("204 has no body");
    if (succeeded && response.content_type != operation.media_type) return std::nullopt;
    if (response.content_type != "application/json") return std::nullopt;
    const auto value = json::parse(response.body);
    if (!value) return "is no JSON: " + value.error().to_string();
    const std::string_view component = succeeded                ? operation.answer
                                       : response.status == 422 ? std::string_view("HTTPValidationError")
                                                                : std::string_view("HTTPExceptionResponse");
    if (component.empty()) return "declares no schema of its answer";
    const auto root = json::parse_object(api.openapi()).value();
    const auto checked = check_against_schema(*value, schema::ref(component), root);
    if (checked) return std::nullopt;
    return checked.error().to_string();
}

inline constexpr const char* kDefinition = R"({"dag_id":"news","schedule":{"kind":"none"},"timezone":"UTC","tags":["x"],
 "params":{"n":{"value":1,"schema":{"type":"integer","maximum":5}}},
 "tasks":[{"task_id":"load","task_type":"BashOperator","module":"airflow.operators.bash","downstream_task_ids":["label"],"retries":1},
          {"task_id":"label","task_type":"PythonOperator","module":"airflow.operators.python","operator_name":"@task"}]})";

class ApiTest : public testing::Test {
protected:
    void SetUp() override {
        SqliteOptions options;
        options.path = ":memory:";
        store_ = open_sqlite_store(options).value();
        ASSERT_TRUE(store_->migrate());
        runs_ = std::make_unique<RunService>(*store_, clock_);
        dags_ = std::make_unique<DagService>(*store_, clock_);
        admin_ = std::make_unique<AdminService>(*store_, secrets_, clock_);
        folder_ = std::filesystem::temp_directory_path() / ("gale_api_test_" + uuid7());
        logs_ = std::make_unique<LogService>(folder_);
        results_ = std::make_unique<ResultService>(*store_, std::vector{folder_ / "results"});
        auth_ = std::make_unique<AuthService>(AuthService::open(*store_, clock_, "").value());
        ASSERT_TRUE(auth_->ensure_first_user("admin", "secret"));
        views_ = std::make_unique<ViewService>(*store_, clock_);
        users_ = std::make_unique<UserService>(*store_, clock_);
        settings_.version = "0.1.0";
        make_api();
        add_dag();
        token_ = auth_->log_in("admin", "secret", std::chrono::hours{1}).value();
    }
    void TearDown() override {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    // Anew after a change of settings_.
    void make_api() {
        api_ = std::make_unique<Api>(
            ApiServices{*store_, *runs_, *dags_, *admin_, *logs_, *results_, *auth_, *users_, clock_, *views_,
                        [this](const DagId&, const RunId&) -> Result<RunWaiting> { return waiting_; }},
            settings_);
    }

    void add_dag() {
        ParsedFile file;
        file.fileloc = "/dags/news.py";
        file.relative_fileloc = "news.py";
        file.source_code = "# the file";
        file.parsed_at = clock_.now();
        file.paused_at_creation = false;
        ParsedDag dag;
        dag.dag_id = DagId("news");
        dag.canonical_definition = json::canonical(json::parse(kDefinition).value());
        dag.dag_hash = sha256_hex(dag.canonical_definition);
        dag.row.dag_id = dag.dag_id;
        dag.row.fileloc = file.fileloc;
        dag.row.relative_fileloc = file.relative_fileloc;
        dag.row.tags = {"x"};
        dag.row.owners = {"airflow"};
        file.dags.push_back(std::move(dag));
        const auto recorded = store_->record_parsed_file(file);
        ASSERT_TRUE(recorded) << recorded.error().to_string();
    }

    HttpResponse send(const std::string& method, const std::string& target, const std::string& body = "",
                      std::vector<std::pair<std::string, std::string>> headers = {}) {
        if (!token_.empty()) headers.emplace_back("Authorization", "Bearer " + token_);
        const HttpRequest request{method, target, std::move(headers), body, "127.0.0.1"};
        auto response = api_->handle(request);
        const auto broken = broken_promise(*api_, request, response);
        EXPECT_EQ(broken, std::nullopt) << method << " " << target << "\n" << response.body;
        return response;
    }
    json::object object_of(const HttpResponse& response) {
        auto parsed = json::parse_object(response.body);
        EXPECT_TRUE(parsed) << response.body;
        return parsed.value_or(json::object());
    }
    json::object trigger(const std::string& body = R"({"logical_date":null,"dag_run_id":"r1"})") {
        const auto response = send("POST", "/api/v2/dags/news/dagRuns", body);
        EXPECT_EQ(response.status, 200) << response.body;
        return object_of(response);
    }
    // As if the scheduler and a worker had done it.
    void set_state(const std::string& task, TaskState to, DagRunState run_state) {
        const auto run = store_->get_dag_run(DagId("news"), RunId("r1")).value();
        const auto instance = store_->get_task_instance({DagId("news"), RunId("r1"), TaskId(task)}).value();
        Plan plan;
        TaskTransition move{.id = instance.id,
                            .from = instance.state,
                            .from_try_number = instance.try_number,
                            .to = to,
                            .try_number = 1,
                            .max_tries = {},
                            .scheduled_at = {},
                            .queued_at = {},
                            .start_date = clock_.now(),
                            .end_date = {},
                            .next_try_at = {},
                            .hostname = {},
                            .pid = {},
                            .reason = {},
                            .new_id = {}};
        if (is_finished(to)) move.end_date = clock_.now();
        plan.tasks.push_back(move);
        if (run.state != run_state) plan.runs.push_back({run.key, run.state, run_state, clock_.now(), {}});
        const auto applied = store_->apply(plan);
        ASSERT_TRUE(applied) << applied.error().to_string();
        ASSERT_TRUE(applied->task_conflicts.empty());
    }

    FakeClock clock_{parse_iso8601("2026-01-02T03:04:05Z").value()};
    Secrets secrets_ = Secrets::from_fernet_keys("").value();
    std::unique_ptr<Store> store_;
    std::unique_ptr<RunService> runs_;
    std::unique_ptr<DagService> dags_;
    std::unique_ptr<AdminService> admin_;
    std::unique_ptr<LogService> logs_;
    std::unique_ptr<ResultService> results_;
    std::unique_ptr<AuthService> auth_;
    std::unique_ptr<ViewService> views_;
    RunWaiting waiting_;  // what the scheduler's room would say of every run
    std::unique_ptr<UserService> users_;
    ApiSettings settings_;
    std::unique_ptr<Api> api_;
    std::filesystem::path folder_;
    std::string token_;
};

}  // namespace gale
