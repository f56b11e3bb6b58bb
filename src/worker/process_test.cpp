#include "worker/process.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "worker/leftovers.hpp"

namespace gale {
namespace {

int status_of(pid_t pid) {
    int status = 0;
    EXPECT_EQ(::waitpid(pid, &status, 0), pid);
    return status;
}

SpawnRequest shell(const char* script) {
    SpawnRequest request;
    request.argv = {"/bin/sh", "-c", script};
    request.environment = {"PATH=/usr/bin:/bin"};
    return request;
}

TEST(Spawn, GivesExitCodesAndSignalsInWords) {
    EXPECT_EQ(describe_exit(status_of(spawn(shell("exit 3")).value())), "exit code 3");
    EXPECT_EQ(describe_exit(status_of(spawn(shell("kill -TERM $$")).value())), "killed by signal 15 (SIGTERM)");
}

TEST(Spawn, NamesTheProgramOrFolderThatIsMissing) {
    SpawnRequest request = shell("true");
    request.argv[0] = "/no/such/program";
    EXPECT_NE(spawn(request).error().message().find("/no/such/program"), std::string::npos);
    request = shell("true");
    request.cwd = "/no/such/folder";
    EXPECT_NE(spawn(request).error().message().find("/no/such/folder"), std::string::npos);
}

TEST(Spawn, LeadsAGroupOfItsOwn) {
    const pid_t pid = spawn(shell("sleep 600")).value();
    EXPECT_EQ(::getpgid(pid), pid);
    ::kill(-pid, SIGKILL);
    status_of(pid);
}

TEST(ForkChild, KeepsOnlyTheNamedDescriptors) {
    Pipe kept = make_pipe().value();
    const Pipe other = make_pipe().value();
    const pid_t pid = fork_child({kept.write.get()}, [&] {
                          const bool has_kept = ::write(kept.write.get(), "x", 1) == 1;
                          const bool has_other = ::write(other.write.get(), "x", 1) == 1;
                          return has_kept && !has_other ? 0 : 1;
                      }).value();
    EXPECT_EQ(describe_exit(status_of(pid)), "exit code 0");
}

TEST(Leftovers, KillsProcessesOfADeadWorkerOfThisHomeOnly) {
    SpawnRequest request = shell("exec sleep 600");
    request.environment = {"GALE_WORKER_ID=dead", "GALE_WORKER_HOME=/home/of/test"};
    const pid_t old_one = spawn(request).value();
    request.environment = {"GALE_WORKER_ID=mine", "GALE_WORKER_HOME=/home/of/test"};
    const pid_t own = spawn(request).value();
    request.environment = {"GALE_WORKER_ID=dead", "GALE_WORKER_HOME=/another/home"};
    const pid_t foreign = spawn(request).value();
    EXPECT_EQ(kill_leftovers("/home/of/test", "mine"), 1);
    EXPECT_TRUE(WIFSIGNALED(status_of(old_one)));
    for (const pid_t spared : {own, foreign}) {
        EXPECT_EQ(::waitpid(spared, nullptr, WNOHANG), 0);
        ::kill(spared, SIGKILL);
        status_of(spared);
    }
}

}  // namespace
}  // namespace gale
