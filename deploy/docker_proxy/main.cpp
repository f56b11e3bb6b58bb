// gale-docker-proxy: see proxy.hpp. Options are given by environment, too, as containers want it.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <iostream>

#include "base/log.hpp"
#include "base/text.hpp"
#include "proxy.hpp"

namespace gale::docker_proxy {
namespace {

// "/opt/airflow/data=/srv/gale/data", with ":ro" at its end for read-only.
Result<AllowedMount> parse_mount(std::string text) {
    AllowedMount mount;
    if (text.ends_with(":ro")) {
        mount.read_only = true;
        text.resize(text.size() - 3);
    }
    const auto middle = text.find('=');
    mount.path = text.substr(0, middle);
    mount.source = middle == text.npos ? mount.path : text.substr(middle + 1);
    if (!mount.path.starts_with('/') || !mount.source.starts_with('/'))
        return fail(ErrorCode::invalid_argument,
                    "the mount '" + text + "' is not understood: write /path=/path/of/the/host");
    return mount;
}

// A folder below another that tasks may write to could become a symbolic link to anywhere on the host.
Result<void> check_mounts(const std::vector<AllowedMount>& mounts) {
    for (const AllowedMount& outer : mounts) {
        for (const AllowedMount& inner : mounts) {
            if (outer.read_only || !inner.source.starts_with(outer.source + "/")) continue;
            return fail(ErrorCode::invalid_argument,
                        inner.source + " is inside of " + outer.source +
                            ", which tasks may write to: mount only one of the two, or the outer one read-only");
        }
    }
    return {};
}

Result<void> complete(ProxyOptions& options, const std::string& mounts, const std::string& networks) {
    for (const auto& network : split_list(networks)) options.rules.networks.insert(network);
    if (mounts.empty()) {
        char hostname[256] = {};
        (void)::gethostname(hostname, sizeof hostname - 1);
        TRY(learn_from_own_container(options.socket, hostname, options.rules));
    }
    for (const auto& mount : split_list(mounts)) options.rules.mounts.push_back(TRY(parse_mount(mount)));
    if (options.rules.instance.empty()) options.rules.instance = "gale";
    TRY(check_mounts(options.rules.mounts));
    for (const auto& mount : options.rules.mounts)
        log::info("docker-proxy", "tasks may mount {} ({}{})", mount.path, mount.source,
                  mount.read_only ? ", read-only" : "");
    return {};
}

int run(int argc, char** argv) {
    CLI::App app{"Lets through to the Docker engine what DockerOperator needs, and no more.", "gale-docker-proxy"};
    ProxyOptions options;
    std::string mounts, networks = "bridge,none", socket = options.socket.native();
    bool only_check = false;
    app.add_option("--host", options.host, "the address to listen on")->envname("GALE_DOCKER_PROXY_HOST");
    app.add_option("--port", options.port, "the port to listen on")->envname("GALE_DOCKER_PROXY_PORT");
    app.add_option("--socket", socket, "the engine's socket")->envname("GALE_DOCKER_PROXY_SOCKET");
    app.add_option("--instance", options.rules.instance, "whose containers these are; default: the compose project")
        ->envname("GALE_DOCKER_PROXY_INSTANCE");
    app.add_option("--mounts", mounts, "/path=/path/of/the/host[:ro],…; default: what this container has mounted")
        ->envname("GALE_DOCKER_PROXY_MOUNTS");
    app.add_option("--networks", networks, "those that tasks' containers may be in, separated by commas")
        ->envname("GALE_DOCKER_PROXY_NETWORKS");
    app.add_flag("--check", only_check, "ask the running proxy and its engine; exit code 1: no answer");
    CLI11_PARSE(app, argc, argv);
    if (only_check) return check(options.host, options.port);
    log::init(log::Level::info);
    std::signal(SIGPIPE, SIG_IGN);
    // As process 1 of a container it would not be ended by them otherwise; it keeps nothing.
    for (const int signal : {SIGTERM, SIGINT}) std::signal(signal, [](int) { ::_exit(0); });
    options.socket = socket;
    auto ended = complete(options, mounts, networks);
    if (ended) ended = serve(options);
    std::cerr << "gale-docker-proxy: " << ended.error().to_string() << '\n';
    return 1;
}

}  // namespace
}  // namespace gale::docker_proxy

int main(int argc, char** argv) {
    try {
        return gale::docker_proxy::run(argc, argv);
    } catch (const std::exception& error) {
        std::cerr << "gale-docker-proxy: internal error: " << error.what() << '\n';
        return 1;
    }
}
