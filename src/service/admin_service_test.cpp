#include "service/admin_service.hpp"

#include <gtest/gtest.h>

#include "store/sqlite/sqlite_store.hpp"

namespace gale {
namespace {

class AdminServiceTest : public testing::Test {
protected:
    void SetUp() override {
        SqliteOptions options;
        options.path = ":memory:";
        store_ = open_sqlite_store(options).value();
        ASSERT_TRUE(store_->migrate());
        admin_ = std::make_unique<AdminService>(*store_, secrets_, clock_);
    }
    std::vector<std::string> events() {
        std::vector<std::string> names;
        const auto log = store_->list_audit_entries(AuditFilter{}, Page{}).value();
        for (const auto& entry : log.items) names.push_back(entry.event);
        return names;
    }

    FakeClock clock_{parse_iso8601("2026-01-02T03:04:05Z").value()};
    Secrets secrets_ = Secrets::from_fernet_keys("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").value();
    std::unique_ptr<Store> store_;
    std::unique_ptr<AdminService> admin_;
    Actor ann_{"ann", TriggeredBy::rest_api};
};

TEST_F(AdminServiceTest, AMaskedExtraThatComesBackKeepsTheSecret) {
    Connection made;
    made.conn_id = "db";
    made.conn_type = "postgres";
    made.password = "p";
    made.extra = R"({"token":"t","sslmode":"require"})";
    ASSERT_TRUE(admin_->create_connection(made, ann_));
    const auto edited = admin_->edit_connection(
        "db",
        [](Connection& one) {
            one.password = "***";
            one.extra = R"({"token":"***","sslmode":"disable"})";
        },
        ann_);
    ASSERT_TRUE(edited) << edited.error().to_string();
    EXPECT_EQ(edited->password, "p");
    EXPECT_EQ(edited->extra, R"({"token":"t","sslmode":"disable"})");
    EXPECT_NE(store_->get_connection("db").value().extra, edited->extra);
    EXPECT_EQ(events(), (std::vector<std::string>{"post_connection", "patch_connection"}));
}

TEST_F(AdminServiceTest, WrongMembersAreNamed) {
    const auto member_of = [&](Connection connection) {
        const auto made = admin_->create_connection(std::move(connection), ann_);
        EXPECT_FALSE(made);
        const auto* member = made ? nullptr : wrong_member_of(made.error());
        return member == nullptr ? std::string() : *member;
    };
    Connection good;
    good.conn_id = "a";
    good.conn_type = "http";
    const auto with = [&](auto change) {
        Connection bad = good;
        change(bad);
        return bad;
    };
    EXPECT_EQ(member_of(with([](Connection& one) { one.conn_id = "a b"; })), "connection_id");
    EXPECT_EQ(member_of(with([](Connection& one) { one.conn_type = ""; })), "conn_type");
    EXPECT_EQ(member_of(with([](Connection& one) { one.extra = "[1]"; })), "extra");
    EXPECT_EQ(member_of(with([](Connection& one) { one.extra = R"({"token":"***"})"; })), "extra");
    EXPECT_EQ(member_of(with([](Connection& one) { one.password = "***"; })), "password");
    EXPECT_EQ(member_of(with([](Connection& one) { one.port = 70000; })), "port");
    EXPECT_TRUE(events().empty());
}

BulkAction<Variable> creation(std::vector<std::pair<std::string, std::string>> pairs,
                              BulkAction<Variable>::Otherwise otherwise) {
    BulkAction<Variable> action{.kind = BulkAction<Variable>::Kind::create, .otherwise = otherwise, .items = {}};
    for (const auto& [key, value] : pairs) {
        action.items.push_back({key, [key, value](Variable& one) {
                                    one.key = key;
                                    one.value = value;
                                }});
    }
    return action;
}

TEST_F(AdminServiceTest, BulkCreationFailsSkipsOrOverwrites) {
    using Otherwise = BulkAction<Variable>::Otherwise;
    ASSERT_TRUE(admin_->create_variable({.key = "a", .value = "1", .description = "kept"}, ann_));
    const auto refused = admin_->bulk_variables(creation({{"a", "2"}, {"b", "2"}}, Otherwise::fail), ann_).value();
    ASSERT_EQ(refused.errors.size(), 1u);
    EXPECT_EQ(refused.errors[0].code(), ErrorCode::already_exists);
    EXPECT_FALSE(admin_->get_variable("b"));
    const auto skipped = admin_->bulk_variables(creation({{"a", "2"}, {"b", "2"}}, Otherwise::skip), ann_).value();
    EXPECT_EQ(skipped.success, (std::vector<std::string>{"b"}));
    EXPECT_EQ(admin_->get_variable("a").value().value, "1");
    const auto written = admin_->bulk_variables(creation({{"a", "3"}, {"", "x"}}, Otherwise::overwrite), ann_).value();
    EXPECT_EQ(written.success, (std::vector<std::string>{"a"}));
    EXPECT_EQ(written.errors.size(), 1u);
    EXPECT_EQ(admin_->get_variable("a").value().value, "3");
    EXPECT_EQ(admin_->get_variable("a").value().description, "kept");
    EXPECT_EQ(events(), (std::vector<std::string>{"post_variable", "bulk_variables", "bulk_variables"}));
}

TEST_F(AdminServiceTest, BulkRemovalIsAllOrNothingUnlessItMaySkip) {
    ASSERT_TRUE(admin_->create_variable({.key = "a", .value = "1"}, ann_));
    BulkAction<Variable> action{.kind = BulkAction<Variable>::Kind::remove, .items = {{"a", {}}, {"gone", {}}}};
    EXPECT_EQ(admin_->bulk_variables(action, ann_).value().errors.at(0).code(), ErrorCode::not_found);
    EXPECT_TRUE(admin_->get_variable("a"));
    action.otherwise = BulkAction<Variable>::Otherwise::skip;
    EXPECT_EQ(admin_->bulk_variables(action, ann_).value().success, (std::vector<std::string>{"a"}));
    EXPECT_FALSE(admin_->get_variable("a"));
}

TEST_F(AdminServiceTest, PoolsAreFilteredPagedAndGuarded) {
    for (const char* name : {"gpu_a", "gpu_b", "disk"}) {
        ASSERT_TRUE(admin_->create_pool({PoolName(name), 2, "", false}, ann_));
    }
    EXPECT_EQ(admin_->list_pools({.parts = {"GPU"}, .prefixes = {}}, Page{}).value().total, 2);
    EXPECT_EQ(admin_->list_pools({.parts = {}, .prefixes = {"gpu_b", "d"}}, Page{}).value().total, 3);
    const auto last = admin_->list_pools({}, Page{1, 0, {"-name"}}).value();
    EXPECT_EQ(last.items.at(0).pool.name.str(), "gpu_b");
    EXPECT_EQ(last.total, 4);
    EXPECT_FALSE(admin_->list_pools({}, Page{1, 0, {"slots"}}));
    EXPECT_FALSE(admin_->delete_pool("default_pool", ann_));
    EXPECT_EQ(admin_->edit_pool("default_pool", [](Pool& pool) { pool.slots = 7; }, ann_).value().pool.slots, 7);
    EXPECT_FALSE(admin_->edit_pool("default_pool", [](Pool& pool) { pool.description = "x"; }, ann_));
    EXPECT_FALSE(admin_->edit_pool("gpu_a", [](Pool& pool) { pool.slots = -2; }, ann_));
}

}  // namespace
}  // namespace gale
