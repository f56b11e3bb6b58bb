// gale db clean, export-archived, drop-archived
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "base/text.hpp"
#include "cli/command.hpp"
#include "service/database_clean.hpp"

namespace gale {
namespace {

struct CleanArguments {
    std::string before, tables, dag_ids, exclude_dag_ids, output_path;
    bool dry_run = false, skip_archive = false, yes = false, drop_archives = false;
    int batch_size = 1000;
};

Result<CleanRequest> request_of(const CleanArguments& a) {
    CleanRequest request;
    request.before = TRY(parse_iso8601(a.before));
    request.tables = split_list(a.tables);
    request.dag_ids = split_list(a.dag_ids);
    request.excluded_dag_ids = split_list(a.exclude_dag_ids);
    request.archives = !a.skip_archive;
    request.batch_size = a.batch_size;
    return request;
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

// As Airflow asks: the words themselves.
Result<void> confirm(CliContext& context, const std::string& question, const std::string& words) {
    context.out << question << fmt::format("Enter '{}' (without quotes) to proceed.\n", words) << std::flush;
    std::string line;
    std::getline(std::cin, line);
    if (trimmed(line) == words) return {};
    return fail(ErrorCode::cancelled, "not confirmed; nothing was changed");
}

Outcome clean(CliContext& context, const CleanArguments& arguments) {
    const auto request = TRY(request_of(arguments));
    Store* store = TRY(context.store());
    const auto tables = TRY(tables_to_clean(*store, request));
    if (arguments.dry_run) {
        context.out << fmt::format(
            "Performing dry run for db cleanup.\nData prior to {} would be purged from tables {}.\n",
            to_python_iso(request.before), joined(tables));
    } else if (!arguments.yes) {
        TRY(confirm(
            context,
            fmt::format(
                "You have requested that we purge all data prior to {} from tables {}{}{}.\nThis is "
                "irreversible. Consider `gale db backup` first, or a dry run with --dry-run.\n",
                to_python_iso(request.before), joined(tables),
                request.dag_ids.empty() ? "" : " for the dags " + joined(request.dag_ids),
                request.excluded_dag_ids.empty() ? "" : " excluding the dags " + joined(request.excluded_dag_ids)),
            "delete rows"));
    }
    for (const auto& table : tables) {
        context.out << fmt::format("Checking table {}\nFound {} rows meeting deletion criteria.\n", table,
                                   TRY(count_old_rows(*store, request, table)));
    }
    if (arguments.dry_run) return 0;
    const auto cleaned = TRY(clean_database(*store, context.clock, request, {context.user, TriggeredBy::cli},
                                            "cli_db_clean", [&](const std::string& table, std::int64_t rows) {
                                                context.out << fmt::format("Removed {} rows of {}\n", rows, table)
                                                            << std::flush;
                                            }));
    std::int64_t rows = 0;
    for (const auto& table : cleaned) rows += table.rows;
    context.out << fmt::format("Finished: {} rows removed{}.\n", rows,
                               rows > 0 && request.archives
                                   ? "; `gale db export-archived` and `drop-archived` take care "
                                     "of their archive tables"
                                   : "");
    return 0;
}

Result<std::vector<std::string>> chosen_archives(Store& store, const std::string& tables) {
    const auto wanted = split_list(tables);
    auto names = TRY(store.list_archives());
    std::erase_if(names, [&](const std::string& name) {
        return !wanted.empty() && std::ranges::none_of(wanted, [&](const std::string& table) {
            return name.starts_with(fmt::format("{}{}__", kArchivePrefix, table));
        });
    });
    return names;
}

Result<void> confirm_drop(CliContext& context, const std::vector<std::string>& names) {
    return confirm(
        context,
        fmt::format("You have requested that we drop the archived tables {}.\nThis is irreversible. Consider "
                    "backing up the tables first.\n",
                    joined(names)),
        "drop archived tables");
}

// As Python's csv module writes: quotes where they are needed, lines end in CR LF.
std::string csv_line(const std::vector<std::optional<std::string>>& fields) {
    std::string line;
    for (size_t i = 0; i < fields.size(); ++i) {
        if (i > 0) line += ',';
        const std::string field = fields[i].value_or("");
        if (field.find_first_of(",\"\r\n") == std::string::npos) {
            line += field;
            continue;
        }
        line += '"';
        for (const char c : field) line += c == '"' ? std::string("\"\"") : std::string(1, c);
        line += '"';
    }
    return line + "\r\n";
}

Result<std::int64_t> export_archive(Store& store, const std::string& name, const std::filesystem::path& path) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    std::int64_t lines = 0;
    TRY(store.read_archive(name, [&](const auto& fields) -> Result<void> {
        file << csv_line(fields);
        ++lines;
        if (file) return {};
        return std::unexpected(errno_error(errno, "cannot write " + path.native()));
    }));
    file.close();
    if (!file) return std::unexpected(errno_error(errno, "cannot write " + path.native()));
    return lines - 1;
}

Outcome export_archived(CliContext& context, const CleanArguments& arguments) {
    Store* store = TRY(context.store());
    if (!std::filesystem::is_directory(arguments.output_path))
        return fail(ErrorCode::not_found,
                    fmt::format("--output-path: there is no folder {}; make it first", arguments.output_path));
    const auto names = TRY(chosen_archives(*store, arguments.tables));
    if (arguments.drop_archives && !arguments.yes && !names.empty()) TRY(confirm_drop(context, names));
    for (const auto& name : names) {
        const auto path = std::filesystem::path(arguments.output_path) / (name + ".csv");
        context.out << fmt::format("Exported {} rows to {}\n", TRY(export_archive(*store, name, path)), path.native());
        if (arguments.drop_archives) TRY(store->drop_archive(name));
    }
    context.out << fmt::format("Total exported tables: {}, Total dropped tables: {}\n", names.size(),
                               arguments.drop_archives ? names.size() : 0);
    return 0;
}

Outcome drop_archived(CliContext& context, const CleanArguments& arguments) {
    Store* store = TRY(context.store());
    const auto names = TRY(chosen_archives(*store, arguments.tables));
    if (!arguments.yes && !names.empty()) TRY(confirm_drop(context, names));
    for (const auto& name : names) {
        TRY(store->drop_archive(name));
        context.out << fmt::format("Dropped {}\n", name);
    }
    context.out << fmt::format("Total dropped tables: {}\n", names.size());
    return 0;
}

void add_common(CLI::App& command, CleanArguments& a) {
    command.add_option("-t,--tables", a.tables, "only these, comma-separated");
    command.add_flag("-y,--yes", a.yes, "ask nothing");
}

}  // namespace

void add_db_clean_commands(Commands& commands) {
    commands.add(
        "clean", "remove old rows, keeping them in archive tables", [](CLI::App& command, CliContext& context) {
            auto a = std::make_shared<CleanArguments>();
            command
                .add_option("--clean-before-timestamp", a->before, "what is older goes; UTC where no offset is given")
                ->required();
            command.add_option("--dag-ids", a->dag_ids, "only data of these DAGs, comma-separated");
            command.add_option("--exclude-dag-ids", a->exclude_dag_ids, "no data of these DAGs");
            command.add_flag("--dry-run", a->dry_run, "only say how many rows would go");
            command.add_flag("--skip-archive", a->skip_archive, "do not keep what is removed");
            command.add_option("--batch-size", a->batch_size, "rows in one transaction")->check(CLI::PositiveNumber);
            accept_flag(command, "--error-on-cleanup-failure",
                        "accepted for Airflow's sake: an error always ends the command");
            accept_flag(command, "-v,--verbose", "accepted for Airflow's sake");
            add_common(command, *a);
            return [a, &context] { return clean(context, *a); };
        });
    commands.add("export-archived", "write the archive tables to files", [](CLI::App& command, CliContext& context) {
        auto a = std::make_shared<CleanArguments>();
        command.add_option("--output-path", a->output_path, "an existing folder")->required();
        command.add_option("--export-format")->check(CLI::IsMember({"csv"}))->description("csv");
        command.add_flag("--drop-archives", a->drop_archives, "drop each table once it is written");
        add_common(command, *a);
        return [a, &context] { return export_archived(context, *a); };
    });
    commands.add("drop-archived", "drop the archive tables", [](CLI::App& command, CliContext& context) {
        auto a = std::make_shared<CleanArguments>();
        add_common(command, *a);
        return [a, &context] { return drop_archived(context, *a); };
    });
}

}  // namespace gale
