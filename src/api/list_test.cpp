// Filters of lists, marks with their dry runs, notes: through the routes.
#include "api/api_fixture.hpp"
#include "api/render.hpp"

namespace gale {
namespace {

const std::string kRun = "/api/v2/dags/news/dagRuns/r1";
const std::string kTask = kRun + "/taskInstances/load";

class ListTest : public ApiTest {
protected:
    std::int64_t total(const std::string& target) {
        const auto response = send("GET", target);
        EXPECT_EQ(response.status, 200) << target << response.body;
        return object_of(response).at("total_entries").to_number<std::int64_t>();
    }
    std::int64_t total_of(const std::string& method, const std::string& target, const std::string& body) {
        const auto response = send(method, target, body);
        EXPECT_EQ(response.status, 200) << target << response.body;
        return object_of(response).at("total_entries").to_number<std::int64_t>();
    }
};

TEST_F(ListTest, FiltersOfDags) {
    EXPECT_EQ(total("/api/v2/dags?dag_id_pattern=EW"), 1);
    EXPECT_EQ(total("/api/v2/dags?dag_id_pattern=~"), 1);
    EXPECT_EQ(total("/api/v2/dags?dag_id_prefix_pattern=ew"), 0);
    EXPECT_EQ(total("/api/v2/dags?dag_display_name_pattern=nope"), 0);
    EXPECT_EQ(total("/api/v2/dags?tags=x&tags=y&tags_match_mode=any"), 1);
    EXPECT_EQ(total("/api/v2/dags?tags=x&tags=y&tags_match_mode=all"), 0);
    EXPECT_EQ(total("/api/v2/dags?has_import_errors=true"), 0);
    EXPECT_EQ(total("/api/v2/dags?last_dag_run_state=queued"), 0);
    trigger();
    EXPECT_EQ(total("/api/v2/dags?last_dag_run_state=queued"), 1);
    EXPECT_EQ(total("/api/v2/dags?dag_run_start_date_gte=2020-01-01T00:00:00Z"), 0);
    EXPECT_EQ(send("GET", "/api/v2/dags?tags_match_mode=some").status, 422);
    EXPECT_EQ(total("/api/v2/dagTags"), 1);
    const auto stats = object_of(send("GET", "/api/v2/dagStats?dag_ids=news")).at("dags").at(0);
    EXPECT_EQ(stats.at("stats").as_array().size(), 4u);
    EXPECT_EQ(stats.at("stats").at(0), (json::value{{"state", "queued"}, {"count", 1}}));
}

TEST_F(ListTest, Favourites) {
    EXPECT_EQ(send("POST", "/api/v2/dags/news/favorite").status, 204);
    EXPECT_EQ(object_of(send("GET", "/api/v2/dags/news/details")).at("is_favorite"), true);
    EXPECT_EQ(object_of(send("GET", "/gale/dags")).at("dags").at(0).at("is_favorite"), true);
    EXPECT_EQ(total("/api/v2/dags?is_favorite=true"), 1);
    EXPECT_EQ(total("/gale/dags?is_favorite=false"), 0);
    EXPECT_EQ(send("POST", "/api/v2/dags/news/unfavorite").status, 204);
    EXPECT_EQ(total("/api/v2/dags?is_favorite=true"), 0);
    EXPECT_EQ(send("POST", "/api/v2/dags/news/unfavorite").status, 409);
    for (const char* what : {"favorite", "unfavorite"})
        EXPECT_EQ(send("POST", std::string("/api/v2/dags/none/") + what).status, 404);
    // Airflow's names of what was done; marking twice is done once.
    for (int twice = 0; twice < 2; ++twice) EXPECT_EQ(send("POST", "/api/v2/dags/news/favorite").status, 204);
    EXPECT_EQ(total("/api/v2/eventLogs?event=favorite_dag&dag_id=news"), 2);
    EXPECT_EQ(total("/api/v2/eventLogs?event=unfavorite_dag"), 1);
}

TEST_F(ListTest, FiltersOfRuns) {
    trigger(R"({"logical_date":null,"dag_run_id":"r1","conf":{"n":2,"topic":"oil"}})");
    const std::string runs = "/api/v2/dags/~/dagRuns?";
    EXPECT_EQ(total(runs + "conf_contains=OIL"), 1);
    EXPECT_EQ(total(runs + "conf_contains=gas"), 0);
    EXPECT_EQ(total(runs + "dag_version=1&dag_version=2"), 1);
    EXPECT_EQ(total(runs + "dag_version=99999999999"), 0);
    EXPECT_EQ(total(runs + "triggering_user_name_pattern=adm"), 1);
    EXPECT_EQ(total(runs + "triggering_user_name_prefix_pattern=dm"), 0);
    EXPECT_EQ(total(runs + "dag_id_pattern=ews&run_id_prefix_pattern=r"), 1);
    EXPECT_EQ(total(runs + "duration_gt=0"), 0);
    EXPECT_EQ(total(runs + "run_after_gt=2026-01-02T03:04:05Z"), 0);
    EXPECT_EQ(total(runs + "run_after_gte=2026-01-02T03:04:05Z&order_by=-triggering_user_name"), 1);
    EXPECT_EQ(send("GET", runs + "dag_version=x").status, 422);
    EXPECT_EQ(total_of("POST", "/api/v2/dags/~/dagRuns/list", R"({"dag_ids":["news"],"states":["queued"]})"), 1);
    EXPECT_EQ(total_of("POST", "/api/v2/dags/~/dagRuns/list", R"({"dag_ids":["x"],"order_by":"-run_after"})"), 0);
    EXPECT_EQ(total_of("POST", "/api/v2/dags/~/dagRuns/list", R"({"duration_lte":5,"page_limit":0})"), 0);
    EXPECT_EQ(send("POST", "/api/v2/dags/news/dagRuns/list", "{}").status, 400);
    EXPECT_EQ(send("POST", "/api/v2/dags/~/dagRuns/list", R"({"states":["blue"]})").status, 422);
}

TEST_F(ListTest, FiltersOfTaskInstances) {
    trigger();
    set_state("load", TaskState::running, DagRunState::running);
    const std::string all = "/api/v2/dags/~/dagRuns/~/taskInstances?";
    EXPECT_EQ(total(all + "state=none"), 1);
    EXPECT_EQ(total(all + "state=none&state=running"), 2);
    EXPECT_EQ(total(all + "task_display_name_pattern=LOA"), 1);
    EXPECT_EQ(total(all + "try_number=1"), 1);
    EXPECT_EQ(total(all + "map_index=-1&map_index=0"), 2);
    EXPECT_EQ(total(all + "executor=LocalExecutor"), 0) << "none has one of its own";
    EXPECT_EQ(total(all + "version_number=1&pool_name_pattern=default&order_by=-try_number"), 2);
    EXPECT_EQ(total(kRun + "/taskInstances/load/listMapped"), 1);
    EXPECT_EQ(total(kTask + "/links"), 0);
    EXPECT_EQ(object_of(send("GET", kTask + "/tries/1")).at("try_number"), 1);
    EXPECT_EQ(send("GET", kTask + "/tries/7").status, 404);
    EXPECT_EQ(send("GET", kRun + "/taskInstances?task_group_id=none").status, 404);
    EXPECT_EQ(send("GET", all + "task_group_id=none").status, 400);
    const std::string list = "/api/v2/dags/~/dagRuns/~/taskInstances/list";
    EXPECT_EQ(total_of("POST", list, R"({"dag_ids":["news"],"dag_run_ids":["r1"],"task_ids":["load"]})"), 1);
    EXPECT_EQ(total_of("POST", list, R"({"state":[null]})"), 1);
}

TEST_F(ListTest, AMarkSaysFirstWhatItWouldTouch) {
    trigger();
    set_state("load", TaskState::running, DagRunState::running);
    const std::string body = R"({"new_state":"success","include_downstream":true})";
    EXPECT_EQ(total_of("PATCH", kTask + "/dry_run", body), 2);
    EXPECT_EQ(object_of(send("GET", kTask)).at("state"), "running");
    EXPECT_EQ(total_of("PATCH", kTask + "/-1/dry_run", R"({"new_state":"failed"})"), 1);
    const auto done = object_of(send("PATCH", kTask, body));
    ASSERT_EQ(done.at("total_entries"), 2);
    EXPECT_EQ(done.at("task_instances").at(0).at("state"), "success");
    EXPECT_EQ(total_of("PATCH", kTask + "/dry_run", body), 0) << "nothing is left to change";
    EXPECT_EQ(send("PATCH", kTask, body).status, 409);
    EXPECT_EQ(send("PATCH", kTask, R"({"new_state":"queued"})").status, 422);
    EXPECT_EQ(send("PATCH", kTask, "{}").status, 422);
    EXPECT_EQ(send("PATCH", kRun + "/taskInstances/nope", body).status, 404);
    EXPECT_EQ(send("PATCH", kTask, R"({"new_state":"failed","include_past":true})").status, 400) << "no logical date";
}

TEST_F(ListTest, NotesOfTaskInstancesAreKeptWithTheirMarksAndAlone) {
    trigger();
    EXPECT_EQ(total_of("PATCH", kTask, R"({"note":"look here"})"), 1);
    EXPECT_EQ(object_of(send("GET", kTask)).at("note"), "look here");
    EXPECT_EQ(total_of("PATCH", kTask + "?update_mask=note", R"({"note":null,"new_state":"failed"})"), 1);
    EXPECT_TRUE(object_of(send("GET", kTask)).at("note").is_null());
    EXPECT_TRUE(object_of(send("GET", kTask)).at("state").is_null()) << "masked";
    EXPECT_EQ(total_of("PATCH", kTask, R"({"note":"gone","new_state":"skipped"})"), 1);
    EXPECT_EQ(object_of(send("GET", kTask)).at("note"), "gone");
    EXPECT_EQ(total("/api/v2/eventLogs?event=patch_task_instance&task_id=load&excluded_events=x"), 4);
    EXPECT_EQ(total("/api/v2/eventLogs?included_events=patch_task_instance&owner_pattern=nobody"), 0);
    EXPECT_EQ(send("PATCH", kTask, R"({"note":")" + std::string(1001, 'x') + R"("})").status, 422);
    const std::string clear = R"({"dag_run_id":"r1","only_failed":false,"dry_run":false,"note":"again"})";
    EXPECT_EQ(total_of("POST", "/api/v2/dags/news/clearTaskInstances", clear), 2);
    EXPECT_EQ(object_of(send("GET", kTask)).at("note"), "again");
}

TEST_F(ListTest, XComsAreWrittenChangedAndDeletedByPeople) {
    trigger();
    const std::string xcoms = kTask + "/xcomEntries";
    EXPECT_EQ(send("PATCH", xcoms + "/k", R"({"value":1})").status, 404);
    const auto made = send("POST", xcoms, R"({"key":"k","value":{"a":[1]}})");
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(object_of(made).at("value").at("a").at(0), 1);
    EXPECT_EQ(send("POST", xcoms, R"({"key":"k","value":2})").status, 409);
    EXPECT_EQ(send("POST", xcoms, R"({"key":"","value":2})").status, 400);
    EXPECT_EQ(send("POST", xcoms, R"({"key":"x","value":2,"map_index":7})").status, 404);
    EXPECT_EQ(object_of(send("PATCH", xcoms + "/k", R"({"value":null})")).at("value"), nullptr);
    EXPECT_EQ(send("DELETE", xcoms + "/k").status, 204);
    EXPECT_EQ(send("DELETE", xcoms + "/k").status, 404);
    EXPECT_EQ(total("/api/v2/eventLogs?event_pattern=xcom_entry"), 3);
}

TEST_F(ListTest, AGroupIsMarkedWhole) {
    const auto group = json::parse(R"({"group_id":null,"children":[{"task":"a"},{"group":{"group_id":"g","children":[
        {"task":"g.b"},{"group":{"group_id":"g.h","children":[{"task":"g.h.c"}]}}]}}]})");
    const json::object definition{{"task_group", *group}};
    EXPECT_EQ(group_tasks(definition, "g").size(), 2u);
    ASSERT_EQ(group_tasks(definition, "g.h").size(), 1u);
    EXPECT_EQ(group_tasks(definition, "g.h")[0], TaskId("g.h.c"));
    EXPECT_TRUE(group_tasks(definition, "none").empty());
    trigger();
    EXPECT_EQ(send("PATCH", kRun + "/taskGroupInstances/none/dry_run", R"({"new_state":"success"})").status, 404);
}

}  // namespace
}  // namespace gale
