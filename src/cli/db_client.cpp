#include "cli/db_client.hpp"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "base/text.hpp"

extern char** environ;

namespace gale {
namespace {

void hand_over_password(const DatabasePlace& place) {
    if (!place.password.empty()) ::setenv("PGPASSWORD", place.password.c_str(), 1);
}

std::vector<char*> pointers(const std::vector<std::string>& command) {
    std::vector<char*> argv;
    for (const auto& word : command) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    return argv;
}

Error cannot_run(int number, const std::string& program, const std::string& package) {
    if (number != ENOENT) return errno_error(number, "cannot run " + program);
    return Error(
        ErrorCode::not_found,
        fmt::format("there is no program {} on this machine: install it (Debian's package {})", program, package));
}

}  // namespace

DatabasePlace postgres_place(const std::string& url) {
    const size_t colon = url.find("://");
    if (colon == std::string::npos) return {"", url, ""};
    const std::string rest = url.substr(colon + 3);
    const size_t end = std::min(rest.find_first_of("/?"), rest.size());
    const size_t at = rest.substr(0, end).rfind('@');
    if (at == std::string::npos) return {"", "postgresql://" + rest, ""};
    const std::string user = rest.substr(0, at);
    const size_t password = user.find(':');
    if (password == std::string::npos) return {"", "postgresql://" + rest, ""};
    return {"", "postgresql://" + user.substr(0, password) + rest.substr(at),
            percent_decode_what_fits(user.substr(password + 1))};
}

DatabasePlace database_place(const Settings& settings) {
    if (!settings.sqlite_path.empty()) return {settings.sqlite_path.native(), "", ""};
    return postgres_place(settings.postgres_url);
}

Error become_program(const std::vector<std::string>& command, const DatabasePlace& place, const std::string& package) {
    hand_over_password(place);
    ::execvp(command.front().c_str(), pointers(command).data());
    return cannot_run(errno, command.front(), package);
}

Result<int> run_program(const std::vector<std::string>& command, const DatabasePlace& place,
                        const std::string& package) {
    hand_over_password(place);
    pid_t pid = 0;
    const int failed =
        ::posix_spawnp(&pid, command.front().c_str(), nullptr, nullptr, pointers(command).data(), environ);
    if (failed != 0) return std::unexpected(cannot_run(failed, command.front(), package));
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) return std::unexpected(errno_error(errno, "cannot wait for " + command.front()));
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace gale
