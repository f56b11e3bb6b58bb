#include "store_fixture.hpp"

namespace gale {
namespace {

class DataContract : public StoreContract {};
INSTANTIATE_TEST_SUITE_P(Stores, DataContract, testing::ValuesIn(adapters()), adapter_name);

TEST_P(DataContract, XComsAreReplacedListedAndCleared) {
    must(store->create_dag_run(a_run(news, "r")));
    must(store->set_xcom({key("r", "a"), "return_value", 1, at(0)}));
    must(store->set_xcom({key("r", "a"), "return_value", json::array{"x", nullptr}, at(1)}));
    must(store->set_xcom({key("r", "a"), "other", nullptr, at(1)}));
    EXPECT_EQ(must(store->get_xcom(key("r", "a"), "return_value", false)).value, (json::array{"x", nullptr}));
    EXPECT_EQ(must(store->list_xcoms(key("r", "a"))).size(), 2u);
    must(store->set_xcom({key("r", "b"), "k", 2, at(1)}));
    const auto of_run = must(store->list_run_xcoms(DagId("news"), RunId("r"), -1, 0));
    ASSERT_EQ(of_run.size(), 3u);
    EXPECT_EQ(of_run[0].key, "other");
    EXPECT_EQ(of_run[1].key, "return_value");
    EXPECT_EQ(of_run[2].task_instance.task_id, TaskId("b"));
    const auto second = must(store->list_run_xcoms(DagId("news"), RunId("r"), 1, 1));
    ASSERT_EQ(second.size(), 1u);
    EXPECT_EQ(second[0].key, "return_value");
    EXPECT_TRUE(must(store->list_run_xcoms(DagId("news"), RunId("none"), -1, 0)).empty());
    must(store->delete_xcom(key("r", "a"), "other"));
    EXPECT_EQ(code_of(store->get_xcom(key("r", "a"), "other", false)), ErrorCode::not_found);
    must(store->clear_xcoms(key("r", "a")));
    EXPECT_TRUE(must(store->list_xcoms(key("r", "a"))).empty());
    EXPECT_EQ(code_of(store->set_xcom({key("r", "zz"), "k", 1, at(0)})), ErrorCode::not_found);
    EXPECT_EQ(code_of(store->set_xcom({key("q", "a"), "k", 1, at(0)})), ErrorCode::not_found);
}

TEST_P(DataContract, PriorDatesGiveTheNewestNotLaterThanTheRuns) {
    for (int i = 0; i < 3; ++i) must(store->create_dag_run(a_run(news, "r" + std::to_string(i), {"a"}, i * 60)));
    must(store->set_xcom({key("r0", "a"), "k", 0, at(0)}));
    must(store->set_xcom({key("r2", "a"), "k", 2, at(0)}));
    EXPECT_EQ(must(store->get_xcom(key("r1", "a"), "k", true)).value, 0);
    EXPECT_EQ(must(store->get_xcom(key("r2", "a"), "k", true)).value, 2);
    EXPECT_EQ(code_of(store->get_xcom(key("r1", "a"), "k", false)), ErrorCode::not_found);
}

TEST_P(DataContract, RenderedFieldsAreReplaced) {
    must(store->create_dag_run(a_run(news, "r")));
    EXPECT_TRUE(must(store->get_rendered_fields(key("r", "a"))).empty());
    must(store->set_rendered_fields(key("r", "a"), {{"x", 1}}));
    must(store->set_rendered_fields(key("r", "a"), {{"x", 2}}));
    EXPECT_EQ(must(store->get_rendered_fields(key("r", "a"))), (json::object{{"x", 2}}));
    EXPECT_EQ(code_of(store->set_rendered_fields(key("r", "zz"), {})), ErrorCode::not_found);
}

TEST_P(DataContract, VariablesAndTheirPrefixes) {
    must(store->set_variable({.key = "a_b", .value = "1", .description = "d"}));
    must(store->set_variable({.key = "aXb", .value = "2"}));
    must(store->set_variable({.key = "a_b", .value = std::string("3\0x", 3), .is_encrypted = true}));
    EXPECT_EQ(must(store->get_variable("a_b")).value, std::string("3\0x", 3));
    EXPECT_EQ(must(store->get_variable("a_b")).description, std::nullopt);
    EXPECT_EQ(must(store->list_variables("a_", {})).total, 1);
    EXPECT_EQ(must(store->list_variables(std::nullopt, {})).total, 2);
    EXPECT_TRUE(must(store->delete_variable("a_b")));
    EXPECT_FALSE(must(store->delete_variable("a_b")));
    EXPECT_EQ(code_of(store->get_variable("a_b")), ErrorCode::not_found);
}

TEST_P(DataContract, ConnectionsComeBackWhole) {
    Connection given{.conn_id = "c", .conn_type = "http", .host = "h", .login = "", .extra = "{}", .port = 80};
    must(store->set_connection(given));
    const auto found = must(store->get_connection("c"));
    EXPECT_EQ(found.login, std::string());
    EXPECT_EQ(found.password, std::nullopt);
    EXPECT_EQ(found.port, 80);
    EXPECT_EQ(must(store->list_connections({})).total, 1);
    EXPECT_TRUE(must(store->delete_connection("c")));
    EXPECT_EQ(code_of(store->get_connection("c")), ErrorCode::not_found);
}

TEST_P(DataContract, PoolsUsersSecretsAndTheAuditLog) {
    must(store->set_pool({.name = PoolName("p"), .slots = 2}));
    EXPECT_EQ(must(store->list_pools()).size(), 2u);
    must(store->delete_pool(PoolName("p")));
    EXPECT_EQ(code_of(store->delete_pool(PoolName("p"))), ErrorCode::not_found);
    EXPECT_EQ(code_of(store->delete_pool(PoolName("default_pool"))), ErrorCode::conflict);

    EXPECT_FALSE(must(store->find_user("ann")));
    must(store->set_user({"ann", "x", "admin"}));
    must(store->set_user({"ann", "y", "viewer"}));
    EXPECT_EQ(must(store->find_user("ann"))->password_hash, "y");
    EXPECT_EQ(must(store->count_users()), 1);

    EXPECT_EQ(must(store->get_or_create_secret("jwt", "first")), "first");
    EXPECT_EQ(must(store->get_or_create_secret("jwt", "second")), "first");

    AuditEntry entry{
        .dttm = at(0), .event = "trigger_dag_run", .dag_id = DagId("news"), .owner = "ann", .extra = {{"k", 1}}};
    must(store->add_audit_entry(entry));
    entry.dag_id.reset();
    entry.event = "cli";
    must(store->add_audit_entry(entry));
    EXPECT_EQ(must(store->list_audit_entries(std::nullopt, {})).total, 2);
    const auto of_news = must(store->list_audit_entries(DagId("news"), {}));
    ASSERT_EQ(of_news.total, 1);
    EXPECT_EQ(of_news.items[0].extra, (json::object{{"k", 1}}));
    EXPECT_EQ(of_news.items[0].map_index, std::nullopt);
}

}  // namespace
}  // namespace gale
