// A private PostgreSQL server, and a database of it for each test. `ctest` starts one for all (GALE_TEST_POSTGRES is
// its folder); a test program that is run by hand starts its own.
#pragma once

#include <libpq-fe.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include "base/hash.hpp"

namespace gale {

inline void run_postgres_server(const std::string& what, const std::string& folder) {
    const std::string command = "python3 " GALE_SOURCE_DIR "/tests/postgres_server.py " + what + " " + folder;
    if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
}

class PostgresServer {
public:
    // The one that all tests share.
    static const PostgresServer& shared() {
        static const PostgresServer server(std::getenv("GALE_TEST_POSTGRES"));
        return server;
    }
    // `given` null: one of its own, gone with it.
    explicit PostgresServer(const char* given = nullptr) : is_own_(given == nullptr) {
        folder_ = is_own_ ? "/tmp/gale_pg_" + random_alphanumeric(10) : given;
        if (is_own_) run_postgres_server("start", folder_);
    }
    ~PostgresServer() {
        if (is_own_) run_postgres_server("stop", folder_);
    }
    PostgresServer(const PostgresServer&) = delete;
    PostgresServer& operator=(const PostgresServer&) = delete;

    void restart() const { run_postgres_server("restart", folder_); }
    const std::string& folder() const { return folder_; }
    std::string url(const std::string& database) const {
        return "postgresql+psycopg2://gale:secret@/" + database + "?host=" + folder_;
    }
    // The first field of the first row, "" when there is none.
    std::string ask(const std::string& database, const std::string& sql) const {
        const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(
            PQconnectdb(("user=gale host=" + folder_ + " dbname=" + database).c_str()), PQfinish);
        const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection.get(), sql.c_str()), PQclear);
        const auto status = PQresultStatus(result.get());
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
            throw std::runtime_error(sql + ": " + PQerrorMessage(connection.get()));
        return PQntuples(result.get()) == 0 ? "" : PQgetvalue(result.get(), 0, 0);
    }

private:
    const bool is_own_;
    std::string folder_;
};

class PostgresDatabase {
public:
    explicit PostgresDatabase(const PostgresServer& server = PostgresServer::shared())
        : server_(server), name_("t_" + random_alphanumeric(12)) {
        server_.ask("postgres", "CREATE DATABASE \"" + name_ + "\"");
    }
    ~PostgresDatabase() { server_.ask("postgres", "DROP DATABASE \"" + name_ + "\" WITH (FORCE)"); }
    PostgresDatabase(const PostgresDatabase&) = delete;
    PostgresDatabase& operator=(const PostgresDatabase&) = delete;

    std::string url() const { return server_.url(name_); }
    const std::string& name() const { return name_; }
    std::string ask(const std::string& sql) const { return server_.ask(name_, sql); }

private:
    const PostgresServer& server_;
    std::string name_;
};

}  // namespace gale
