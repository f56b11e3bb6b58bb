#include "config/config.hpp"

#include <gtest/gtest.h>

#include "config/settings.hpp"

namespace gale {
namespace {

Config load(const Environment& environment, std::string_view text = "") {
    return Config::load(environment, text, "airflow.cfg").value();
}

TEST(Config, EnvironmentWinsOverFileWinsOverDefault) {
    const auto config = load({{"AIRFLOW__CORE__PARALLELISM", "7"}}, "[core]\nparallelism = 5\nfernet_key = a%%b\n");
    EXPECT_EQ(config.get_int("core", "parallelism", 32).value(), 7);
    EXPECT_EQ(config.get("core", "fernet_key", ""), "a%b");
    EXPECT_EQ(config.get_int("core", "max_active_runs_per_dag", 16).value(), 16);
}

TEST(Config, ReadsCommentsAndContinuationLines) {
    const auto config = load({}, "# top\n[Logging]\nkey = one\n  two\n; note\nother: x\n");
    EXPECT_EQ(config.get("logging", "key", ""), "one\ntwo");
    EXPECT_EQ(config.get("logging", "other", ""), "x");
}

TEST(Config, CommandsGiveTheirOutput) {
    EXPECT_EQ(load({{"AIRFLOW__CORE__FERNET_KEY_CMD", "printf secret"}}).get("core", "fernet_key", ""), "secret");
    const auto failed = Config::load({{"AIRFLOW__CORE__FERNET_KEY_CMD", "exit 3"}}, "", "");
    ASSERT_FALSE(failed);
    EXPECT_NE(failed.error().message().find("AIRFLOW__CORE__FERNET_KEY_CMD failed with exit code 3"),
              std::string::npos);
}

TEST(Config, SaysWhereAWrongValueWasSet) {
    const auto number = load({}, "[core]\n\nparallelism = many\n").get_int("core", "parallelism", 1);
    ASSERT_FALSE(number);
    EXPECT_EQ(number.error().message(),
              "[core] parallelism (airflow.cfg line 3) must be a whole number, but is 'many'");
    EXPECT_FALSE(Config::load({}, "parallelism = 3", "airflow.cfg"));
}

TEST(Settings, NamesKeysThatNobodyKnows) {
    const auto settings =
        load_settings({{"AIRFLOW_HOME", "/nowhere"}, {"AIRFLOW__CORE__PARALELISM", "3"}}, "/x/bin/gale").value();
    ASSERT_EQ(settings.unknown_keys.size(), 1u);
    EXPECT_EQ(settings.unknown_keys[0], "[core] paralelism (AIRFLOW__CORE__PARALELISM)");
    EXPECT_EQ(settings.dags_folder, "/nowhere/dags");
}

TEST(Settings, RefusesADatabaseItCannotUse) {
    const auto settings =
        load_settings({{"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "mysql://u:secret@h/db"}}, "/x/bin/gale");
    ASSERT_FALSE(settings);
    EXPECT_EQ(settings.error().message().find("secret"), std::string::npos);
    EXPECT_NE(settings.error().message().find("mysql"), std::string::npos);
}

TEST(Settings, KeepsDataInPostgresOrInAFile) {
    const auto of = [](const std::string& url) {
        return load_settings({{"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", url}}, "/x/bin/gale").value();
    };
    for (const std::string scheme : {"postgresql", "postgresql+psycopg2", "postgresql+asyncpg", "postgres"}) {
        const auto settings = of(scheme + "://u:secret@h/db");
        EXPECT_EQ(settings.postgres_url, scheme + "://u:secret@h/db");
        EXPECT_TRUE(settings.shares_database());
    }
    EXPECT_EQ(of("sqlite:////var/lib/gale.db").sqlite_path, "/var/lib/gale.db");
    EXPECT_FALSE(of("sqlite:////var/lib/gale.db").shares_database());
}

}  // namespace
}  // namespace gale
