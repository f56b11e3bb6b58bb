// The command line: Airflow's commands, arguments and exit codes. One file a noun.
//
// Exit codes: 0 done; 1 it failed (unknown dag id, a failed run, import errors …); 2 the command was misspelled.
#pragma once

#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "config/settings.hpp"
#include "store/store.hpp"

namespace gale {

// What the commands need of the process around them. main/ fills it.
struct CliContext {
    const Settings& settings;
    const Clock& clock;
    std::ostream& out;
    std::ostream& err;
    // The metadata database, opened at the first call; checks that its schema is this binary's.
    std::function<Result<Store*>()> store;
    // Opens it without that check, for `gale db`.
    std::function<Result<Store*>()> raw_store;
    // Runs `python ARGS…` with the authoring API on its path, its output ours; the exit code.
    std::function<int(const std::vector<std::string>& arguments)> run_python;
    // Parses the dags folder now, without the database: dag id -> file.
    std::function<Result<std::string>(const std::string& dag_id)> find_dag_file;
    // The server roles: run until SIGTERM; the exit code.
    std::function<int(const Settings&)> standalone, scheduler, api_server, dag_processor;
    std::function<int(const std::string& socket)> worker;
    std::string user;  // who is at the keyboard, for the audit log
};

int run_cli(int argc, const char* const* argv, CliContext& context);

}  // namespace gale
