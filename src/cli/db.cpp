// gale db migrate, gale db check; the others are in the files beside
#include <fmt/format.h>

#include <filesystem>
#include <thread>

#include "cli/command.hpp"
#include "store/sqlite/sqlite_store.hpp"

namespace gale {
namespace {

std::string schemas(const SchemaStatus& status) {
    std::string text;
    for (int number = status.current + 1; number <= status.wanted; ++number)
        text += (text.empty() ? "" : ", ") + std::to_string(number);
    return text;
}

// Opening an SQLite database would make it.
Result<SchemaStatus> status_without_making(CliContext& context) {
    if (const auto& path = context.settings.sqlite_path; !path.empty() && !std::filesystem::exists(path)) {
        SqliteOptions options;
        options.path = ":memory:";
        const auto nothing = TRY(open_sqlite_store(options));
        return nothing->schema_status();
    }
    Store* store = TRY(context.raw_store());
    return store->schema_status();
}

Outcome migrate(CliContext& context, bool dry_run) {
    if (dry_run) {
        const auto status = TRY(status_without_making(context));
        context.out << (status.current == status.wanted
                            ? fmt::format("The database is up to date (schema {}): nothing to do.\n", status.wanted)
                            : fmt::format("Would apply the migrations {} to the database's schema {}. Nothing was "
                                          "written.\n",
                                          schemas(status), status.current));
        return 0;
    }
    Store* store = TRY(context.raw_store());
    const SchemaStatus before = TRY(store->schema_status());
    TRY(store->migrate());
    context.out << (before.current == before.wanted
                        ? fmt::format("The database is up to date (schema {}).\n", before.wanted)
                        : fmt::format("Database migrated from schema {} to {}.\n", before.current, before.wanted));
    return 0;
}

struct CheckArguments {
    int retry = 0, retry_delay = 1;
    bool deep = false;
};

Result<Store*> reach(CliContext& context) {
    Store* store = TRY(context.store());
    TRY(store->check());
    return store;
}

Outcome check(CliContext& context, const CheckArguments& arguments) {
    auto store = reach(context);
    for (int tries = 0; !store && tries < arguments.retry; ++tries) {
        context.err << fmt::format("{}: trying again in {} s\n", store.error().to_string(), arguments.retry_delay)
                    << std::flush;
        std::this_thread::sleep_for(std::chrono::seconds(arguments.retry_delay));
        store = reach(context);
    }
    if (!store) return std::unexpected(store.error());
    context.out << "Connection successful.\n";
    if (!arguments.deep) return 0;
    const auto damage = TRY((*store)->find_damage());
    for (const auto& one : damage) context.err << one << '\n';
    if (!damage.empty())
        return fail(ErrorCode::data_corrupt,
                    fmt::format("{} damages found: stop Gale and restore a backup", damage.size()));
    context.out << "All of it can be read.\n";
    return 0;
}

}  // namespace

void add_db_clean_commands(Commands& commands);
void add_db_copy_commands(Commands& commands);
void add_db_import_command(Commands& commands);

void add_db_commands(Commands& commands) {
    commands.add("migrate", "bring the database's schema up to date; makes it when there is none",
                 [](CLI::App& command, CliContext& context) {
                     auto dry_run = std::make_shared<bool>(false);
                     command.add_flag("--dry-run", *dry_run, "only say what would be applied");
                     accept_flag(command, "-y,--yes", "ask nothing");
                     return [dry_run, &context] { return migrate(context, *dry_run); };
                 });
    commands.add("check", "check that the database can be reached and has this version's schema",
                 [](CLI::App& command, CliContext& context) {
                     auto a = std::make_shared<CheckArguments>();
                     command.add_option("--retry", a->retry, "how often to try again")->check(CLI::NonNegativeNumber);
                     command.add_option("--retry-delay", a->retry_delay, "seconds between")->check(CLI::PositiveNumber);
                     command.add_flag("--deep", a->deep, "read all of it and say what is damaged");
                     return [a, &context] { return check(context, *a); };
                 });
    add_db_clean_commands(commands);
    add_db_copy_commands(commands);
    add_db_import_command(commands);
}

}  // namespace gale
