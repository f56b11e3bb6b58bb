// gale db import-airflow
#include <fmt/format.h>

#include "cli/command.hpp"
#include "service/airflow_import.hpp"

namespace gale {
namespace {

struct ImportArguments {
    std::string url, fernet_key;
    bool dry_run = false;
};

void print_count(CliContext& context, std::string_view name, const ImportCount& count, bool dry_run) {
    context.out << fmt::format("{:<16} {}: {}, here already: {}\n", name, dry_run ? "would come" : "taken", count.taken,
                               count.known);
    for (const auto& [why, how_many] : count.left) context.out << fmt::format("{:<16} {} {}\n", "", how_many, why);
}

Outcome import(CliContext& context, const ImportArguments& a) {
    auto source = TRY(AirflowSource::open(a.url));
    context.out << fmt::format("Reading {}\n", source->description()) << std::flush;
    const auto secrets = TRY(Secrets::from_fernet_keys(context.settings.fernet_key));
    // Installations that move often bring their key along.
    const auto source_secrets =
        TRY(Secrets::from_fernet_keys(a.fernet_key.empty() ? context.settings.fernet_key : a.fernet_key));
    Store* store = TRY(context.store());
    ImportOptions options;
    options.dry_run = a.dry_run;
    options.on_batch = [&](const ImportCount& runs) {
        context.err << fmt::format("runs so far: {}\n", runs.taken + runs.known) << std::flush;
    };
    const auto report = TRY(import_airflow(*store, *source, source_secrets, secrets, context.clock,
                                           {context.user, TriggeredBy::cli}, options));
    print_count(context, "variables", report.variables, a.dry_run);
    print_count(context, "connections", report.connections, a.dry_run);
    print_count(context, "pools", report.pools, a.dry_run);
    print_count(context, "pause states", report.dags, a.dry_run);
    print_count(context, "runs", report.runs, a.dry_run);
    print_count(context, "task instances", report.task_instances, a.dry_run);
    print_count(context, "XComs", report.xcoms, a.dry_run);
    for (const auto& name : report.unreadable)
        context.out << fmt::format(
            "Not taken: {}: no key given opens it; give Airflow's [core] fernet_key as "
            "--fernet-key, and run this again\n",
            name);
    return report.unreadable.empty() ? 0 : 1;
}

}  // namespace

void add_db_import_command(Commands& commands) {
    commands.add(
        "import-airflow", "take over what an Airflow's metadata database knows",
        [](CLI::App& command, CliContext& context) {
            auto a = std::make_shared<ImportArguments>();
            command.add_option("url", a->url, "its sql_alchemy_conn, or the path of its SQLite file; it is only read")
                ->required();
            command.add_option("--fernet-key", a->fernet_key, "Airflow's; else [core] fernet_key");
            command.add_flag("--dry-run", a->dry_run, "only say what would come");
            return [a, &context] { return import(context, *a); };
        });
}

}  // namespace gale
