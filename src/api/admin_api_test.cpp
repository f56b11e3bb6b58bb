// Variables, connections, pools, users, tokens and configuration over the API.
#include "api/api_fixture.hpp"

namespace gale {
namespace {

class AdminApiTest : public ApiTest {
protected:
    json::object sent(const std::string& method, const std::string& target, const std::string& body, int status) {
        const auto response = send(method, target, body);
        EXPECT_EQ(response.status, status) << method << ' ' << target << ' ' << response.body;
        return response.status == 204 ? json::object() : object_of(response);
    }
    // The member that a 422 is about.
    std::string refused(const std::string& method, const std::string& target, const std::string& body) {
        const auto answer = sent(method, target, body, 422);
        return std::string(answer.at("detail").at(0).at("loc").at(1).as_string());
    }
    std::string keys(const std::string& query) {
        std::string all;
        const auto answer = sent("GET", "/api/v2/variables?" + query, "", 200);
        for (const auto& one : answer.at("variables").as_array()) all += std::string(one.at("key").as_string()) + ' ';
        return all;
    }
};

TEST_F(AdminApiTest, VariablesAreFilteredOrderedAndPatchedByMask) {
    for (const char* key : {"etl_a", "etl_b", "other"}) {
        sent("POST", "/api/v2/variables", std::string(R"({"key":")") + key + R"(","value":"1","description":"d"})",
             201);
    }
    EXPECT_EQ(keys("order_by=-key"), "other etl_b etl_a ");
    EXPECT_EQ(keys("variable_key_pattern=ETL"), "etl_a etl_b ");
    EXPECT_EQ(keys("variable_key_pattern=_a|oth"), "etl_a other ");
    EXPECT_EQ(keys("variable_key_pattern=~&limit=1&offset=1"), "etl_b ");
    EXPECT_EQ(keys("variable_key_prefix_pattern=tl"), "");
    EXPECT_EQ(keys("variable_key_prefix_pattern=etl_"), "etl_a etl_b ");
    const std::string target = "/api/v2/variables/etl_a";
    const auto masked =
        sent("PATCH", target + "?update_mask=description", R"({"key":"etl_a","value":"2","description":"e"})", 200);
    EXPECT_EQ(masked.at("value"), "1");
    EXPECT_EQ(masked.at("description"), "e");
    EXPECT_EQ(sent("PATCH", target, R"({"key":"etl_a","value":[1]})", 200).at("description"), "e");
    EXPECT_EQ(send("PATCH", target, R"({"key":"etl_b","value":"2"})").status, 400);
    EXPECT_EQ(send("PATCH", target + "?update_mask=key", R"({"key":"etl_a","value":"2"})").status, 400);
    EXPECT_EQ(refused("POST", "/api/v2/variables", R"({"key":"password","value":"***"})"), "value");
    EXPECT_EQ(refused("POST", "/api/v2/variables", R"({"key":"","value":"x"})"), "key");
}

TEST_F(AdminApiTest, BulkActionsAnswerAsAirflows) {
    const auto answer = sent("PATCH", "/api/v2/variables", R"({"actions":[
        {"action":"create","entities":[{"key":"a","value":"1","description":"d"},{"key":"b","value":{"x":1}}]},
        {"action":"create","entities":[{"key":"a","value":"2"}],"action_on_existence":"overwrite"},
        {"action":"create","entities":[{"key":"b","value":"2"}]},
        {"action":"update","entities":[{"key":"b","value":"3","description":"e"}],"update_mask":["description"]},
        {"action":"delete","entities":["none"],"action_on_non_existence":"skip"}]})",
                             200);
    EXPECT_EQ(json::serialize(answer.at("create").at("success")), R"(["a","b","a"])");
    EXPECT_EQ(answer.at("create").at("errors").at(0).at("status_code"), 409);
    EXPECT_EQ(json::serialize(answer.at("update").at("success")), R"(["b"])");
    EXPECT_TRUE(answer.at("delete").at("success").as_array().empty());
    EXPECT_EQ(object_of(send("GET", "/api/v2/variables/a")).at("description"), "d");
    const auto b = object_of(send("GET", "/api/v2/variables/b"));
    EXPECT_EQ(b.at("value"), R"({"x":1})");
    EXPECT_EQ(b.at("description"), "e");
    EXPECT_TRUE(sent("PATCH", "/api/v2/connections", R"({"actions":[]})", 200).at("create").is_null());
    EXPECT_EQ(send("PATCH", "/api/v2/variables", R"({"actions":[{"action":"burn","entities":[]}]})").status, 422);
    sent("PATCH", "/api/v2/pools", R"({"actions":[{"action":"create","entities":[{"name":"p","slots":1}]}]})", 200);
    EXPECT_EQ(send("PATCH", "/api/v2/pools", R"({"actions":[{"action":"delete","entities":["default_pool"]}]})").status,
              400);
}

TEST_F(AdminApiTest, ConnectionsAreFilteredAndPatchedMemberByMember) {
    sent("POST", "/api/v2/connections", R"({"connection_id":"db","conn_type":"postgres","host":"h","port":5432})", 201);
    sent("POST", "/api/v2/connections", R"({"connection_id":"web","conn_type":"http"})", 201);
    EXPECT_EQ(sent("GET", "/api/v2/connections?connection_id_pattern=D", "", 200).at("total_entries"), 1);
    EXPECT_EQ(send("POST", "/api/v2/connections", R"({"connection_id":"web","conn_type":"http"})").status, 409);
    const auto patched =
        sent("PATCH", "/api/v2/connections/db", R"({"connection_id":"db","conn_type":"mysql","port":null})", 200);
    EXPECT_EQ(patched.at("host"), "h");
    EXPECT_TRUE(patched.at("port").is_null());
    EXPECT_EQ(refused("POST", "/api/v2/connections", R"({"connection_id":"x","conn_type":"http","extra":"[]"})"),
              "extra");
    EXPECT_EQ(refused("POST", "/api/v2/connections", R"({"connection_id":"x","conn_type":"http","port":70000})"),
              "port");
    EXPECT_GE(object_of(send("GET", "/gale/connections/types")).at("connection_types").as_array().size(), 40u);
}

TEST_F(AdminApiTest, AConnectionIsTriedOnlyWhereThatIsAllowed) {
    const std::string body = R"({"connection_id":"x","conn_type":"generic"})";
    EXPECT_EQ(send("POST", "/api/v2/connections/test", body).status, 403);
    settings_.test_connection = true;
    make_api();
    const auto answer = sent("POST", "/api/v2/connections/test", body, 200);
    EXPECT_EQ(answer.at("status"), false);
    EXPECT_EQ(send("GET", "/api/v2/connections/x").status, 404);
}

TEST_F(AdminApiTest, PoolsArePatched) {
    sent("POST", "/api/v2/pools", R"({"name":"gpu","slots":2,"description":"d"})", 201);
    const auto patched = sent("PATCH", "/api/v2/pools/gpu", R"({"slots":5,"include_deferred":true})", 200);
    EXPECT_EQ(patched.at("slots"), 5);
    EXPECT_EQ(patched.at("description"), "d");
    EXPECT_EQ(patched.at("include_deferred"), true);
    EXPECT_EQ(send("PATCH", "/api/v2/pools/gpu", R"({"pool":"other"})").status, 400);
    EXPECT_EQ(send("PATCH", "/api/v2/pools/none", R"({"slots":5})").status, 404);
    EXPECT_EQ(send("PATCH", "/api/v2/pools/default_pool", R"({"description":"x"})").status, 400);
    EXPECT_EQ(sent("PATCH", "/api/v2/pools/default_pool?update_mask=slots", R"({"slots":4})", 200).at("slots"), 4);
    EXPECT_EQ(sent("GET", "/api/v2/pools?pool_name_pattern=GP&order_by=-name", "", 200).at("total_entries"), 1);
    EXPECT_EQ(send("DELETE", "/api/v2/pools/default_pool").status, 400);
}

TEST_F(AdminApiTest, UsersAreManagedByAdminsOnly) {
    const std::string ann = R"({"username":"ann","role":"op","password":"long enough"})";
    EXPECT_EQ(sent("POST", "/gale/users", ann, 201).at("role"), "op");
    EXPECT_EQ(send("POST", "/gale/users", ann).status, 409);
    EXPECT_EQ(refused("POST", "/gale/users", R"({"username":"b b","role":"op","password":"long enough"})"), "username");
    EXPECT_EQ(refused("POST", "/gale/users", R"({"username":"b","role":"op","password":"short"})"), "password");
    EXPECT_EQ(refused("POST", "/gale/users", R"({"username":"b","role":"king","password":"long enough"})"), "role");
    const auto list = send("GET", "/gale/users?order_by=-username").body;
    EXPECT_EQ(list.find("password"), std::string::npos);
    EXPECT_EQ(sent("PATCH", "/gale/users/ann", R"({"role":"user"})", 200).at("role"), "user");
    EXPECT_EQ(send("DELETE", "/gale/users/admin").status, 409);
    const auto admin = token_;
    token_ = auth_->log_in("ann", "long enough", std::chrono::hours{1}).value();
    EXPECT_EQ(send("GET", "/gale/users").status, 403);
    EXPECT_EQ(send("PATCH", "/gale/users/ann", R"({"role":"admin"})").status, 403);
    EXPECT_EQ(refused("POST", "/gale/me/password", R"({"old_password":"no","new_password":"even longer"})"),
              "old_password");
    sent("POST", "/gale/me/password", R"({"old_password":"long enough","new_password":"even longer"})", 204);
    EXPECT_EQ(send("GET", "/api/v2/dags").status, 401);
    token_ = admin;
    sent("DELETE", "/gale/users/ann", "", 204);
    EXPECT_EQ(send("DELETE", "/gale/users/ann").status, 404);
}

TEST_F(AdminApiTest, ApiTokensOpenTheApiAndMakeNoOthers) {
    const auto made = sent("POST", "/gale/tokens", R"({"name":"ci","expires_at":"2026-01-03T00:00:00Z"})", 201);
    EXPECT_EQ(send("GET", "/gale/tokens").body.find(std::string(made.at("token").as_string())), std::string::npos);
    EXPECT_EQ(refused("POST", "/gale/tokens", R"({"name":"ci"})"), "name");
    EXPECT_EQ(refused("POST", "/gale/tokens", R"({"name":"x","expires_at":"2020-01-03T00:00:00Z"})"), "expires_at");
    const auto session = token_;
    token_ = std::string(made.at("token").as_string());
    EXPECT_EQ(send("GET", "/api/v2/dags").status, 200);
    EXPECT_EQ(send("POST", "/gale/tokens", R"({"name":"more"})").status, 403);
    token_ = session;
    const auto list = sent("GET", "/gale/tokens", "", 200);
    EXPECT_FALSE(list.at("tokens").at(0).at("last_used_at").is_null());
    sent("DELETE", "/gale/tokens/" + std::to_string(made.at("id").as_int64()), "", 204);
    token_ = std::string(made.at("token").as_string());
    EXPECT_EQ(send("GET", "/api/v2/dags").status, 401);
}

TEST_F(AdminApiTest, TheConfigurationIsShownWhereAllowedWithoutSecrets) {
    settings_.config = {{"api", "port", "8080", "default", false},
                        {"core", "fernet_key", "s3cret", "env var", true},
                        {"core", "parallelism", "4", "airflow.cfg", false}};
    make_api();
    EXPECT_EQ(send("GET", "/api/v2/config").status, 403);
    EXPECT_EQ(send("GET", "/gale/config").status, 403);
    settings_.expose_config = true;
    make_api();
    EXPECT_EQ(sent("GET", "/api/v2/config", "", 200).at("sections").as_array().size(), 2u);
    EXPECT_EQ(send("GET", "/api/v2/config", "", {{"Accept", "text/plain"}}).body,
              "[api]\nport = 8080\n\n[core]\nfernet_key = < hidden >\nparallelism = 4\n");
    EXPECT_EQ(sent("GET", "/api/v2/config?section=core", "", 200).at("sections").as_array().size(), 1u);
    EXPECT_EQ(send("GET", "/api/v2/config?section=no").status, 404);
    const auto one = sent("GET", "/api/v2/config/section/core/option/Parallelism", "", 200);
    EXPECT_EQ(one.at("sections").at(0).at("options").at(0).at("value"), "4");
    EXPECT_EQ(send("GET", "/api/v2/config/section/core/option/no").status, 404);
    const auto sourced = sent("GET", "/gale/config", "", 200);
    EXPECT_EQ(sourced.at("sections").at(1).at("options").at(1).at("source"), "airflow.cfg");
    EXPECT_EQ(send("GET", "/gale/config").body.find("s3cret"), std::string::npos);
}

TEST_F(AdminApiTest, JobsAreFiltered) {
    Job job{.id = 0,
            .job_type = "SchedulerJob",
            .state = "running",
            .hostname = "h",
            .start_date = clock_.now(),
            .latest_heartbeat = clock_.now(),
            .end_date = {}};
    ASSERT_TRUE(store_->save_job(job));
    job.job_type = "DagProcessorJob";
    job.state = "success";
    job.end_date = clock_.now();
    ASSERT_TRUE(store_->save_job(job));
    const auto count = [&](const std::string& query) {
        return sent("GET", "/api/v2/jobs?" + query, "", 200).at("total_entries").as_int64();
    };
    EXPECT_EQ(count(""), 2);
    EXPECT_EQ(count("job_state=running"), 1);
    EXPECT_EQ(count("job_type=DagProcessorJob&hostname=h"), 1);
    EXPECT_EQ(count("is_alive=true"), 1);
    EXPECT_EQ(count("is_alive=false"), 1);
    EXPECT_EQ(count("executor_class=LocalExecutor"), 0);
    EXPECT_EQ(count("start_date_gt=2026-01-02T03:04:05Z"), 0);
    EXPECT_EQ(count("end_date_gte=2026-01-02T03:04:05Z"), 1);
    clock_.advance(std::chrono::minutes{1});
    EXPECT_EQ(count("is_alive=true"), 0);
}

}  // namespace
}  // namespace gale
