#include "service/user_service.hpp"

#include <gtest/gtest.h>

#include "service/admin_service.hpp"
#include "store/sqlite/sqlite_store.hpp"

namespace gale {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

class UserServiceTest : public testing::Test {
protected:
    void SetUp() override {
        SqliteOptions options;
        options.path = ":memory:";
        store_ = open_sqlite_store(options).value();
        ASSERT_TRUE(store_->migrate());
        auth_ = std::make_unique<AuthService>(AuthService::open(*store_, clock_, "").value());
        users_ = std::make_unique<UserService>(*store_, clock_);
        ASSERT_TRUE(auth_->ensure_first_user("root", "root-password"));
        ASSERT_TRUE(users_->create("ann", "ann-password", Role::op, root_));
    }
    std::string session(const std::string& username, const std::string& password) {
        return auth_->log_in(username, password, hours{1}).value();
    }

    FakeClock clock_{parse_iso8601("2026-01-02T03:04:05Z").value()};
    std::unique_ptr<Store> store_;
    std::unique_ptr<AuthService> auth_;
    std::unique_ptr<UserService> users_;
    Actor root_{"root", TriggeredBy::rest_api};
    Actor ann_{"ann", TriggeredBy::rest_api};
};

TEST_F(UserServiceTest, NamesAndPasswordsAreChecked) {
    const auto wrong = [&](const std::string& name, const std::string& password) {
        const auto made = users_->create(name, password, Role::viewer, root_);
        const auto* member = made ? nullptr : wrong_member_of(made.error());
        return member == nullptr ? std::string() : *member;
    };
    EXPECT_EQ(wrong("", "long-enough"), "username");
    EXPECT_EQ(wrong("a b", "long-enough"), "username");
    EXPECT_EQ(wrong(std::string(65, 'a'), "long-enough"), "username");
    EXPECT_EQ(wrong("bob", "1234567"), "password");
    EXPECT_EQ(wrong("bob", std::string(1025, 'x')), "password");
    EXPECT_EQ(wrong("bob", "\u043f\u0430\u0440\u043e\u043b\u044c1"), "password");  // 13 bytes, 7 characters
    EXPECT_EQ(users_->create("ann", "long-enough", Role::viewer, root_).error().code(), ErrorCode::already_exists);
    EXPECT_EQ(store_->count_users().value(), 2);
}

TEST_F(UserServiceTest, ANewPasswordEndsTheSessions) {
    const auto before = session("ann", "ann-password");
    ASSERT_TRUE(auth_->verify(before));
    EXPECT_TRUE(store_->find_user("ann").value()->last_login_at);
    const auto wrong = users_->change_password(*auth_, "no", "another-password", ann_, "");
    ASSERT_FALSE(wrong);
    EXPECT_EQ(*wrong_member_of(wrong.error()), "old_password");
    EXPECT_TRUE(auth_->verify(before));
    ASSERT_TRUE(users_->change_password(*auth_, "ann-password", "another-password", ann_, ""));
    EXPECT_EQ(auth_->verify(before).error().code(), ErrorCode::unauthenticated);
    EXPECT_TRUE(auth_->verify(session("ann", "another-password")));
    ASSERT_TRUE(users_->change("ann", {.role = {}, .password = "by-an-admin", .active = {}}, root_));
    EXPECT_TRUE(auth_->log_in("ann", "by-an-admin", hours{1}));
}

TEST_F(UserServiceTest, ASessionOfADeletedUserIsNotTheNextOnes) {
    const auto before = session("ann", "ann-password");
    ASSERT_TRUE(users_->remove("ann", root_));
    EXPECT_FALSE(auth_->verify(before));
    ASSERT_TRUE(users_->create("ann", "ann-password", Role::admin, root_));
    EXPECT_FALSE(auth_->verify(before));
}

TEST_F(UserServiceTest, RolesHoldAtOnceAndTheLastAdminStays) {
    const auto token = session("ann", "ann-password");
    ASSERT_TRUE(users_->change("ann", {.role = Role::viewer, .password = {}, .active = {}}, root_));
    EXPECT_EQ(auth_->verify(token).value().role, Role::viewer);
    EXPECT_EQ(users_->remove("root", root_).error().code(), ErrorCode::conflict);
    EXPECT_FALSE(users_->change("root", {.role = Role::op, .password = {}, .active = {}}, root_));
    EXPECT_FALSE(users_->change("root", {.role = {}, .password = {}, .active = false}, root_));
    EXPECT_EQ(users_->remove("nobody", root_).error().code(), ErrorCode::not_found);
}

TEST_F(UserServiceTest, AnInactiveUserIsOut) {
    const auto session_token = session("ann", "ann-password");
    const auto api_token = users_->create_token("ci", std::nullopt, ann_).value().token;
    ASSERT_TRUE(users_->change("ann", {.role = {}, .password = {}, .active = false}, root_));
    EXPECT_FALSE(auth_->verify(session_token));
    EXPECT_FALSE(auth_->verify(api_token));
    EXPECT_FALSE(auth_->log_in("ann", "ann-password", hours{1}));
    ASSERT_TRUE(users_->change("ann", {.role = {}, .password = {}, .active = true}, root_));
    EXPECT_FALSE(auth_->verify(session_token));
    EXPECT_TRUE(auth_->verify(api_token));
}

TEST_F(UserServiceTest, ApiTokensHaveTheirUsersRoleUntilTheyEnd) {
    const auto made = users_->create_token("ci", clock_.now() + hours{1}, ann_).value();
    EXPECT_EQ(made.token.substr(0, 5), "gale_");
    EXPECT_EQ(store_->list_api_tokens("ann").value().at(0).token_hash.find(made.token), std::string::npos);
    const auto principal = auth_->verify(made.token).value();
    EXPECT_EQ(principal.role, Role::op);
    EXPECT_TRUE(principal.by_api_token);
    EXPECT_FALSE(auth_->verify(made.token + "x"));
    clock_.advance(hours{1});
    EXPECT_EQ(auth_->verify(made.token).error().code(), ErrorCode::unauthenticated);
}

TEST_F(UserServiceTest, TheUseOfATokenIsNotedOnceAMinute) {
    const auto token = users_->create_token("ci", std::nullopt, ann_).value().token;
    const auto used = [&] { return users_->list_tokens("ann").value().at(0).last_used_at; };
    EXPECT_EQ(used(), std::nullopt);
    const auto first = clock_.now();
    ASSERT_TRUE(auth_->verify(token));
    clock_.advance(seconds{59});
    ASSERT_TRUE(auth_->verify(token));
    EXPECT_EQ(used(), first);
    clock_.advance(seconds{1});
    ASSERT_TRUE(auth_->verify(token));
    EXPECT_EQ(used(), clock_.now());
}

TEST_F(UserServiceTest, TokensAreOnesOwn) {
    const auto made = users_->create_token("ci", std::nullopt, ann_).value();
    EXPECT_EQ(*wrong_member_of(users_->create_token("ci", std::nullopt, ann_).error()), "name");
    EXPECT_EQ(*wrong_member_of(users_->create_token("", std::nullopt, ann_).error()), "name");
    EXPECT_EQ(*wrong_member_of(users_->create_token("late", clock_.now(), ann_).error()), "expires_at");
    EXPECT_EQ(users_->delete_token(made.row.id, root_).error().code(), ErrorCode::not_found);
    ASSERT_TRUE(users_->delete_token(made.row.id, ann_));
    EXPECT_FALSE(auth_->verify(made.token));
}

TEST_F(UserServiceTest, TheSettingsUsersAreMadeOnce) {
    const auto made = users_->ensure_users("bob:admin, ann:viewer,Peter:Viewer").value();
    ASSERT_EQ(made.size(), 2u);
    EXPECT_EQ(made[0].username, "bob");
    EXPECT_TRUE(auth_->log_in("bob", made[0].password, hours{1}));
    EXPECT_EQ(users_->get("Peter").value().role, "viewer");
    EXPECT_EQ(users_->get("ann").value().role, "op");
    EXPECT_TRUE(users_->ensure_users("bob:admin").value().empty());
    EXPECT_FALSE(users_->ensure_users("bob"));
    EXPECT_FALSE(users_->ensure_users("bob:king"));
}

}  // namespace
}  // namespace gale
