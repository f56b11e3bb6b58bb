// What is PostgreSQL's own: addresses, translated statements, refusals, connections that are lost at every moment, a
// pooler between, several processes.
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <list>
#include <mutex>
#include <set>
#include <thread>

#include "base/file.hpp"
#include "store/postgres/connection.hpp"
#include "store/postgres/errors.hpp"
#include "store/postgres/schema.hpp"
#include "store/postgres/translate.hpp"
#include "store/postgres/url.hpp"
#include "store/sqlite/connection.hpp"
#include "store_fixture.hpp"

namespace gale {
namespace {

using std::chrono::milliseconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string parameter(const postgres::Address& address, const std::string& keyword) {
    for (const auto& [name, value] : address.parameters) {
        if (name == keyword) return value;
    }
    return "(none)";
}

TEST(PostgresUrl, HasAllThatSqlAlchemyTakes) {
    const auto address =
        must(postgres::parse_url("postgresql+psycopg2://gale:p%40s%2Fs%25@db.example.org:6543/"
                                 "news?sslmode=require&application_name=a%20b&bogus=1"));
    EXPECT_EQ(parameter(address, "user"), "gale");
    EXPECT_EQ(parameter(address, "password"), "p@s/s%");
    EXPECT_EQ(parameter(address, "host"), "db.example.org");
    EXPECT_EQ(parameter(address, "port"), "6543");
    EXPECT_EQ(parameter(address, "dbname"), "news");
    EXPECT_EQ(parameter(address, "sslmode"), "require");
    EXPECT_EQ(parameter(address, "application_name"), "a b");
    EXPECT_EQ(address.name, "db.example.org:6543/news");
    EXPECT_EQ(address.ignored, std::vector<std::string>{"bogus"});
}

TEST(PostgresUrl, KnowsSocketsAddressesAndSeveralHosts) {
    EXPECT_EQ(must(postgres::parse_url("postgresql://gale@/news?host=/var/run/pg")).name, "/var/run/pg:5432/news");
    EXPECT_EQ(must(postgres::parse_url("postgres:///news")).name, "local socket:5432/news");
    const auto six = must(postgres::parse_url("postgresql+asyncpg://u:p@[::1]:5433/d?ssl=require"));
    EXPECT_EQ(parameter(six, "host"), "::1");
    EXPECT_EQ(parameter(six, "sslmode"), "require");
    EXPECT_EQ(six.name, "[::1]:5433/d");
    const auto several = must(postgres::parse_url("postgresql://u@a:1,b:2/d?target_session_attrs=read-write"));
    EXPECT_EQ(parameter(several, "host"), "a,b");
    EXPECT_EQ(parameter(several, "port"), "1,2");
    const auto apart = must(postgres::parse_url("postgresql://u@/d?host=a:1&host=b:2"));
    EXPECT_EQ(parameter(apart, "host"), "a,b");
    EXPECT_EQ(parameter(apart, "port"), "1,2");
}

TEST(PostgresUrl, RefusesWhatItCannotReadWithoutShowingThePassword) {
    for (const std::string url :
         {"postgresql://u:geheim%4@h/d", "postgresql://u:geheim@h:port/d", "postgresql://u:geheim@more@h/d",
          "postgresql://u:geheim%zz@h/d", "postgresql://u:geheim%00@h/d", "mysql://u:geheim@h/d"}) {
        const auto refused = postgres::parse_url(url);
        ASSERT_FALSE(refused) << url;
        EXPECT_EQ(refused.error().code(), ErrorCode::invalid_argument);
        EXPECT_THAT(refused.error().to_string(), Not(HasSubstr("geheim")));
    }
}

TEST(PostgresSql, IsTheSharedOneInOtherWords) {
    const auto to = [](std::string_view sql) { return postgres::translate(sql); };
    EXPECT_EQ(to("a = ? AND b = ?"), "a = $1 AND b = $2");
    EXPECT_EQ(to("a = ?2 OR b = ?1"), "a = $2 OR b = $1");
    EXPECT_EQ(to("x = '?' AND \"user\" = ? AND y LIKE ?"), "x = '?' AND \"user\" = $1 AND y ILIKE $2 ESCAPE ''");
    EXPECT_EQ(to("FROM t INDEXED BY i WHERE"), "FROM t WHERE");
    EXPECT_EQ(to("a CROSS JOIN b ON"), "a JOIN b ON");
    EXPECT_EQ(to("instr(lower(a), lower(?)) > 0"), "strpos(lower(a), lower($1)) > 0");
}

TEST(PostgresErrors, SayWhatIsWrongWithAConnection) {
    const auto code = [](std::string_view text) { return postgres::connect_error("h:1/d", text).code(); };
    EXPECT_EQ(code("connection to server at \"h\", port 1 failed: FATAL:  28P01: password authentication failed"),
              ErrorCode::permission_denied);
    EXPECT_EQ(code("connection failed: ВАЖНО:  3D000: база данных \"d\" не существует"), ErrorCode::not_found);
    EXPECT_EQ(code("connection failed: FATAL:  53300: sorry, too many clients already"), ErrorCode::unavailable);
    EXPECT_EQ(code("connection failed: FATAL:  57P03: the database system is starting up"), ErrorCode::unavailable);
    EXPECT_EQ(code("connection to server at \"h\" (::1), port 1 failed: Connection refused"), ErrorCode::unavailable);
    EXPECT_EQ(code("fe_sendauth: no password supplied"), ErrorCode::permission_denied);
}

class PostgresContract : public testing::Test {
protected:
    std::unique_ptr<Store> open(PostgresOptions options = {}) {
        if (options.url.empty()) options.url = database.url();
        return must(open_postgres_store(options));
    }
    std::unique_ptr<Store> migrated(PostgresOptions options = {}) {
        auto store = open(std::move(options));
        must(store->migrate());
        return store;
    }
    // Ends the sessions of this database.
    void kill_sessions() const {
        server().ask("postgres", "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '" +
                                     database.name() + "'");
    }
    static const PostgresServer& server() { return PostgresServer::shared(); }
    PostgresDatabase database;
};

TEST_F(PostgresContract, WhatCannotBeReachedIsAClearErrorWithoutThePassword) {
    const auto error = [&](const std::string& url) {
        const auto opened = open_postgres_store({.url = url, .read_patience = milliseconds(0)});
        return opened ? Error(ErrorCode::internal, "opened") : opened.error();
    };
    const auto nowhere = error("postgresql://gale:geheim@127.0.0.1:1/news");
    EXPECT_EQ(nowhere.code(), ErrorCode::unavailable);
    EXPECT_THAT(nowhere.to_string(), AllOf(HasSubstr("127.0.0.1:1/news"), Not(HasSubstr("geheim"))));
    const auto missing = error(server().url("nope"));
    EXPECT_EQ(missing.code(), ErrorCode::not_found);
    EXPECT_THAT(missing.message(), AllOf(HasSubstr("CREATE DATABASE"), HasSubstr("/nope"), Not(HasSubstr("secret"))));
    EXPECT_EQ(error("postgresql://nobody_here:x@/" + database.name() + "?host=" + server().folder()).code(),
              ErrorCode::permission_denied);
    const std::string latin = database.name() + "_latin";
    server().ask("postgres", "CREATE DATABASE \"" + latin + "\" ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
    EXPECT_EQ(error(server().url(latin)).code(), ErrorCode::unsupported);
    server().ask("postgres", "DROP DATABASE \"" + latin + "\"");
}

TEST_F(PostgresContract, MigratesOnceThoughSeveralStartAtOnce) {
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back([&] { must(open()->migrate()); });
    for (auto& thread : threads) thread.join();
    auto store = open();
    const auto status = must(store->schema_status());
    EXPECT_EQ(status.current, status.wanted);
    EXPECT_EQ(database.ask("SELECT count(*) FROM schema_migrations"),
              std::to_string(postgres::embedded_migrations().size()));
}

TEST_F(PostgresContract, OtherSchemasAreRefused) {
    auto store = migrated();
    database.ask("INSERT INTO schema_migrations VALUES (99, 'x', 'y', 0)");
    EXPECT_EQ(code_of(store->migrate()), ErrorCode::conflict);
    database.ask("DELETE FROM schema_migrations WHERE number = 99");
    database.ask("UPDATE schema_migrations SET sha256 = 'x'");
    EXPECT_EQ(code_of(store->schema_status()), ErrorCode::data_corrupt);
}

TEST_F(PostgresContract, AirflowsDatabaseIsLeftAlone) {
    database.ask("CREATE TABLE alembic_version (version_num text)");
    database.ask("CREATE TABLE dag (dag_id text)");
    const auto refused = open()->migrate();
    EXPECT_EQ(code_of(refused), ErrorCode::conflict);
    EXPECT_THAT(refused.error().message(), HasSubstr("gale db import-airflow"));
    EXPECT_EQ(database.ask("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), "2");
}

TEST_F(PostgresContract, WithoutTablesItSaysMigrate) {
    const auto refused = open()->list_pools();
    EXPECT_EQ(code_of(refused), ErrorCode::conflict);
    EXPECT_THAT(refused.error().message(), HasSubstr("gale db migrate"));
}

class RawPostgres {
public:
    explicit RawPostgres(const std::string& url)
        : connector_(must(postgres::parse_url(url)), {}), connection_(connector_, must(connector_.connect())) {
        must(connection_.begin(sql::Connection::Access::read));
    }
    sql::Connection& operator*() { return connection_; }

private:
    postgres::Connector connector_;
    postgres::Connection connection_;
};

// Refresh with GALE_UPDATE_GOLDENS=1 after adding a migration, and review the difference.
TEST_F(PostgresContract, TheSchemaIsTheSumOfTheMigrations) {
    migrated();
    RawPostgres raw(database.url());
    const auto dump = must(postgres::dump_schema(*raw));
    const std::string golden = GALE_SOURCE_DIR "/src/store/postgres/schema.txt";
    if (std::getenv("GALE_UPDATE_GOLDENS") != nullptr) must(write_file_atomically(golden, dump));
    EXPECT_EQ(must(read_file(golden)), dump);
}

std::set<std::string> names_of(sql::Connection& connection, std::string_view sql) {
    std::set<std::string> names;
    auto cursor = must(connection.query(sql));
    while (must(cursor.next())) {
        std::string name;
        must(cursor.read("names", name));
        names.insert(name);
    }
    return names;
}

// A migration that was added to one database only shows here.
TEST_F(PostgresContract, TablesColumnsIndexesAndTriggersAreSqlites) {
    migrated();
    RawPostgres raw(database.url());
    SqliteFile file;
    must(file.open()->migrate());
    auto sqlite = must(sqlite::Connection::open({.path = file.path()}));
    EXPECT_EQ(names_of(*raw,
                       "SELECT c.relname || '.' || a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = "
                       "c.oid AND a.attnum > 0 WHERE c.relkind = 'r' AND c.relname != 'commit_receipt' AND "
                       "c.relnamespace = current_schema()::regnamespace"),
              names_of(*sqlite,
                       "SELECT t.name || '.' || c.name FROM sqlite_schema t, pragma_table_info(t.name) c WHERE "
                       "t.type = 'table' AND t.name NOT LIKE 'sqlite_%'"));
    EXPECT_EQ(names_of(*raw,
                       "SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid "
                       "LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid WHERE k.oid IS NULL AND "
                       "c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'"),
              names_of(*sqlite, "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"));
    EXPECT_EQ(names_of(*raw, "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"),
              names_of(*sqlite, "SELECT name FROM sqlite_schema WHERE type = 'trigger'"));
}

class PostgresRuns : public PostgresContract {
protected:
    PostgresRuns() {
        store = migrated();
        must(store->record_parsed_file(a_file("news.py", {a_dag("news")})));
        news = must(store->get_dag(DagId("news")));
    }
    std::int64_t count_runs(Store& of) { return must(of.list_dag_runs({}, {.limit = 1})).total; }
    std::unique_ptr<Store> store;
    DagRow news;
};

TEST_F(PostgresRuns, ADamagedRowIsNamedAndTheOthersLoad) {
    const auto bad = must(store->create_dag_run(a_run(news, "bad", {"a"}, 0)));
    must(store->create_dag_run(a_run(news, "good", {"a"}, 60)));
    database.ask("UPDATE dag_run SET conf = '{oops' WHERE run_id = 'bad'");
    const auto read = store->get_dag_run(DagId("news"), RunId("bad"));
    EXPECT_EQ(code_of(read), ErrorCode::data_corrupt);
    EXPECT_THAT(read.error().message(), HasSubstr("row " + std::to_string(bad.key.value()) + " of table dag_run"));
    EXPECT_EQ(must(store->load_active_runs()).size(), 1u);
}

TEST_F(PostgresRuns, KilledConnectionsAreReplaced) {
    must(store->create_dag_run(a_run(news, "r1")));
    kill_sessions();
    EXPECT_EQ(count_runs(*store), 1);
    kill_sessions();
    must(store->create_dag_run(a_run(news, "r2", {"a"}, 60)));
    kill_sessions();
    must(store->check());
}

// A run that is made twice would be already_exists.
TEST_F(PostgresRuns, WritesAreDoneOnceThoughConnectionsAreKilledAtAnyMoment) {
    auto other = open();
    std::atomic<int> writers{4};
    std::vector<std::jthread> threads;
    for (int w = 0; w < 4; ++w) {
        threads.emplace_back([&, w] {
            Store& mine = w % 2 == 0 ? *store : *other;
            for (int i = 0; i < 40; ++i)
                must(mine.create_dag_run(
                    a_run(news, "r" + std::to_string(w) + "_" + std::to_string(i), {"a", "b"}, w * 1000 + i)));
            --writers;
        });
    }
    int killed = 0;
    do {
        kill_sessions();
        ++killed;
    } while (writers > 0 && killed < 20);
    threads.clear();
    EXPECT_GT(killed, 1);
    EXPECT_EQ(count_runs(*store), 160);
    EXPECT_EQ(database.ask("SELECT count(*) FROM task_instance"), "320");
}

TEST_F(PostgresRuns, ACommitThatNeverArrivedIsDoneAgain) {
    std::atomic<int> kills{1};
    auto mine = open({.before_commit = [&] {
        if (kills.fetch_sub(1) == 1) kill_sessions();
    }});
    must(mine->create_dag_run(a_run(news, "r")));
    EXPECT_LT(kills, 0) << "it was committed on another connection";
    EXPECT_EQ(count_runs(*store), 1);
}

// Between a client and the server. Once armed it lets the next COMMIT through and cuts the connection when the server
// has answered.
class CuttingProxy {
public:
    explicit CuttingProxy(std::string server_folder) : server_(server_folder + kSocket) {
        std::filesystem::create_directories(folder_);
        listener_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        const auto address = address_of(folder_ + kSocket);
        if (::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
            ::listen(listener_.get(), 10) != 0)
            throw std::runtime_error("cannot listen in " + folder_);
        thread_ = std::jthread([this] { accept_all(); });
    }
    ~CuttingProxy() {
        ::shutdown(listener_.get(), SHUT_RDWR);
        thread_.join();
        connections_.clear();
        std::filesystem::remove_all(folder_);
    }
    const std::string& folder() const { return folder_; }
    void arm() { is_armed_ = true; }
    bool is_armed() const { return is_armed_; }

private:
    static constexpr const char* kSocket = "/.s.PGSQL.5432";
    static sockaddr_un address_of(const std::string& path) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        return address;
    }
    void accept_all() {
        for (;;) {
            const int client = ::accept(listener_.get(), nullptr, nullptr);
            if (client < 0) return;
            connections_.emplace_back([this, client] { carry(client); });
        }
    }
    void carry(int client_socket) {
        const Fd client(client_socket), server(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        const auto address = address_of(server_);
        if (::connect(server.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return;
        bool is_committing = false;
        for (;;) {
            pollfd polled[2] = {{client.get(), POLLIN, 0}, {server.get(), POLLIN, 0}};
            if (::poll(polled, 2, -1) < 0) return;
            char bytes[65536];
            for (int from = 0; from < 2; ++from) {
                if (polled[from].revents == 0) continue;
                const auto size = ::read(polled[from].fd, bytes, sizeof bytes);
                if (size <= 0) return;
                const std::string_view data(bytes, static_cast<size_t>(size));
                if (from == 0 && data.find("COMMIT") != data.npos) is_committing = is_armed_.exchange(false);
                if (from == 1 && is_committing) return;  // the answer is lost
                if (::write(polled[1 - from].fd, bytes, data.size()) != size) return;
            }
        }
    }

    const std::string server_;
    const std::string folder_ = "/tmp/gale_proxy_" + random_alphanumeric(8);
    std::atomic<bool> is_armed_{false};
    Fd listener_;
    std::list<std::jthread> connections_;
    std::jthread thread_;
};

TEST_F(PostgresRuns, ACommitWhoseAnswerIsLostIsAskedAfterAndNotDoneAgain) {
    CuttingProxy proxy(server().folder());
    {
        auto mine = open({.url = "postgresql://gale@/" + database.name() + "?host=" + proxy.folder()});
        must(mine->create_dag_run(a_run(news, "before", {"a"}, 60)));
        proxy.arm();
        EXPECT_EQ(must(mine->create_dag_run(a_run(news, "r"))).run_id, RunId("r"));
        EXPECT_FALSE(proxy.is_armed()) << "it was cut";
        must(mine->create_dag_run(a_run(news, "after", {"a"}, 120)));
    }
    EXPECT_EQ(count_runs(*store), 3);
}

// As a process that is stopped (SIGSTOP, a suspended machine) in the middle of a write.
TEST_F(PostgresRuns, ATransactionLeftOpenIsCutAndHoldsNobodyForLonger) {
    std::atomic<bool> is_open{false}, go_on{false};
    std::atomic<int> stops{1};
    auto stopped = open({.idle_in_transaction = milliseconds(300), .before_commit = [&] {
                             if (stops.fetch_sub(1) != 1) return;
                             is_open = true;
                             is_open.notify_all();
                             go_on.wait(false);
                         }});
    std::jthread writer([&] { must(stopped->create_dag_run(a_run(news, "late", {"a"}, 60))); });
    is_open.wait(false);
    must(store->create_dag_run(a_run(news, "r")));  // waits for the cut, not for the other process
    go_on = true;
    go_on.notify_all();
    writer.join();
    EXPECT_EQ(count_runs(*store), 2);
}

TEST_F(PostgresRuns, AnotherProgramThatHoldsTheLockIsAClearError) {
    const std::unique_ptr<PGconn, decltype(&PQfinish)> holder(
        PQconnectdb(("user=gale host=" + server().folder() + " dbname=" + database.name()).c_str()), PQfinish);
    PQclear(PQexec(holder.get(), "SELECT pg_advisory_lock(1195461701)"));  // "GALE"
    auto waiting = open({.write_patience = milliseconds(250), .lock_timeout = milliseconds(100)});
    const auto refused = waiting->set_variable({.key = "k", .value = "v"});
    EXPECT_EQ(code_of(refused), ErrorCode::unavailable);
    EXPECT_THAT(refused.error().message(), HasSubstr("lock that writes take"));
    PQclear(PQexec(holder.get(), "SELECT pg_advisory_unlock_all()"));
    must(waiting->set_variable({.key = "k", .value = "v"}));
}

TEST(PostgresServerContract, ARestartInTheMiddleLosesNothingThatHadReturned) {
    const PostgresServer server;
    const PostgresDatabase database(server);
    auto store = must(open_postgres_store({.url = database.url()}));
    must(store->migrate());
    must(store->record_parsed_file(a_file("news.py", {a_dag("news")})));
    const auto news = must(store->get_dag(DagId("news")));
    std::atomic<int> wakes{0}, made{0};
    const auto subscription = store->subscribe(Channel::events, [&] {
        ++wakes;
        wakes.notify_all();
    });
    std::atomic<bool> stop{false};
    std::jthread writer([&] {
        for (int i = 0; !stop; ++i) {
            must(store->create_dag_run(a_run(news, "r" + std::to_string(i), {"a"}, i)));
            ++made;
            made.notify_all();
        }
    });
    const auto wait_past = [](std::atomic<int>& number, int past) {
        for (int now = number; now <= past; now = number) number.wait(now);
    };
    wait_past(made, 5);
    server.restart();
    const int at_restart = made;
    wait_past(made, at_restart + 5);
    wait_past(wakes, wakes);  // who listens hears again
    stop = true;
    writer.join();
    EXPECT_EQ(must(store->list_dag_runs({}, {.limit = 1})).total, made);
}

// In transaction mode: each transaction on another of few connections.
class PgBouncer {
public:
    explicit PgBouncer(const std::string& server_folder) {
        std::filesystem::create_directories(folder_);
        std::filesystem::permissions(folder_, std::filesystem::perms::all);
        std::ofstream(folder_ + "/ini") << "[databases]\n* = host=" << server_folder << " user=gale\n[pgbouncer]\n"
                                        << "pool_mode = transaction\ndefault_pool_size = 3\nauth_type = any\n"
                                        << "listen_addr =\nunix_socket_dir = " << folder_ << "\nlisten_port = 5432\n"
                                        << "logfile = " << folder_ << "/log\npidfile = " << folder_ << "/pid\n";
        const std::string as = ::geteuid() == 0 ? "runuser -u postgres -- " : "";
        if (std::system((as + "env PATH=\"$PATH:/usr/sbin\" pgbouncer -q -d " + folder_ + "/ini").c_str()) != 0)
            throw std::runtime_error("cannot start pgbouncer: install it (deps/apt.txt)");
    }
    ~PgBouncer() {
        int pid = 0;
        std::ifstream(folder_ + "/pid") >> pid;
        if (pid > 0) ::kill(pid, SIGKILL);  // at SIGTERM it would remove files of its own while the folder goes
        std::filesystem::remove_all(folder_);
    }
    std::string url(const std::string& database) const { return "postgresql://gale@/" + database + "?host=" + folder_; }

private:
    const std::string folder_ = "/tmp/gale_bouncer_" + random_alphanumeric(8);
};

TEST_F(PostgresRuns, APoolerInTransactionModeMayStandBetween) {
    PgBouncer bouncer(server().folder());
    {
        auto mine = open({.url = bouncer.url(database.name())});
        auto other = open({.url = bouncer.url(database.name())});
        std::vector<std::jthread> threads;
        for (int w = 0; w < 4; ++w) {
            threads.emplace_back([&, w] {
                Store& one = w % 2 == 0 ? *mine : *other;
                for (int i = 0; i < 15; ++i) {
                    const auto run_id = "r" + std::to_string(w) + "_" + std::to_string(i);
                    must(one.create_dag_run(a_run(news, run_id, {"a", "b"}, w * 1000 + i)));
                    EXPECT_EQ(must(one.get_dag_run(DagId("news"), RunId(run_id))).run_id, RunId(run_id));
                }
            });
        }
        threads.clear();
        EXPECT_EQ(count_runs(*mine), 60);
        // Notifications do not get through; it looks instead.
        std::atomic<int> wakes{0};
        const auto subscription = mine->subscribe(Channel::scheduler, [&] {
            ++wakes;
            wakes.notify_all();
        });
        const int before = wakes;
        must(other->set_dag_paused(DagId("news"), true));
        wakes.wait(before);
        EXPECT_GT(wakes, before);
    }
    EXPECT_EQ(database.ask("SELECT setting FROM pg_settings WHERE name = 'statement_timeout'"), "0");
}

// None may walk a table that grows. Without rows PostgreSQL walks anything: it is told not to.
TEST_F(PostgresRuns, HotPathsUseIndexes) {
    std::mutex mutex;
    std::set<std::string> statements;
    auto watched = open({.on_prepare = [&](std::string_view sql) {
        std::scoped_lock lock(mutex);
        statements.emplace(sql);
    }});
    auto made = a_run(news, "r");
    const auto run = must(watched->create_dag_run(made));
    const auto key = TaskInstanceKey{DagId("news"), RunId("r"), TaskId("a")};
    Plan plan;
    plan.tasks = {{.id = made.task_instances[0].id, .to = TaskState::up_for_retry, .new_id = TaskInstanceId(uuid7())}};
    plan.runs = {{.run = run.key}};
    must(watched->apply(plan));
    must(watched->load_active_runs());
    must(watched->previous_run(run, true));
    must(watched->recent_outcomes(DagId("news"), 3));
    must(watched->set_xcom({key, "k", 1, at(0)}));
    must(watched->get_xcom(key, "k", false));
    must(watched->get_xcom(key, "k", true));
    must(watched->list_tries(key));
    must(watched->pools_in_use());
    must(watched->list_dag_runs({.dag_id = DagId("news")}, {.order_by = {"-run_after"}}));
    must(watched->list_task_instances({.dag_id = DagId("news"), .run_id = RunId("r")}, {}));
    must(watched->list_audit_entries(DagId("news"), {}));
    must(watched->grid_rows({.dag_id = DagId("news")}, 25));
    must(watched->recent_runs({DagId("news")}, 14));
    must(watched->duration_rows(DagId("news"), 50));
    must(watched->recent_durations(DagId("news"), 20));
    must(watched->tries_of_run(DagId("news"), RunId("r")));
    must(watched->running_runs(20));
    must(watched->count_queued_runs());
    must(watched->count_dags());
    must(watched->occupying_task_instances());
    must(watched->tries_of_node("node"));
    must(watched->changes_since(0, 1000));
    must(watched->delete_dag_run(DagId("news"), RunId("r")));
    const std::unique_ptr<PGconn, decltype(&PQfinish)> raw(
        PQconnectdb(("user=gale host=" + server().folder() + " dbname=" + database.name()).c_str()), PQfinish);
    PQclear(PQexec(raw.get(), "SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan"));
    int looked_at = 0;
    for (const auto& sql : statements) {
        if (!sql.starts_with("SELECT") && !sql.starts_with("UPDATE") && !sql.starts_with("DELETE")) continue;
        const auto name = "s" + std::to_string(++looked_at);
        const std::unique_ptr<PGresult, decltype(&PQclear)> prepared(
            PQexec(raw.get(), ("PREPARE " + name + " AS " + sql).c_str()), PQclear);
        ASSERT_EQ(PQresultStatus(prepared.get()), PGRES_COMMAND_OK) << sql << PQerrorMessage(raw.get());
        const std::unique_ptr<PGresult, decltype(&PQclear)> described(PQdescribePrepared(raw.get(), name.c_str()),
                                                                      PQclear);
        std::string nulls;
        for (int i = 0; i < PQnparams(described.get()); ++i) nulls += i == 0 ? "(NULL" : ", NULL";
        const std::unique_ptr<PGresult, decltype(&PQclear)> plan_lines(
            PQexec(raw.get(), ("EXPLAIN EXECUTE " + name + (nulls.empty() ? "" : nulls + ")")).c_str()), PQclear);
        ASSERT_EQ(PQresultStatus(plan_lines.get()), PGRES_TUPLES_OK) << sql << PQerrorMessage(raw.get());
        for (int i = 0; i < PQntuples(plan_lines.get()); ++i) {
            const std::string line = PQgetvalue(plan_lines.get(), i, 0);
            for (const char* table : {"dag_run", "task_instance", "task_instance_history", "xcom", "log", "change"})
                EXPECT_EQ(line.find("Seq Scan on " + std::string(table) + " "), line.npos) << sql << "\n" << line;
        }
    }
    EXPECT_GT(looked_at, 20);
}

}  // namespace
}  // namespace gale
