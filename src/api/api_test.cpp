// The routes on a SQLite store in memory, without sockets.
#include <fstream>

#include "api/api_fixture.hpp"

namespace gale {
namespace {

TEST_F(ApiTest, HealthAndVersionNeedNoLogIn) {
    token_.clear();
    const auto health = object_of(send("GET", "/api/v2/monitor/health"));
    EXPECT_EQ(health.at("metadatabase").at("status"), "healthy");
    EXPECT_EQ(health.at("scheduler").at("status"), "unhealthy");
    EXPECT_TRUE(health.at("triggerer").at("status").is_null());
    EXPECT_EQ(object_of(send("GET", "/api/v2/version")).at("version"), "0.1.0");
}

TEST_F(ApiTest, HealthFollowsTheSchedulersHeartbeat) {
    Job job{.id = 0,
            .job_type = "SchedulerJob",
            .state = "running",
            .hostname = "h",
            .start_date = clock_.now(),
            .latest_heartbeat = clock_.now(),
            .end_date = {}};
    ASSERT_TRUE(store_->save_job(job));
    EXPECT_EQ(object_of(send("GET", "/api/v2/monitor/health")).at("scheduler").at("status"), "healthy");
    clock_.advance(std::chrono::minutes{1});
    EXPECT_EQ(object_of(send("GET", "/api/v2/monitor/health")).at("scheduler").at("status"), "unhealthy");
}

TEST_F(ApiTest, TheRestNeedsAToken) {
    const std::string good = token_;
    for (const std::string& bad : {std::string(), std::string("x.y.z"), good.substr(0, good.size() - 2), good + "A"}) {
        token_ = bad;
        EXPECT_EQ(send("GET", "/api/v2/dags").status, 401) << bad;
    }
    token_ = good;
    EXPECT_EQ(send("GET", "/api/v2/dags").status, 200);
    clock_.advance(std::chrono::hours{2});
    EXPECT_EQ(send("GET", "/api/v2/dags").status, 401);
}

TEST_F(ApiTest, ATokenIsGivenForTheRightPasswordOnly) {
    token_.clear();
    const auto given = send("POST", "/auth/token", R"({"username":"admin","password":"secret"})");
    ASSERT_EQ(given.status, 201) << given.body;
    token_ = std::string(object_of(given).at("access_token").as_string());
    EXPECT_EQ(send("GET", "/api/v2/dags").status, 200);
    EXPECT_EQ(send("POST", "/auth/token", R"({"username":"admin","password":"wrong"})").status, 401);
    EXPECT_EQ(send("POST", "/auth/token", R"({"username":"nobody","password":"secret"})").status, 401);
    EXPECT_EQ(send("POST", "/auth/token", R"({"username":"admin"})").status, 422);
    EXPECT_EQ(send("POST", "/auth/token", "{").status, 422);
    EXPECT_EQ(send("GET", "/auth/token").status, 401);
}

TEST_F(ApiTest, GuessingPasswordsIsSlowedDown) {
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(send("POST", "/auth/token", R"({"username":"admin","password":"no"})").status, 401);
    EXPECT_EQ(send("POST", "/auth/token", R"({"username":"admin","password":"secret"})").status, 429);
    clock_.advance(std::chrono::seconds{2});
    EXPECT_EQ(send("POST", "/auth/token", R"({"username":"admin","password":"secret"})").status, 201);
}

TEST_F(ApiTest, AViewerMayLookButNotTrigger) {
    ASSERT_TRUE(store_->set_user({.username = "eve",
                                  .password_hash = hash_password("pw"),
                                  .role = "viewer",
                                  .active = true,
                                  .session_key = "k",
                                  .created_at = clock_.now(),
                                  .last_login_at = {}}));
    token_ = auth_->log_in("eve", "pw", std::chrono::hours{1}).value();
    EXPECT_EQ(send("GET", "/api/v2/dags").status, 200);
    EXPECT_EQ(send("POST", "/api/v2/dags/news/dagRuns", R"({"logical_date":null})").status, 403);
}

TEST_F(ApiTest, UnknownPathsAndMethodsSaySo) {
    EXPECT_EQ(send("GET", "/api/v2/nothing").status, 404);
    const auto wrong = send("PUT", "/api/v2/dags");
    EXPECT_EQ(wrong.status, 405);
    EXPECT_EQ(send("GET", "/api/v2/dags/nope").status, 404);
    EXPECT_EQ(send("GET", "/api/v2/dags/%zz").status, 404);
    EXPECT_EQ(send("GET", "/api/v2/dags?limit=%z").status, 400);
}

TEST_F(ApiTest, WrongQueryValuesAreAirflowsValidationErrors) {
    for (const char* query : {"limit=x", "limit=-1", "paused=perhaps", "last_dag_run_state=blue"}) {
        const auto response = send("GET", std::string("/api/v2/dags?") + query);
        EXPECT_EQ(response.status, 422) << query << response.body;
        EXPECT_EQ(object_of(response).at("detail").as_array()[0].at("loc").as_array()[0], "query");
    }
    EXPECT_EQ(send("GET", "/api/v2/dags?order_by=nonsense").status, 400);
}

TEST_F(ApiTest, DagsAreListedShownAndPaused) {
    const auto list = object_of(send("GET", "/api/v2/dags?limit=1000&tags=x"));
    EXPECT_EQ(list.at("total_entries"), 1);
    EXPECT_EQ(list.at("dags").as_array()[0].at("dag_id"), "news");
    EXPECT_EQ(send("GET", "/api/v2/dags/news/details").status, 200);
    EXPECT_EQ(object_of(send("GET", "/api/v2/dagSources/news")).at("content"), "# the file");
    EXPECT_EQ(object_of(send("GET", "/api/v2/dags/news/tasks")).at("total_entries"), 2);
    EXPECT_EQ(object_of(send("GET", "/api/v2/dags/news/dagVersions")).at("total_entries"), 1);
    const auto paused = object_of(send("PATCH", "/api/v2/dags/news?update_mask=is_paused", R"({"is_paused":true})"));
    EXPECT_EQ(paused.at("is_paused"), true);
    EXPECT_EQ(object_of(send("GET", "/api/v2/dags?paused=false")).at("total_entries"), 0);
    EXPECT_EQ(send("PATCH", "/api/v2/dags/news", R"({"is_paused":"x"})").status, 422);
    EXPECT_EQ(object_of(send("GET", "/api/v2/eventLogs?dag_id=news")).at("total_entries"), 1);
}

TEST_F(ApiTest, ATriggeredRunIsQueuedWithItsTaskInstances) {
    const auto run = trigger();
    EXPECT_EQ(run.at("state"), "queued");
    EXPECT_EQ(run.at("dag_run_id"), "r1");
    EXPECT_TRUE(run.at("logical_date").is_null());
    EXPECT_EQ(run.at("triggering_user_name"), "admin");
    EXPECT_EQ(run.at("triggered_by"), "rest_api");
    const auto listed = object_of(send("GET", "/api/v2/dags/news/dagRuns/r1/taskInstances?limit=1000"));
    ASSERT_EQ(listed.at("total_entries"), 2) << json::serialize(listed);
    EXPECT_TRUE(listed.at("task_instances").as_array()[0].at("state").is_null());
    EXPECT_EQ(object_of(send("GET", "/api/v2/dags/~/dagRuns")).at("total_entries"), 1);
    EXPECT_EQ(object_of(send("GET", "/api/v2/dags/~/dagRuns/~/taskInstances")).at("total_entries"), 2);
    EXPECT_EQ(send("GET", "/api/v2/dags/news/dagRuns/none").status, 404);
}

TEST_F(ApiTest, WrongTriggersAreRefused) {
    trigger();
    const std::pair<const char*, int> cases[] = {
        {R"({"logical_date":null,"dag_run_id":"r1"})", 409},
        {R"({})", 422},
        {R"({"logical_date":"yesterday"})", 422},
        {R"({"logical_date":null,"conf":{"n":6}})", 400},
        {R"({"logical_date":null,"conf":3})", 422},
        {R"({"logical_date":null,"dag_run_id":"scheduled__x"})", 400},
        {R"({"logical_date":null,"dag_run_id":"a/../b"})", 400},
        {R"({"logical_date":null,"unknown":1})", 422},
        {R"({"logical_date":null,"data_interval_start":"2026-01-01"})", 422},
        {R"([1])", 422},
    };
    for (const auto& [body, status] : cases) {
        const auto response = send("POST", "/api/v2/dags/news/dagRuns", body);
        EXPECT_EQ(response.status, status) << body << " " << response.body;
    }
    EXPECT_EQ(send("POST", "/api/v2/dags/nope/dagRuns", R"({"logical_date":null})").status, 404);
    EXPECT_EQ(object_of(send("GET", "/api/v2/dags/news/dagRuns")).at("total_entries"), 1);
}

TEST_F(ApiTest, ClearingAFinishedTaskGivesANewTryAndQueuesTheRun) {
    trigger();
    set_state("load", TaskState::failed, DagRunState::failed);
    const std::string body = R"({"dag_run_id":"r1","task_ids":["load"],"dry_run":false})";
    const auto dry =
        object_of(send("POST", "/api/v2/dags/news/clearTaskInstances", R"({"dag_run_id":"r1","task_ids":["load"]})"));
    EXPECT_EQ(dry.at("total_entries"), 1);
    EXPECT_EQ(object_of(send("GET", "/api/v2/dags/news/dagRuns/r1")).at("state"), "failed");
    const auto before = object_of(send("GET", "/api/v2/dags/news/dagRuns/r1/taskInstances/load"));
    const auto cleared = send("POST", "/api/v2/dags/news/clearTaskInstances", body);
    ASSERT_EQ(cleared.status, 200) << cleared.body;
    const auto after = object_of(send("GET", "/api/v2/dags/news/dagRuns/r1/taskInstances/load"));
    EXPECT_TRUE(after.at("state").is_null());
    EXPECT_NE(after.at("id"), before.at("id"));
    EXPECT_EQ(after.at("max_tries"), 2);  // one try done, one retry granted
    EXPECT_EQ(object_of(send("GET", "/api/v2/dags/news/dagRuns/r1")).at("state"), "queued");
    EXPECT_EQ(send("POST", "/api/v2/dags/news/clearTaskInstances", R"({"dag_run_id":"r1","task_ids":["nope"]})").status,
              404);
}

TEST_F(ApiTest, MarkingARunEndsItsTasks) {
    trigger();
    set_state("load", TaskState::running, DagRunState::running);
    const auto run = send("PATCH", "/api/v2/dags/news/dagRuns/r1", R"({"state":"failed","note":"why"})");
    ASSERT_EQ(run.status, 200) << run.body;
    EXPECT_EQ(object_of(run).at("state"), "failed");
    EXPECT_EQ(object_of(run).at("note"), "why");
    EXPECT_EQ(object_of(send("GET", "/api/v2/dags/news/dagRuns/r1/taskInstances/load")).at("state"), "failed");
    EXPECT_EQ(object_of(send("GET", "/api/v2/dags/news/dagRuns/r1/taskInstances/label")).at("state"), "skipped");
    EXPECT_EQ(send("PATCH", "/api/v2/dags/news/dagRuns/r1", R"({"state":"running"})").status, 422);
}

TEST_F(ApiTest, ALogIsReadInPagesWhileItGrows) {
    trigger();
    set_state("load", TaskState::running, DagRunState::running);
    const auto path = folder_ / "dag_id=news/run_id=r1/task_id=load/attempt=1.log";
    std::filesystem::create_directories(path.parent_path());
    std::ofstream log(path);
    log << R"({"event":"one","level":"info"})" << "\n" << R"({"event":"tw)" << std::flush;
    const std::string target = "/api/v2/dags/news/dagRuns/r1/taskInstances/load/logs/1";
    const auto first = object_of(send("GET", target));
    ASSERT_EQ(first.at("content").as_array().size(), 1u) << json::serialize(first);
    const std::string token(first.at("continuation_token").as_string());
    log << R"(o"})" << "\n" << std::flush;
    set_state("load", TaskState::success, DagRunState::running);
    const auto second = object_of(send("GET", target + "?token=" + token));
    ASSERT_EQ(second.at("content").as_array().size(), 1u);
    EXPECT_EQ(second.at("content").as_array()[0].at("event"), "two");
    EXPECT_TRUE(second.at("continuation_token").is_null());
    EXPECT_EQ(send("GET", target, "", {{"Accept", "text/plain"}}).body, "info - one\ntwo\n");
    EXPECT_EQ(send("GET", target + "?token=../x").status, 400);
    EXPECT_EQ(send("GET", "/api/v2/dags/news/dagRuns/r1/taskInstances/load/logs/7").status, 404);
    EXPECT_EQ(send("GET", "/api/v2/dags/..%2F..%2Fetc/dagRuns/r1/taskInstances/load/logs/1").status, 404);
}

TEST_F(ApiTest, ALogIsReadByLineNumberAndSearched) {
    trigger();
    set_state("load", TaskState::running, DagRunState::running);
    const std::string target = "/gale/dags/news/dagRuns/r1/taskInstances/load/-1/logs/1";
    auto index = object_of(send("GET", target + "/index?q=x"));
    EXPECT_EQ(index.at("lines"), 0);
    EXPECT_EQ(index.at("growing"), true);
    EXPECT_EQ(index.at("matches"), json::array());
    const auto path = folder_ / "dag_id=news/run_id=r1/task_id=load/attempt=1.log";
    std::filesystem::create_directories(path.parent_path());
    std::ofstream log(path);
    log << R"({"event":"one","level":"info"})" << "\nplain \xff\n"
        << R"({"event":")" << std::string(100'000, 'x') << R"(","level":"error"})" << "\n"
        << std::flush;
    index = object_of(send("GET", target + "/index?level=error&level=info&q=X"));
    EXPECT_EQ(index.at("lines"), 3);
    EXPECT_EQ(index.at("first_error"), 2);
    EXPECT_EQ(index.at("matches"), json::array({2}));
    EXPECT_EQ(index.at("complete"), true);
    const auto lines = object_of(send("GET", target + "/lines?from=1&count=5"));
    ASSERT_EQ(lines.at("lines").as_array().size(), 2u);
    EXPECT_EQ(lines.at("lines").as_array()[0].at("event"), "plain \xef\xbf\xbd");
    EXPECT_EQ(lines.at("lines").as_array()[1].at("event").as_string().size(), 65536u);
    EXPECT_EQ(lines.at("lines").as_array()[1].at("cut"), true);
    EXPECT_EQ(send("GET", target + "/lines?from=-1").status, 422);
    EXPECT_EQ(send("GET", target + "/index?q=" + std::string(1001, 'x')).status, 422);
    EXPECT_EQ(send("GET", "/gale/dags/news/dagRuns/r1/taskInstances/load/-1/logs/7/lines").status, 404);
    EXPECT_EQ(send("GET", "/gale/dags/nope/dagRuns/r1/taskInstances/load/-1/logs/1/index").status, 404);
    set_state("load", TaskState::success, DagRunState::running);
    std::filesystem::remove(path);
    const auto gone = send("GET", target + "/lines");
    EXPECT_EQ(gone.status, 404);
    EXPECT_NE(gone.body.find(json::serialize(json::value(path.string())).substr(1, 20)), std::string::npos)
        << gone.body;
}

TEST_F(ApiTest, SecretsAreKeptEncryptedAndShownMasked) {
    secrets_ = Secrets::from_fernet_keys("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").value();
    EXPECT_EQ(send("POST", "/api/v2/variables", R"({"key":"topic","value":"oil"})").status, 201);
    EXPECT_EQ(send("POST", "/api/v2/variables", R"({"key":"topic","value":"gas"})").status, 409);
    EXPECT_EQ(object_of(send("GET", "/api/v2/variables/topic")).at("value"), "oil");
    EXPECT_NE(store_->get_variable("topic").value().value, "oil");
    EXPECT_EQ(send("PATCH", "/api/v2/variables/topic", R"({"key":"topic","value":{"a":1}})").status, 200);
    EXPECT_EQ(object_of(send("GET", "/api/v2/variables/topic")).at("value"), R"({"a":1})");
    ASSERT_EQ(send("POST", "/api/v2/variables", R"({"key":"api_key","value":"s3cret"})").status, 201);
    EXPECT_EQ(send("GET", "/api/v2/variables").body.find("s3cret"), std::string::npos);
    const auto made = send(
        "POST", "/api/v2/connections",
        R"({"connection_id":"db","conn_type":"postgres","password":"s3cret","port":5432,"extra":"{\"token\":\"s3cret\",\"x\":1}"})");
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.body.find("s3cret"), std::string::npos);
    const std::string shown(object_of(made).at("extra").as_string());
    ASSERT_EQ(shown, R"({"token":"***","x":1})");
    const json::object back{
        {"connection_id", "db"}, {"conn_type", "postgres"}, {"password", "***"}, {"extra", shown}, {"host", "h"}};
    EXPECT_EQ(send("PATCH", "/api/v2/connections/db", json::serialize(back)).status, 200);
    EXPECT_EQ(admin_->get_connection("db").value().extra, R"({"token":"s3cret","x":1})");
    EXPECT_NE(store_->get_connection("db").value().password, "s3cret");
    EXPECT_EQ(admin_->get_connection("db").value().password, "s3cret");
    EXPECT_EQ(send("DELETE", "/api/v2/connections/db").status, 204);
    EXPECT_EQ(send("GET", "/api/v2/connections/db").status, 404);
    EXPECT_EQ(send("DELETE", "/api/v2/variables/nope").status, 404);
}

TEST_F(ApiTest, PoolsShowTheirUse) {
    EXPECT_EQ(send("POST", "/api/v2/pools", R"({"name":"gpu","slots":2})").status, 201);
    EXPECT_EQ(object_of(send("GET", "/api/v2/pools/gpu")).at("open_slots"), 2);
    EXPECT_EQ(object_of(send("GET", "/api/v2/pools")).at("total_entries"), 2);
    EXPECT_EQ(send("POST", "/api/v2/pools", R"({"name":"x","slots":-2})").status, 422);
    EXPECT_EQ(send("DELETE", "/api/v2/pools/gpu").status, 204);
    EXPECT_EQ(send("DELETE", "/api/v2/pools/default_pool").status, 400);
}

TEST_F(ApiTest, XComsAreListedAndShown) {
    trigger();
    ASSERT_TRUE(store_->set_xcom({{DagId("news"), RunId("r1"), TaskId("load"), kNotMapped},
                                  "return_value",
                                  json::value(json::object{{"a", 1}}),
                                  clock_.now()}));
    const std::string target = "/api/v2/dags/news/dagRuns/r1/taskInstances/load/xcomEntries";
    EXPECT_EQ(object_of(send("GET", target)).at("total_entries"), 1);
    EXPECT_EQ(object_of(send("GET", target + "/return_value")).at("value").at("a"), 1);
    EXPECT_EQ(object_of(send("GET", target + "/return_value?stringify=true")).at("value"), R"({"a":1})");
    EXPECT_EQ(send("GET", target + "/none").status, 404);
}

TEST_F(ApiTest, ARunningTaskIsServedAndALostOneIsFenced) {
    trigger();
    set_state("load", TaskState::running, DagRunState::running);
    ExecutionService execution(*store_, secrets_, *runs_, clock_, 1024);
    const auto id = store_->get_task_instance({DagId("news"), RunId("r1"), TaskId("load")}).value().id;
    const auto ask = [&](const char* text) { return execution.handle(id, json::parse_object(text).value()); };
    ASSERT_TRUE(ask(R"({"type":"SetXCom","key":"k","value":[1],"dag_id":"news","run_id":"r1","task_id":"load"})"));
    const auto xcom = ask(R"({"type":"GetXCom","key":"k","dag_id":"news","run_id":"r1","task_id":"load"})");
    ASSERT_TRUE(xcom && *xcom);
    EXPECT_EQ((*xcom)->at("value"), json::value(json::array{1}));
    EXPECT_EQ(ask(R"({"type":"GetVariable","key":"no"})").value()->at("error"), "VARIABLE_NOT_FOUND");
    ASSERT_TRUE(ask(R"({"type":"PutVariable","key":"v","value":"1","description":null})"));
    EXPECT_EQ(ask(R"({"type":"GetVariable","key":"v"})").value()->at("value"), "1");
    EXPECT_EQ(ask(R"({"type":"GetConnection","conn_id":"no"})").value()->at("error"), "CONNECTION_NOT_FOUND");
    EXPECT_EQ(ask(R"({"type":"GetDagRunState","dag_id":"news","run_id":"r1"})").value()->at("state"), "running");
    ASSERT_TRUE(ask(R"({"type":"SkipDownstreamTasks","tasks":["label"]})"));
    EXPECT_EQ(ask(R"({"type":"GetTaskStates","dag_id":"news","run_ids":["r1"]})")
                  .value()
                  ->at("task_states")
                  .at("r1")
                  .at("label"),
              "skipped");
    ASSERT_TRUE(ask(R"({"type":"TriggerDagRun","dag_id":"news","run_id":"child"})"));
    EXPECT_EQ(ask(R"({"type":"TriggerDagRun","dag_id":"news","run_id":"child"})").value()->at("error"),
              "DAGRUN_ALREADY_EXISTS");
    EXPECT_EQ(ask(R"({"type":"AwaitInputTask"})").value()->at("error"), "GENERIC_ERROR");
    ASSERT_EQ(send("POST", "/api/v2/dags/news/clearTaskInstances",
                   R"({"dag_run_id":"r1","task_ids":["load"],"dry_run":false,"only_failed":false})")
                  .status,
              200);
    const auto late = ask(R"({"type":"GetVariable","key":"v"})");
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code(), ErrorCode::conflict);
}

}  // namespace
}  // namespace gale
