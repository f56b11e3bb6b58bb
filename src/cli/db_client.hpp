// The database's own programs: psql, pg_dump, sqlite3.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "config/settings.hpp"

namespace gale {

// Where the metadata database is.
struct DatabasePlace {
    std::string sqlite_path;  // empty: PostgreSQL
    std::string url;          // libpq's form, without the password
    std::string password;     // "": none; it goes through the environment, where a list of processes does not show it
};
DatabasePlace database_place(const Settings& settings);
// Of SQLAlchemy's form of an address: "postgresql+psycopg2://user:password@host/database?sslmode=require".
DatabasePlace postgres_place(const std::string& url);

// Becomes the program; returns only when that fails, with what to install.
Error become_program(const std::vector<std::string>& command, const DatabasePlace& place, const std::string& package);
// Runs it to its end, its output ours; the exit code, 128 + signal.
Result<int> run_program(const std::vector<std::string>& command, const DatabasePlace& place,
                        const std::string& package);

}  // namespace gale
