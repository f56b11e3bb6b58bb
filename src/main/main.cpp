// gale: the one binary. Reads the settings, then hands over to the command line.
#include <fcntl.h>
#include <malloc.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "base/fault.hpp"
#include "base/file.hpp"
#include "catalog/dag_files.hpp"
#include "cli/cli.hpp"
#include "main/open_store.hpp"
#include "main/server.hpp"
#include "main/worker_command.hpp"
#include "worker/python/file_parser.hpp"

namespace gale {
namespace {

std::string login_name() {
    const passwd* entry = ::getpwuid(::getuid());
    return entry == nullptr ? "unknown" : entry->pw_name;
}

// Becomes Python: signals, exit code and terminal are then simply its own.
int become_python(const Settings& settings, const std::vector<std::string>& arguments) {
    std::string path = settings.python_path.native();
    if (const char* given = std::getenv("PYTHONPATH"); given != nullptr && *given != '\0')
        path += std::string(":") + given;
    ::setenv("PYTHONPATH", path.c_str(), 1);
    ::setenv("AIRFLOW_HOME", settings.home.c_str(), 0);
    ::setenv("AIRFLOW__CORE__DAGS_FOLDER", settings.dags_folder.c_str(), 1);
    std::vector<char*> argv;
    std::string interpreter = settings.python.native();
    argv.push_back(interpreter.data());
    for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    std::cout.flush();
    ::execvp(interpreter.c_str(), argv.data());
    std::cerr << "gale: " << errno_error(errno, "cannot run " + interpreter + " (set GALE_PYTHON)").message() << '\n';
    return 1;
}

// For commands without a server: parses the files that mention the id until one defines it.
Result<std::string> find_dag_file(const Settings& settings, const std::string& dag_id) {
    const auto folder = find_dag_files(
        settings.dags_folder,
        {settings.regexp_ignore_files ? IgnoreSyntax::regexp : IgnoreSyntax::glob, settings.dag_discovery_safe_mode});
    if (!folder) return std::unexpected(folder.error());
    FileParser parser(python_options(settings));
    for (const DagFile& file : folder->files) {
        const auto source = read_file(file.path);
        if (!source || source->find(dag_id) == std::string::npos) continue;
        const auto parsed = parser.parse(file.path, settings.dags_folder, from_seconds(settings.dagbag_import_timeout));
        if (!parsed) return std::unexpected(parsed.error());
        const auto* dags = json::find_array(*parsed, "dags");
        if (dags == nullptr) continue;
        for (const auto& dag : *dags) {
            if (dag.is_object() && json::get_string_or(dag.get_object(), "dag_id", "").value_or("") == dag_id)
                return file.path.native();
        }
    }
    return fail(ErrorCode::not_found,
                "Dag id '" + dag_id + "' not found in " + settings.dags_folder.native() +
                    ": `gale dags list-import-errors` tells of files that cannot be used, --dagfile-path names a file");
}

int run(int argc, char** argv) {
    const auto executable = std::filesystem::read_symlink("/proc/self/exe");
    const auto settings = load_settings(process_environment(), executable);
    if (!settings) {
        std::cerr << "gale: " << settings.error().to_string() << '\n';
        return 2;
    }
    std::unique_ptr<Store> store;
    const auto open = [&](SchemaUse use) -> Result<Store*> {
        if (!store) store = TRY(open_store(*settings, use));
        return store.get();
    };
    const auto serve = [&executable](Roles roles) {
        return [roles, &executable](const Settings& of_command) { return run_server(of_command, roles, executable); };
    };
    log::init(log::Level::warning);
    CliContext context{
        .settings = *settings,
        .clock = system_clock(),
        .out = std::cout,
        .err = std::cerr,
        .store = [&] { return open(SchemaUse::check); },
        .raw_store = [&] { return open(SchemaUse::as_it_is); },
        .run_python = [&](const auto& arguments) { return become_python(*settings, arguments); },
        .find_dag_file = [&](const auto& dag_id) { return find_dag_file(*settings, dag_id); },
        .standalone = serve({.scheduler = true, .api = true, .dag_processor = true, .migrate = true}),
        .scheduler = serve({.scheduler = true}),
        .api_server = serve({.api = true}),
        .dag_processor = serve({.dag_processor = true}),
        .worker = [&](const auto& socket) { return run_worker_command(*settings, socket); },
        .user = login_name(),
    };
    return run_cli(argc, argv, context);
}

}  // namespace
}  // namespace gale

int main(int argc, char** argv) {
    // Few threads allocate at once; an arena for each would only hold on to what they freed.
    ::mallopt(M_ARENA_MAX, 2);
    // Set, it stays: else the first large block that is freed makes malloc keep up to 64 MB of the next ones.
    ::mallopt(M_TRIM_THRESHOLD, 4 << 20);
    const char* faults = std::getenv("GALE_FAULTS");
    if (const auto armed = gale::fault::arm(faults == nullptr ? "" : faults); !armed) {
        std::fprintf(stderr, "gale: %s\n", armed.error().message().c_str());
        return 2;
    }
    try {
        return gale::run(argc, argv);
    } catch (const std::exception& error) {
        // Nothing of ours throws; what a library throws past its adapter is our bug, and ends here with a word.
        std::fprintf(stderr, "gale: internal error: %s\n", error.what());
        return 1;
    }
}
