// gale standalone, scheduler, api-server, dag-processor, worker
#include "cli/command.hpp"

namespace gale {
namespace {

void add_address_options(CLI::App& command, Settings& settings) {
    command.add_option("-p,--port", settings.api_port, "the port to listen on; 0: any free one")
        ->check(CLI::Range(0, 65535));
    command.add_option("-H,--host", settings.api_host, "the address to listen on");
}

void add_role(Commands& commands, const char* name, const char* help,
              std::function<int(const Settings&)> CliContext::* role, bool serves_http) {
    commands.add(name, help, [role, serves_http](CLI::App& command, CliContext& context) {
        auto settings = std::make_shared<Settings>(context.settings);
        if (serves_http) add_address_options(command, *settings);
        return [settings, role, &context]() -> Outcome { return (context.*role)(*settings); };
    });
}

}  // namespace

void add_server_commands(Commands& commands) {
    add_role(commands, "standalone", "everything in one: scheduler, executor, DAG processor, API",
             &CliContext::standalone, true);
    add_role(commands, "scheduler", "the scheduler, with its executor", &CliContext::scheduler, false);
    add_role(commands, "api-server", "the REST API and the page", &CliContext::api_server, true);
    add_role(commands, "dag-processor", "reads the DAG files", &CliContext::dag_processor, false);
    commands.add("worker", "runs tasks; the scheduler starts it, unless GALE_START_WORKER is False",
                 [](CLI::App& command, CliContext& context) {
                     auto socket = std::make_shared<std::string>();
                     command.add_option("--socket", *socket,
                                        "the scheduler's socket; without it the one of AIRFLOW_HOME, for which "
                                        "it waits as long as it takes");
                     return [socket, &context]() -> Outcome { return context.worker(*socket); };
                 });
}

}  // namespace gale
