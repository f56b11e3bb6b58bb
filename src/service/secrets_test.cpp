#include "service/secrets.hpp"

#include <gtest/gtest.h>

#include "store/sqlite/sqlite_store.hpp"

namespace gale {
namespace {

// Made with Python's `cryptography` (Fernet.encrypt_at_time) for this test.
constexpr const char* kKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
constexpr const char* kOtherKey = "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=";
constexpr const char* kToken =
    "gAAAAABlU_EAYGWJMmWhGt_H0nIu1uKpdBWA_uJHB9Bnr_3QvkYSuMhlmdwAqYfb3falEMGbCn3PjtlN-8ZJJa-M-BbuOU_GcA==";

TEST(Secrets, DecryptsWhatPythonEncrypted) {
    const auto secrets = Secrets::from_fernet_keys(kKey);
    ASSERT_TRUE(secrets);
    EXPECT_EQ(secrets->decrypt(kToken).value_or("?"), "p\xc3\xa4ss \xe2\x82\xac word");
}

TEST(Secrets, DecryptsItsOwnTokensAndNeverTwiceTheSame) {
    const auto secrets = Secrets::from_fernet_keys(kKey);
    ASSERT_TRUE(secrets);
    const auto token = secrets->encrypt("hello");
    EXPECT_NE(token, secrets->encrypt("hello"));
    EXPECT_EQ(secrets->decrypt(token).value_or("?"), "hello");
    EXPECT_EQ(secrets->decrypt(secrets->encrypt("")).value_or("?"), "");
}

TEST(Secrets, EveryKeyOfTheListDecryptsAndTheFirstEncrypts) {
    const auto both = Secrets::from_fernet_keys(std::string(kOtherKey) + ", " + kKey);
    const auto first = Secrets::from_fernet_keys(kOtherKey);
    ASSERT_TRUE(both && first);
    EXPECT_TRUE(both->decrypt(kToken));
    EXPECT_EQ(first->decrypt(both->encrypt("x")).value_or("?"), "x");
}

TEST(Secrets, RefusesAChangedTokenAWrongKeyAndGarbage) {
    const auto secrets = Secrets::from_fernet_keys(kKey);
    const auto other = Secrets::from_fernet_keys(kOtherKey);
    ASSERT_TRUE(secrets && other);
    EXPECT_FALSE(other->decrypt(kToken));
    for (size_t at = 0; at < std::string(kToken).size(); at += 7) {
        std::string changed = kToken;
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(secrets->decrypt(changed)) << at;
    }
    EXPECT_FALSE(secrets->decrypt(""));
    EXPECT_FALSE(secrets->decrypt("not base64!"));
}

TEST(Secrets, AMalformedKeySaysHowToMakeOneAndDoesNotShowIt) {
    const auto secrets = Secrets::from_fernet_keys("tooshort");
    ASSERT_FALSE(secrets);
    EXPECT_NE(secrets.error().message().find("/dev/urandom"), std::string::npos);
    EXPECT_EQ(secrets.error().message().find("tooshort"), std::string::npos);
}

TEST(Secrets, WithoutAKeyValuesStayAsTheyAre) {
    const auto secrets = Secrets::from_fernet_keys("");
    ASSERT_TRUE(secrets);
    EXPECT_FALSE(secrets->enabled());
    EXPECT_EQ(secrets->encrypt("x"), "x");
}

TEST(SensitiveNames, AreTheOnesThatAirflowMasks) {
    EXPECT_TRUE(is_sensitive_name("DB_PASSWORD"));
    EXPECT_TRUE(is_sensitive_name("my_api_key"));
    EXPECT_FALSE(is_sensitive_name("topic"));
}

TEST(Secrets, TwoInstallationsWithDifferentKeysOnOneDatabaseAreTold) {
    const auto store = open_sqlite_store({.path = ":memory:"}).value();
    ASSERT_TRUE(store->migrate());
    const auto first = Secrets::from_fernet_keys(kKey).value(), second = Secrets::from_fernet_keys(kOtherKey).value();
    const auto both = Secrets::from_fernet_keys(std::string(kOtherKey) + "," + kKey).value();
    EXPECT_TRUE(Secrets().check_keys(*store));
    EXPECT_TRUE(first.check_keys(*store));
    EXPECT_TRUE(first.check_keys(*store));
    EXPECT_TRUE(both.check_keys(*store));
    const auto refused = second.check_keys(*store);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::conflict);
    EXPECT_NE(refused.error().message().find("fernet_key"), std::string::npos);
}

}  // namespace
}  // namespace gale
