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
    must(store->set_variable({.key = "a_b", .value = "3", .is_encrypted = true}));
    EXPECT_EQ(must(store->get_variable("a_b")).value, "3");
    EXPECT_EQ(must(store->get_variable("a_b")).description, std::nullopt);
    EXPECT_EQ(must(store->list_variables({.parts = {}, .prefixes = {"a_"}}, {})).total, 1);
    EXPECT_EQ(must(store->list_variables({.parts = {}, .prefixes = {"a_", "aX"}}, {})).total, 2);
    EXPECT_EQ(must(store->list_variables({.parts = {"x"}, .prefixes = {}}, {})).total, 1);
    EXPECT_EQ(must(store->list_variables({.parts = {"x", "A"}, .prefixes = {"aX"}}, {})).total, 1);
    EXPECT_EQ(must(store->list_variables({}, {})).total, 2);
    EXPECT_TRUE(must(store->delete_variable("a_b")));
    EXPECT_FALSE(must(store->delete_variable("a_b")));
    EXPECT_EQ(code_of(store->get_variable("a_b")), ErrorCode::not_found);
}

// What one database cannot keep, none takes.
TEST_P(DataContract, TextsThatNoDatabaseKeepsAreRefusedOrMarked) {
    const std::string nul("3\0x", 3), torn = "a\xff";
    for (const std::string& text : {nul, torn}) {
        const auto refused = store->set_variable({.key = "k", .value = text});
        EXPECT_EQ(code_of(refused), ErrorCode::invalid_argument);
    }
    EXPECT_EQ(code_of(store->list_variables({.parts = {nul}, .prefixes = {}}, {})), ErrorCode::invalid_argument);
    must(store->set_variable({.key = "k", .value = "\xf0\x9f\xa6\x89"}));
    EXPECT_EQ(must(store->get_variable("k")).value, "\xf0\x9f\xa6\x89");

    // JSON escapes it.
    must(store->create_dag_run(a_run(news, "r")));
    must(store->set_xcom({key("r", "a"), "k", json::value(std::string_view(nul)), at(0)}));
    EXPECT_EQ(must(store->get_xcom(key("r", "a"), "k", false)).value, json::value(std::string_view(nul)));

    // What programs say must not stop the scheduler.
    Plan plan;
    plan.tasks = {{.id = task("r", "a").id, .to = TaskState::failed, .reason = nul + torn}};
    must(store->apply(plan));
    EXPECT_EQ(task("r", "a").reason, "3\xe2\x90\x80xa\xef\xbf\xbd");
    auto broken = a_file("broken.py", {});
    broken.import_error = nul;
    must(store->record_parsed_file(broken));
    EXPECT_EQ(must(store->list_import_errors({})).items.at(0).stacktrace, "3\xe2\x90\x80x");
}

User a_user(const std::string& username, const std::string& role) {
    return {.username = username,
            .password_hash = "x",
            .role = role,
            .active = true,
            .session_key = "k",
            .created_at = at(1),
            .last_login_at = {}};
}

TEST_P(DataContract, UsersAreAddedChangedListedAndRemoved) {
    must(store->add_user(a_user("ann", "admin")));
    EXPECT_EQ(code_of(store->add_user(a_user("ann", "viewer"))), ErrorCode::already_exists);
    must(store->add_user(a_user("bob", "admin")));
    const auto changed = must(store->change_user(
        "bob",
        [](User& user) {
            user.role = "op";
            user.last_login_at = at(5);
        },
        "admin"));
    EXPECT_EQ(changed.role, "op");
    EXPECT_EQ(must(store->find_user("bob"))->last_login_at, at(5));
    EXPECT_EQ(must(store->find_user("bob"))->session_key, "k");
    EXPECT_EQ(must(store->list_users({}, Page{50, 0, {"-last_login_at"}})).items.at(0).username, "bob");
    EXPECT_EQ(must(store->list_users({.parts = {"AN"}, .prefixes = {}}, {})).total, 1);
    EXPECT_EQ(code_of(store->change_user("eve", [](User&) {}, std::nullopt)), ErrorCode::not_found);
    EXPECT_EQ(code_of(store->delete_user("eve", "admin")), ErrorCode::not_found);
}

TEST_P(DataContract, TheLastOfARoleStays) {
    must(store->add_user(a_user("ann", "admin")));
    must(store->add_user(a_user("bob", "op")));
    EXPECT_EQ(code_of(store->delete_user("ann", "admin")), ErrorCode::conflict);
    EXPECT_EQ(code_of(store->change_user("ann", [](User& user) { user.role = "op"; }, "admin")), ErrorCode::conflict);
    EXPECT_EQ(
        code_of(store->change_user("ann", [](User& user) { user.active = false; }, "admin")), ErrorCode::conflict);
    EXPECT_TRUE(must(store->find_user("ann"))->active);
    must(store->change_user("bob", [](User& user) { user.role = "admin"; }, "admin"));
    must(store->delete_user("ann", "admin"));
    EXPECT_FALSE(must(store->find_user("ann")));
}

TEST_P(DataContract, ApiTokensEndWithTheirUser) {
    must(store->add_user(a_user("ann", "admin")));
    ApiToken token;
    token.username = "ann";
    token.name = "ci";
    token.token_hash = "h1";
    token.created_at = at(1);
    token.expires_at = at(9);
    const auto id = must(store->add_api_token(token));
    EXPECT_EQ(code_of(store->add_api_token(token)), ErrorCode::already_exists);
    token.name = "other";
    token.token_hash = "h2";
    const auto other = must(store->add_api_token(token));
    must(store->set_api_token_used(id, at(3)));
    const auto found = must(store->find_api_token("h1"));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->id, id);
    EXPECT_EQ(found->last_used_at, at(3));
    EXPECT_EQ(found->expires_at, at(9));
    EXPECT_EQ(must(store->list_api_tokens("ann")).at(0).id, other);
    must(store->delete_api_token(other));
    EXPECT_EQ(must(store->list_api_tokens("ann")).size(), 1u);
    must(store->delete_user("ann", std::nullopt));
    EXPECT_FALSE(must(store->find_api_token("h1")));
    token.username = "nobody";
    EXPECT_EQ(code_of(store->add_api_token(token)), ErrorCode::not_found);
}

TEST_P(DataContract, ManyAreWrittenAndRemovedAtOnce) {
    must(store->set_variables({{.key = "a", .value = "1"}, {.key = "b", .value = "2"}, {.key = "a", .value = "3"}}));
    EXPECT_EQ(must(store->get_variable("a")).value, "3");
    must(store->delete_variables({"a", "none", "b"}));
    EXPECT_EQ(must(store->list_variables({}, {})).total, 0);
    must(store->set_connections({{.conn_id = "x", .conn_type = "http"}, {.conn_id = "y", .conn_type = "ftp"}}));
    EXPECT_EQ(must(store->list_connections({.parts = {"Y"}, .prefixes = {}}, {})).items.at(0).conn_type, "ftp");
    must(store->delete_connections({"x"}));
    EXPECT_EQ(must(store->list_connections({}, {})).total, 1);
    must(store->set_pools({{PoolName("p"), 1, "", false}, {PoolName("q"), 2, "", true}}));
    EXPECT_EQ(must(store->list_pools()).size(), 3u);
}

TEST_P(DataContract, ConnectionsComeBackWhole) {
    Connection given{.conn_id = "c", .conn_type = "http", .host = "h", .login = "", .extra = "{}", .port = 80};
    must(store->set_connection(given));
    const auto found = must(store->get_connection("c"));
    EXPECT_EQ(found.login, std::string());
    EXPECT_EQ(found.password, std::nullopt);
    EXPECT_EQ(found.port, 80);
    EXPECT_EQ(must(store->list_connections({}, {})).total, 1);
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
    must(store->set_user(a_user("ann", "admin")));
    must(store->set_user(a_user("ann", "viewer")));
    EXPECT_EQ(must(store->find_user("ann"))->role, "viewer");
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
