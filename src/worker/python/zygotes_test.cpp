// Against the real Python half: ./dev setup has made its environment.
#include "worker/python/zygotes.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <csignal>
#include <fstream>

#include "executor/connection.hpp"
#include "worker/python/control_channel.hpp"
#include "worker/python/msgpack_json.hpp"

namespace gale {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFile = R"(
import os, threading
from airflow.sdk import DAG, task
with DAG("d", schedule=None):
    @task
    def plain(): os.environ["LEFT"] = "behind"; os.chdir("/")
    @task
    def fails(): raise ValueError("no")
    @task
    def leaves_a_thread(): threading.Thread(target=threading.Event().wait, daemon=True).start()
    @task
    def leaves_a_process(): os.spawnlp(os.P_NOWAIT, "sleep", "sleep", "1000")
    @task
    def leaves_memory(): globals()["kept"] = b"x" * (100 << 20)
    plain(), fails(), leaves_a_thread(), leaves_a_process(), leaves_memory()
)";

struct Outcome {
    pid_t pid = 0;
    std::optional<int> exit_status, ended;
    std::string failure, last_word;
};

class ZygotesTest : public ::testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "zygotes_XXXXXX").native();
        folder_ = ::mkdtemp(pattern.data());
        std::ofstream(folder_ / "dag.py") << kFile;
        options_.python = {GALE_TEST_PYTHON, GALE_TEST_PYTHONPATH, folder_};
        options_.max_tasks_per_child = 3;
        zygotes_.emplace(loop_, options_);
    }
    void TearDown() override {
        zygotes_.reset();
        fs::remove_all(folder_);
    }

    json::object startup(const std::string& task_id) const {
        const std::string moment = "2026-01-01T00:00:00+00:00";
        json::object run{{"dag_id", "d"}, {"run_id", "r"}, {"conf", json::object{}}, {"run_after", moment}};
        for (const char* key : {"logical_date", "data_interval_start", "data_interval_end", "start_date"})
            run[key] = moment;
        return {
            {"type", "StartupDetails"},
            {"ti", json::object{{"id", ""}, {"dag_id", "d"}, {"task_id", task_id}, {"run_id", "r"}, {"try_number", 1}}},
            {"dag_rel_path", "dag.py"},
            {"start_date", moment},
            {"ti_context", json::object{{"dag_run", std::move(run)}}}};
    }

    // One try, to its end. Its requests are answered with nothing.
    Outcome run(const std::string& task_id) {
        Outcome outcome;
        auto requests = make_stream_pair();
        auto connection = FrameConnection::make(loop_, std::move(requests->first));
        connection->begin(
            [&](const std::string& payload) {
                const auto frame = from_msgpack(payload);
                const json::array& parts = frame->as_array();
                outcome.last_word = json::get_string_or(parts[1].as_object(), "type", "").value();
                (void)connection->send(to_msgpack(json::array{parts[0], nullptr, nullptr}));
            },
            [](const Error&) {});
        (void)connection->send(to_msgpack(json::array{0, startup(task_id)}));
        const auto null = [] { return Fd(::open("/dev/null", O_WRONLY | O_CLOEXEC)); };
        zygotes_->run({.path = folder_ / "dag.py",
                       .mode = "run",
                       .fds = {std::move(requests->second), null(), null(), null()},
                       .on_started = [&](pid_t pid) { outcome.pid = pid; },
                       .on_exited =
                           [&](int status) {
                               outcome.exit_status = status;
                               loop_.stop();
                           },
                       .on_ended =
                           [&](int code) {
                               outcome.ended = code;
                               loop_.stop();
                           },
                       .on_failed =
                           [&](const std::string& why) {
                               outcome.failure = why;
                               loop_.stop();
                           }});
        loop_.run();
        connection->close();
        return outcome;
    }

    fs::path folder_;
    WorkerOptions options_;
    EventLoop loop_;
    std::optional<PythonZygotes> zygotes_;
};

TEST_F(ZygotesTest, AChildRunsAsManyTriesAsItMay) {
    const Outcome first = run("plain"), second = run("plain"), third = run("plain"), fourth = run("plain");
    for (const Outcome& one : {first, second, third}) {
        EXPECT_EQ(one.failure, "");
        EXPECT_EQ(one.ended, 0);
        EXPECT_EQ(one.last_word, "SucceedTask");
        EXPECT_EQ(one.pid, first.pid);
    }
    EXPECT_EQ(fourth.ended, 0);
    EXPECT_NE(fourth.pid, first.pid);
}

TEST_F(ZygotesTest, AChildEndsWithATryThatLeavesSomethingBehind) {
    for (const char* task_id : {"fails", "leaves_a_thread", "leaves_a_process", "leaves_memory"}) {
        const Outcome before = run("plain"), it = run(task_id), after = run("plain");
        EXPECT_EQ(it.pid, before.pid) << task_id;
        EXPECT_EQ(it.exit_status, 0) << task_id << ": " << it.failure;
        EXPECT_FALSE(it.ended) << task_id;
        ::kill(-it.pid, SIGKILL);  // the process that it left
        EXPECT_NE(after.pid, it.pid) << task_id;
        EXPECT_EQ(after.last_word, "SucceedTask") << task_id;
        EXPECT_EQ(run("plain").pid, after.pid);
        EXPECT_EQ(run("plain").pid, after.pid);  // its third: the next task begins with a fresh one
    }
}

TEST_F(ZygotesTest, ATryThatAWaitingChildNeverTookIsGivenToAnother) {
    const Outcome first = run("plain");
    ASSERT_EQ(::kill(first.pid, SIGSTOP), 0);  // its socket takes the next try, it does not
    loop_.after(std::chrono::milliseconds{1}, [&] { ::kill(first.pid, SIGKILL); });
    const Outcome second = run("plain");
    EXPECT_EQ(second.failure, "");
    EXPECT_EQ(second.last_word, "SucceedTask");
    EXPECT_NE(second.pid, first.pid);
}

TEST_F(ZygotesTest, AChangedFileIsReadBeforeTheNextTry) {
    const Outcome first = run("plain");
    std::ofstream(folder_ / "dag.py") << kFile << "# changed\n";
    const Outcome second = run("plain");
    EXPECT_EQ(second.last_word, "SucceedTask") << second.failure;
    EXPECT_NE(second.pid, first.pid);
}

TEST_F(ZygotesTest, ByDefaultEachTryHasAProcessOfItsOwn) {
    options_.max_tasks_per_child = 1;
    const Outcome first = run("plain"), second = run("plain");
    EXPECT_EQ(first.exit_status, 0);
    EXPECT_EQ(second.exit_status, 0);
    EXPECT_NE(first.pid, second.pid);
}

}  // namespace
}  // namespace gale
