// gale db backup, gale db shell
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/file.hpp"
#include "base/hash.hpp"
#include "cli/command.hpp"
#include "cli/db_client.hpp"
#include "store/sqlite/backup.hpp"

namespace gale {
namespace {

namespace fs = std::filesystem;

Result<void> run_client(const std::vector<std::string>& command, const DatabasePlace& place) {
    const int code = TRY(run_program(command, place, "postgresql-client"));
    if (code == 0) return {};
    return fail(ErrorCode::unavailable, fmt::format("{} ended with {}: it said why above", command.front(), code));
}

// Named only when it is whole: pg_restore can read its table of contents, and it is on the disk.
Result<std::uintmax_t> back_up_postgres(const DatabasePlace& place, const fs::path& target, bool replace) {
    std::error_code error;
    if (fs::exists(target, error) && !replace)
        return fail(ErrorCode::already_exists,
                    fmt::format("{} is there already: name another file, or say --yes to replace it", target.native()));
    const fs::path folder = fs::absolute(target).parent_path();
    const fs::path temporary = folder / fmt::format(".{}.{}", target.filename().native(), random_alphanumeric(8));
    auto done = [&]() -> Result<std::uintmax_t> {
        // Its rows are secrets, as the database's are.
        const Fd file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
        if (!file) return std::unexpected(errno_error(errno, "cannot make a file in " + folder.native()));
        TRY(run_client({"pg_dump", "--format=custom", "--no-password", "--file=" + temporary.native(), place.url},
                       place));
        TRY(run_client({"pg_restore", "--list", "--file=/dev/null", temporary.native()}, place));
        if (::fsync(file.get()) != 0) return std::unexpected(errno_error(errno, "cannot flush " + temporary.native()));
        const auto size = fs::file_size(temporary);
        fs::rename(temporary, target, error);
        if (error) return std::unexpected(errno_error(error.value(), "cannot name the backup " + target.native()));
        return size;
    }();
    fs::remove(temporary, error);
    return done;
}

Outcome back_up(CliContext& context, const std::string& target, bool replace) {
    const auto place = database_place(context.settings);
    const auto size = TRY(place.sqlite_path.empty() ? back_up_postgres(place, target, replace)
                                                    : back_up_sqlite(place.sqlite_path, target, replace));
    context.out << fmt::format("Backup {} written and checked: {} bytes.\n", target, size);
    return 0;
}

Outcome shell(CliContext& context) {
    const auto place = database_place(context.settings);
    context.out.flush();
    if (place.sqlite_path.empty())
        return std::unexpected(become_program({"psql", place.url}, place, "postgresql-client"));
    if (!fs::exists(place.sqlite_path))
        return fail(ErrorCode::not_found,
                    fmt::format("there is no database {}: `gale db migrate` makes it", place.sqlite_path));
    return std::unexpected(become_program({"sqlite3", place.sqlite_path}, place, "sqlite3"));
}

}  // namespace

void add_db_copy_commands(Commands& commands) {
    commands.add(
        "backup", "copy the database to FILE while everything runs", [](CLI::App& command, CliContext& context) {
            auto file = std::make_shared<std::string>();
            auto replace = std::make_shared<bool>(false);
            command.add_option("file", *file, "where to; beside it a hidden file until it is whole")->required();
            command.add_flag("-y,--yes", *replace, "replace a file that is there");
            return [=, &context] { return back_up(context, *file, *replace); };
        });
    commands.add("shell", "run the database's own command line (psql or sqlite3) on it",
                 [](CLI::App& command, CliContext& context) {
                     accept_flag(command, "-v,--verbose", "accepted for Airflow's sake");
                     return [&context] { return shell(context); };
                 });
}

}  // namespace gale
