#include "cli/cli.hpp"

#include <fmt/format.h>

#include "cli/command.hpp"

#ifndef GALE_VERSION
#error "GALE_VERSION comes from the build"
#endif

namespace gale {

json::value time_value(std::optional<TimePoint> time) {
    if (!time) return nullptr;
    return json::value(to_python_iso(*time));
}

Result<DagRun> find_run(Store& store, const DagId& dag_id, const std::string& run_id_or_date) {
    auto run = store.get_dag_run(dag_id, RunId(run_id_or_date));
    if (run || run.error().code() != ErrorCode::not_found) return run;
    const auto date = parse_iso8601(run_id_or_date);
    if (date) {
        DagRunFilter filter;
        filter.dag_id = dag_id;
        filter.logical_date = {*date, *date};
        auto page = TRY(store.list_dag_runs(filter, Page{1, 0, {}}));
        if (!page.items.empty()) return std::move(page.items.front());
    }
    return fail(
        ErrorCode::not_found,
        fmt::format("DAG '{}' has no run with the run id or logical date '{}'; `gale dags list-runs {}` lists its runs",
                    dag_id.str(), run_id_or_date, dag_id.str()));
}

Result<std::string> file_of_dag(CliContext& context, const std::string& dag_id) {
    if (auto store = context.store()) {
        if (auto dag = (*store)->get_dag(DagId(dag_id)); dag && !dag->is_stale) return dag->fileloc;
    }
    return context.find_dag_file(dag_id);
}

int run_cli(int argc, const char* const* argv, CliContext& context) {
    CLI::App app{"Gale runs Airflow DAG files on a C++ core.", "gale"};
    app.require_subcommand(1);
    app.set_version_flag("--version", GALE_VERSION);
    Outcome outcome = 0;
    Commands top(app, context, outcome);
    std::vector<std::unique_ptr<Commands>> nouns;  // alive while their commands' callbacks may run
    const auto add_noun = [&](const char* name, const char* help, void (*add)(Commands&)) {
        CLI::App* noun = app.add_subcommand(name, help);
        noun->require_subcommand(1);
        nouns.push_back(std::make_unique<Commands>(*noun, context, outcome));
        add(*nouns.back());
    };
    add_noun("dags", "manage DAGs", add_dags_commands);
    add_noun("tasks", "manage tasks", add_tasks_commands);
    add_noun("db", "manage the metadata database", add_db_commands);
    add_noun("users", "manage users", add_users_commands);
    add_noun("jobs", "look at schedulers and DAG processors", add_jobs_commands);
    add_server_commands(top);
    top.add("version", "print the version", [](CLI::App&, CliContext& c) {
        return [&c]() -> Outcome {
            c.out << GALE_VERSION << '\n';
            return 0;
        };
    });
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error, context.out, context.err);
        return code == 0 ? 0 : 2;
    }
    if (!outcome) {
        context.err << "gale: " << outcome.error().to_string() << '\n';
        return error_traits(outcome.error().code()).exit_code;
    }
    return *outcome;
}

}  // namespace gale
