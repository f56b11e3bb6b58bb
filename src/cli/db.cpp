// gale db …
#include <fmt/format.h>

#include "cli/command.hpp"

namespace gale {

void add_db_commands(Commands& commands) {
    commands.add("migrate", "bring the database's schema up to date; makes it when there is none",
                 [](CLI::App& command, CliContext& context) {
                     accept_flag(command, "-y,--yes", "ask nothing");
                     return [&context]() -> Outcome {
                         Store* store = TRY(context.raw_store());
                         const SchemaStatus before = TRY(store->schema_status());
                         TRY(store->migrate());
                         context.out << (before.current == before.wanted
                                             ? fmt::format("The database is up to date (schema {}).\n", before.wanted)
                                             : fmt::format("Database migrated from schema {} to {}.\n", before.current,
                                                           before.wanted));
                         return 0;
                     };
                 });
    commands.add("check", "check that the database can be reached and has this version's schema",
                 [](CLI::App& command, CliContext& context) {
                     // Airflow's; the embedded database needs none.
                     command.add_option("--retry")->description("accepted for Airflow's sake");
                     command.add_option("--retry-delay")->description("accepted for Airflow's sake");
                     return [&context]() -> Outcome {
                         Store* store = TRY(context.store());
                         TRY(store->check());
                         context.out << "Connection successful.\n";
                         return 0;
                     };
                 });
}

}  // namespace gale
