// What the files of this room share: how a command is declared, run, and how its errors reach the user.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <ostream>
#include <string>

#include "cli/cli.hpp"
#include "cli/output.hpp"

namespace gale {

// The exit code of the command that ran.
using Outcome = Result<int>;

// Declares command `name` below `parent`; `body` runs when it is the one that was called.
class Commands {
public:
    Commands(CLI::App& parent, CliContext& context, Outcome& outcome)
        : parent_(parent), context_(context), outcome_(outcome) {}

    template <class Declare>
    void add(const std::string& name, const std::string& help, Declare declare) {
        CLI::App* command = parent_.add_subcommand(name, help);
        std::function<Outcome()> body = declare(*command, context_);
        command->callback([this, body = std::move(body)] { outcome_ = body(); });
    }

    CLI::App& parent() { return parent_; }
    CliContext& context() { return context_; }
    Outcome& outcome() { return outcome_; }

private:
    CLI::App& parent_;
    CliContext& context_;
    Outcome& outcome_;
};

// A flag that is accepted and changes nothing here.
inline void accept_flag(CLI::App& command, const std::string& names, const std::string& help) {
    command.add_flag(names)->description(help);
}

inline void add_output_option(CLI::App& command, OutputFormat& format) {
    const std::map<std::string, OutputFormat> names{{"table", OutputFormat::table},
                                                    {"json", OutputFormat::json},
                                                    {"yaml", OutputFormat::yaml},
                                                    {"plain", OutputFormat::plain}};
    command.add_option("-o,--output", format, "table, json, yaml or plain")
        ->transform(CLI::CheckedTransformer(names))
        ->option_text("FORMAT");
    accept_flag(command, "-v,--verbose", "accepted for Airflow's sake");
}

void add_dags_commands(Commands& commands);
void add_tasks_commands(Commands& commands);
void add_db_commands(Commands& commands);
void add_users_commands(Commands& commands);
void add_jobs_commands(Commands& commands);
void add_server_commands(Commands& commands);

// The run that a person means: a run id, or a logical date. Errors name what was looked for.
Result<DagRun> find_run(Store& store, const DagId& dag_id, const std::string& run_id_or_date);
// The DAG's file as the database has it, else looked for in the dags folder.
Result<std::string> file_of_dag(CliContext& context, const std::string& dag_id);

json::value time_value(std::optional<TimePoint> time);

}  // namespace gale
