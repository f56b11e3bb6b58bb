// gale dags …
#include <fmt/format.h>

#include <regex>

#include "cli/command.hpp"
#include "service/run_service.hpp"

namespace gale {
namespace {

json::object run_row(const DagRun& run) {
    return {{"dag_id", run.dag_id.str()},
            {"run_id", run.run_id.str()},
            {"state", to_string(run.state)},
            {"run_after", time_value(run.run_after)},
            {"logical_date", time_value(run.logical_date)},
            {"start_date", time_value(run.start_date)},
            {"end_date", time_value(run.end_date)}};
}

std::string joined(const std::vector<std::string>& words) {
    return fmt::format("{}", fmt::join(words, ", "));
}

Outcome list_dags(CliContext& context, OutputFormat format) {
    Store* store = TRY(context.store());
    const auto page = TRY(store->list_dags({}, Page{-1, 0, {"dag_id"}}));
    std::vector<json::object> rows;
    for (const DagRow& dag : page.items) {
        rows.push_back({{"dag_id", dag.dag_id.str()},
                        {"fileloc", dag.fileloc},
                        {"owners", joined(dag.owners)},
                        {"is_paused", dag.is_paused},
                        {"bundle_name", "dags-folder"},
                        {"bundle_version", nullptr}});
    }
    print_rows(context.out, format, rows);
    const auto errors = TRY(store->list_import_errors(Page{1, 0, {}}));
    if (errors.total > 0) {
        context.err << "Error: Failed to load all files. For details, run `gale dags list-import-errors`\n";
    }
    return 0;
}

Outcome list_import_errors(CliContext& context, OutputFormat format) {
    Store* store = TRY(context.store());
    const auto page = TRY(store->list_import_errors(Page{-1, 0, {}}));
    std::vector<json::object> rows;
    for (const ImportError& error : page.items) {
        rows.push_back({{"bundle_name", "dags-folder"}, {"filepath", error.filename}, {"error", error.stacktrace}});
    }
    print_rows(context.out, format, rows);
    return rows.empty() ? 0 : 1;
}

struct TriggerArguments {
    std::string dag_id, run_id, conf, logical_date;
    OutputFormat format = OutputFormat::table;
};

Outcome trigger(CliContext& context, const TriggerArguments& arguments) {
    TriggerRequest request;
    request.dag_id = DagId(arguments.dag_id);
    if (!arguments.run_id.empty()) request.run_id = RunId(arguments.run_id);
    if (!arguments.logical_date.empty()) request.logical_date = TRY(parse_iso8601(arguments.logical_date));
    if (!arguments.conf.empty()) {
        auto conf = json::parse_object(arguments.conf);
        if (!conf) {
            return std::unexpected(
                Error(ErrorCode::invalid_argument, "--conf must be a JSON object such as '{\"key\": 1}'")
                    .caused_by(conf.error()));
        }
        request.conf = std::move(*conf);
    }
    Store* store = TRY(context.store());
    RunService runs(*store, context.clock);
    const DagRun run = TRY(runs.trigger(request, {context.user, TriggeredBy::cli}));
    const auto interval = run.data_interval;
    print_rows(context.out, arguments.format,
               {{{"conf", run.conf},
                 {"dag_id", run.dag_id.str()},
                 {"dag_run_id", run.run_id.str()},
                 {"data_interval_start", time_value(interval ? std::optional(interval->start) : std::nullopt)},
                 {"data_interval_end", time_value(interval ? std::optional(interval->end) : std::nullopt)},
                 {"end_date", time_value(run.end_date)},
                 {"logical_date", time_value(run.logical_date)},
                 {"run_type", to_string(run.run_type)},
                 {"start_date", time_value(run.start_date)},
                 {"state", to_string(run.state)}}});
    const DagRow dag = TRY(store->get_dag(request.dag_id));
    if (dag.is_paused) {
        context.err << fmt::format("DAG '{}' is paused: the run waits until `gale dags unpause {}`\n", arguments.dag_id,
                                   arguments.dag_id);
    }
    return 0;
}

Result<std::vector<DagId>> dags_named(Store& store, const std::string& name, bool as_regex) {
    if (!as_regex) return std::vector{TRY(store.get_dag(DagId(name))).dag_id};
    std::regex expression;
    try {
        expression = std::regex(name);
    } catch (const std::regex_error& error) {
        return fail(ErrorCode::invalid_argument,
                    fmt::format("'{}' is not a regular expression: {}", name, error.what()));
    }
    std::vector<DagId> ids;
    for (const DagRow& dag : TRY(store.list_dags({}, Page{-1, 0, {"dag_id"}})).items) {
        if (std::regex_search(dag.dag_id.str(), expression)) ids.push_back(dag.dag_id);
    }
    if (ids.empty()) return fail(ErrorCode::not_found, fmt::format("no DAG matches '{}'", name));
    return ids;
}

Outcome set_paused(CliContext& context, const std::string& name, bool as_regex, bool paused, OutputFormat format) {
    Store* store = TRY(context.store());
    std::vector<json::object> rows;
    for (const DagId& id : TRY(dags_named(*store, name, as_regex))) {
        TRY(store->set_dag_paused(id, paused));
        AuditEntry entry;
        entry.dttm = context.clock.now();
        entry.event = paused ? "pause" : "unpause";
        entry.dag_id = id;
        entry.owner = context.user;
        TRY(store->add_audit_entry(entry));
        rows.push_back({{"dag_id", id.str()}, {"is_paused", paused}});
    }
    print_rows(context.out, format, rows);
    return 0;
}

struct ListRunsArguments {
    std::string dag_id, state, start_date, end_date;
    bool no_backfill = false;
    OutputFormat format = OutputFormat::table;
};

Outcome list_runs(CliContext& context, const ListRunsArguments& arguments) {
    DagRunFilter filter;
    filter.dag_id = DagId(arguments.dag_id);
    if (!arguments.state.empty()) {
        const auto state = parse_dag_run_state(arguments.state);
        if (!state) {
            return fail(ErrorCode::invalid_argument,
                        fmt::format("--state '{}' is none of queued, running, success, failed", arguments.state));
        }
        filter.states = {*state};
    }
    if (!arguments.start_date.empty()) filter.logical_date.from = TRY(parse_iso8601(arguments.start_date));
    if (!arguments.end_date.empty()) filter.logical_date.to = TRY(parse_iso8601(arguments.end_date));
    Store* store = TRY(context.store());
    TRY(store->get_dag(*filter.dag_id));
    std::vector<json::object> rows;
    for (const DagRun& run : TRY(store->list_dag_runs(filter, Page{-1, 0, {"-run_after"}})).items) {
        if (!arguments.no_backfill || run.run_type != RunType::backfill) rows.push_back(run_row(run));
    }
    print_rows(context.out, arguments.format, rows);
    return 0;
}

Outcome run_state(CliContext& context, const std::string& dag_id, const std::string& run) {
    Store* store = TRY(context.store());
    const DagRun found = TRY(find_run(*store, DagId(dag_id), run));
    context.out << to_string(found.state) << '\n';
    return 0;
}

struct TestArguments {
    std::string dag_id, logical_date, conf, file;
};

Outcome test_dag(CliContext& context, const TestArguments& arguments) {
    const std::string file = arguments.file.empty() ? TRY(file_of_dag(context, arguments.dag_id)) : arguments.file;
    std::vector<std::string> command{"-m", "gale.dag_test", "--file", file, "--dag-id", arguments.dag_id};
    if (!arguments.logical_date.empty()) {
        TRY(parse_iso8601(arguments.logical_date));
        command.insert(command.end(), {"--logical-date", arguments.logical_date});
    }
    if (!arguments.conf.empty()) command.insert(command.end(), {"--conf", arguments.conf});
    return context.run_python(command);
}

void add_pause_command(Commands& commands, bool paused) {
    commands.add(paused ? "pause" : "unpause", paused ? "stop scheduling a DAG" : "schedule a DAG again",
                 [paused](CLI::App& command, CliContext& context) {
                     struct Arguments {
                         std::string dag_id;
                         bool as_regex = false;
                         OutputFormat format = OutputFormat::table;
                     };
                     auto a = std::make_shared<Arguments>();
                     command.add_option("dag_id", a->dag_id, "the DAG's id")->required();
                     command.add_flag("--treat-dag-id-as-regex", a->as_regex, "all DAGs whose id matches");
                     accept_flag(command, "-y,--yes", "ask nothing");
                     add_output_option(command, a->format);
                     return [a, paused, &context] {
                         return set_paused(context, a->dag_id, a->as_regex, paused, a->format);
                     };
                 });
}

void add_listing_commands(Commands& commands) {
    commands.add("list", "list the DAGs", [](CLI::App& command, CliContext& context) {
        auto format = std::make_shared<OutputFormat>(OutputFormat::table);
        add_output_option(command, *format);
        return [format, &context] { return list_dags(context, *format); };
    });
    commands.add("list-import-errors", "list the files that cannot be used",
                 [](CLI::App& command, CliContext& context) {
                     auto format = std::make_shared<OutputFormat>(OutputFormat::table);
                     add_output_option(command, *format);
                     return [format, &context] { return list_import_errors(context, *format); };
                 });
    commands.add("list-runs", "list a DAG's runs", [](CLI::App& command, CliContext& context) {
        auto a = std::make_shared<ListRunsArguments>();
        // Airflow 2 had -d, Airflow 3 takes it in place.
        command.add_option("dag_id,-d,--dag-id", a->dag_id, "the DAG's id")->required();
        command.add_option("--state", a->state, "only runs in this state");
        command.add_option("-s,--start-date", a->start_date, "only logical dates from here");
        command.add_option("-e,--end-date", a->end_date, "only logical dates up to here");
        command.add_flag("--no-backfill", a->no_backfill, "leave backfill runs out");
        add_output_option(command, a->format);
        return [a, &context] { return list_runs(context, *a); };
    });
}

}  // namespace

void add_dags_commands(Commands& commands) {
    add_listing_commands(commands);
    add_pause_command(commands, true);
    add_pause_command(commands, false);
    commands.add("trigger", "start a run", [](CLI::App& command, CliContext& context) {
        auto a = std::make_shared<TriggerArguments>();
        command.add_option("dag_id", a->dag_id, "the DAG's id")->required();
        command.add_option("-r,--run-id", a->run_id, "the run's id; default: made of its date");
        command.add_option("-c,--conf", a->conf, "a JSON object, merged into the params");
        command.add_option("-l,--logical-date,-e,--exec-date", a->logical_date, "default: now");
        accept_flag(command, "--no-replace-microseconds", "accepted for Airflow's sake: microseconds are always kept");
        add_output_option(command, a->format);
        return [a, &context] { return trigger(context, *a); };
    });
    commands.add("state", "print a run's state", [](CLI::App& command, CliContext& context) {
        auto a = std::make_shared<std::pair<std::string, std::string>>();
        command.add_option("dag_id", a->first, "the DAG's id")->required();
        command.add_option("logical_date_or_run_id", a->second, "which run")->required();
        return [a, &context] { return run_state(context, a->first, a->second); };
    });
    commands.add("test", "run a DAG here, without scheduler and database", [](CLI::App& command, CliContext& context) {
        auto a = std::make_shared<TestArguments>();
        command.add_option("dag_id", a->dag_id, "the DAG's id")->required();
        command.add_option("logical_date", a->logical_date, "default: now");
        command.add_option("-c,--conf", a->conf, "a JSON object, merged into the params");
        command.add_option("-f,--dagfile-path", a->file, "the DAG's file; default: the one known under the id");
        return [a, &context] { return test_dag(context, *a); };
    });
}

}  // namespace gale
