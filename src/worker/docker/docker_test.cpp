#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <thread>

#include "base/file.hpp"
#include "worker/docker/container_config.hpp"
#include "worker/docker/docker_engine.hpp"
#include "worker/docker/docker_job.hpp"
#include "worker/process.hpp"
#include "worker/try_log.hpp"

namespace gale {
namespace {

using namespace std::string_literals;

TEST(DockerStream, SortsItsFramesWhereverTheyAreCut) {
    const std::string bytes = "\x01\0\0\0\0\0\0\x03out\x02\0\0\0\0\0\0\x03"s + "err\x01\0\0\0\0\0\0\x01!"s;
    for (size_t cut = 0; cut <= bytes.size(); ++cut) {
        std::string out, err;
        const auto take = [&](int stream, std::string_view data) { (stream == 2 ? err : out) += data; };
        DockerStream stream(false);
        stream.feed(bytes.substr(0, cut), take);
        stream.feed(bytes.substr(cut), take);
        EXPECT_EQ(out, "out!") << cut;
        EXPECT_EQ(err, "err") << cut;
    }
}

TEST(ParseBytes, ReadsDockersUnits) {
    EXPECT_EQ(parse_bytes("512m", "mem_limit").value(), 512 << 20);
    EXPECT_EQ(parse_bytes("2gb", "mem_limit").value(), std::int64_t{2} << 30);
    EXPECT_EQ(parse_bytes(1024, "mem_limit").value(), 1024);
    EXPECT_NE(parse_bytes("lots", "mem_limit").error().message().find("mem_limit 'lots'"), std::string::npos);
}

json::object config_of(const char* fields) {
    return container_config(json::parse_object(fields).value(), {{"AIRFLOW_CTX_DAG_ID", "d"}}, {{"gale.try", "t"}}, "")
        .value();
}

TEST(ContainerConfig, TakesCommandsAsListsAndAsWords) {
    EXPECT_EQ(json::serialize(config_of(R"({"image":"i","command":["a","b c"]})").at("Cmd")), R"(["a","b c"])");
    EXPECT_EQ(json::serialize(config_of(R"({"image":"i","command":"sh -c 'echo \"hi\"' x\\ y"})").at("Cmd")),
              R"(["sh","-c","echo \"hi\"","x y"])");
    EXPECT_EQ(config_of(R"({"image":"i","command":null})").if_contains("Cmd"), nullptr);
}

TEST(ContainerConfig, CarriesMountsLimitsAndEnvironment) {
    const auto config =
        config_of(R"({"image":"i","environment":{"A":1},"private_environment":{"P":"x"},"mem_limit":"1g",
        "network_mode":"bridge","mounts":[{"Type":"bind","Source":"/s","Target":"/t"}]})");
    EXPECT_EQ(json::serialize(config.at("Env")), R"(["AIRFLOW_CTX_DAG_ID=d","A=1","P=x"])");
    const auto& host = config.at("HostConfig").as_object();
    EXPECT_EQ(host.at("Memory").to_number<std::int64_t>(), 1 << 30);
    EXPECT_EQ(host.at("NetworkMode").as_string(), "bridge");
    EXPECT_EQ(host.at("Mounts").as_array().size(), 1u);
    EXPECT_EQ(config.at("Labels").as_object().at("gale.try").as_string(), "t");
}

// An engine of another's making: what it answers, by the request line, and the request lines that it got.
class FakeEngine {
public:
    struct Reply {
        int status = 200;
        std::string body = "{}";
    };
    explicit FakeEngine(std::function<Reply(std::string_view line)> reply) : reply_(std::move(reply)) {
        std::string pattern = "/tmp/fake_engine_XXXXXX";
        folder_ = ::mkdtemp(pattern.data());
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        (folder_ + "/s").copy(address.sun_path, sizeof address.sun_path - 1);
        listener_ = Fd(::socket(AF_UNIX, SOCK_STREAM, 0));
        EXPECT_EQ(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        EXPECT_EQ(::listen(listener_.get(), 8), 0);
        thread_ = std::thread([this] { serve(); });
    }
    ~FakeEngine() {
        ::shutdown(listener_.get(), SHUT_RDWR);
        thread_.join();
        std::filesystem::remove_all(folder_);
    }
    std::string url() const { return "unix://" + folder_ + "/s"; }
    std::vector<std::string> request_lines;  // read after the calls returned

private:
    void serve() {
        for (;;) {
            const Fd client(::accept(listener_.get(), nullptr, nullptr));
            if (!client) return;
            std::string request;
            char buffer[4096];
            while (request.find("\r\n\r\n") == std::string::npos) {
                const ssize_t count = ::read(client.get(), buffer, sizeof buffer);
                if (count <= 0) break;
                request.append(buffer, static_cast<size_t>(count));
            }
            request_lines.push_back(request.substr(0, request.find("\r\n")));
            const Reply reply = reply_(request_lines.back());
            const std::string answer =
                "HTTP/1.1 " + std::to_string(reply.status) +
                " Said\r\nConnection: close\r\nContent-Length: " + std::to_string(reply.body.size()) + "\r\n\r\n" +
                reply.body;
            for (std::string_view rest = answer; !rest.empty();) {
                const ssize_t count = ::send(client.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
                if (count <= 0) break;
                rest.remove_prefix(static_cast<size_t>(count));
            }
        }
    }
    const std::function<Reply(std::string_view)> reply_;
    std::string folder_;
    Fd listener_;
    std::thread thread_;
};

FakeEngine::Reply version_reply(std::string_view line, std::string version) {
    if (line.find("/version ") == std::string_view::npos) return {};
    return {200, std::move(version)};
}

TEST(DockerEngine, RaisesAnApiVersionThatTheEngineNoLongerServes) {
    FakeEngine fake(
        [](std::string_view line) { return version_reply(line, R"({"ApiVersion":"1.52","MinAPIVersion":"1.44"})"); });
    auto engine = DockerEngine::at(fake.url(), {}).value();
    EXPECT_EQ(engine.negotiate("1.30").value(),
              "api_version 1.30 is older than the engine serves: using 1.44, its oldest");
    ASSERT_TRUE(engine.call("GET", "/images/x/json"));
    EXPECT_EQ(fake.request_lines.back(), "GET /v1.44/images/x/json HTTP/1.1");
    EXPECT_EQ(engine.negotiate("1.45").value(), "");
    EXPECT_NE(engine.negotiate("1.99").value().find("using 1.52"), std::string::npos);
    EXPECT_EQ(engine.negotiate("auto").value(), "");
    ASSERT_TRUE(engine.call("GET", "/info"));
    EXPECT_EQ(fake.request_lines.back(), "GET /v1.52/info HTTP/1.1");
}

TEST(DockerEngine, SaysThatNoneIsThereAndWhatToDo) {
    auto engine = DockerEngine::at("unix:///no/such/docker.sock", {}).value();
    const auto version = engine.negotiate("");
    ASSERT_FALSE(version);
    EXPECT_EQ(version.error().code(), ErrorCode::unavailable);
    EXPECT_NE(version.error().message().find("/no/such/docker.sock"), std::string::npos);
    EXPECT_NE(version.error().message().find("docker_url"), std::string::npos);
    EXPECT_FALSE(DockerEngine::at("ssh://host", {}));
}

// A frame of the engine's log stream on stdout.
std::string frame(std::string_view text) {
    std::string header("\x01\0\0\0", 4);
    for (int shift = 24; shift >= 0; shift -= 8) header += static_cast<char>((text.size() >> shift) & 0xff);
    return header + std::string(text);
}

// The last word of a job whose container writes `output` and ends with `exit_code`.
json::object last_word(std::string output, int exit_code, const char* options, bool do_xcom_push = true,
                       int logs_status = 200, const std::function<std::string()>& refusal = {}) {
    FakeEngine fake([&](std::string_view line) -> FakeEngine::Reply {
        if (line.find("/containers/create") != std::string_view::npos) {
            const std::string why = refusal ? refusal() : "";
            if (!why.empty()) return {400, json::serialize(json::object{{"message", why}})};
            return {201, R"({"Id":"c0ffee"})"};
        }
        if (line.find("/containers/json") != std::string_view::npos) return {200, "[]"};
        if (line.find("/logs?") != std::string_view::npos) return {logs_status, frame(output)};
        if (line.find("/wait ") != std::string_view::npos)
            return {200, json::serialize(json::object{{"StatusCode", exit_code}})};
        return version_reply(line, R"({"ApiVersion":"1.41"})");
    });
    TryRequest request;
    request.do_xcom_push = do_xcom_push;
    request.native.fields = json::parse_object(options).value();
    request.native.fields["image"] = "image:latest";
    if (!request.native.fields.contains("mount_tmp_dir")) request.native.fields["mount_tmp_dir"] = false;
    request.native.fields["docker_url"] = fake.url();
    Pipe control = make_pipe().value();
    const Fd null(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    const DockerJob job{request, "/home", std::chrono::seconds{5}};
    const pid_t pid = fork_child({control.write.get(), null.get()}, [&] {
                          ::dup2(null.get(), STDOUT_FILENO);
                          return run_docker_job(job, control.write.get());
                      }).value();
    control.write.reset();
    ::fcntl(control.read.get(), F_SETFL, 0);  // blocking
    json::object last;
    LineSplitter lines(size_t{64} << 20);
    const auto take = [&](std::string_view line) { last = json::parse_object(line).value(); };
    std::vector<char> buffer(1 << 16);
    for (ssize_t count = 0; (count = ::read(control.read.get(), buffer.data(), buffer.size())) > 0;)
        lines.feed({buffer.data(), static_cast<size_t>(count)}, take);
    int status = 0;
    EXPECT_EQ(::waitpid(pid, &status, 0), pid);
    EXPECT_EQ(status, 0);
    return last;
}

TEST(DockerJob, ReturnsTheLastLineOrAll) {
    EXPECT_EQ(last_word("one\ntwo\n", 0, "{}"), (json::object{{"outcome", "success"}, {"xcom", "two"}}));
    EXPECT_EQ(last_word("one\ntwo\n", 0, R"({"xcom_all":true})"),
              (json::object{{"outcome", "success"}, {"xcom", json::array{"one", "two"}}}));
    EXPECT_EQ(last_word("one\n", 0, "{}", false), (json::object{{"outcome", "success"}}));
    EXPECT_EQ(last_word("one\n", 99, R"({"skip_on_exit_code":[99]})").at("outcome"), "skipped");
    EXPECT_EQ(last_word("one\n", 3, "{}").at("reason"), "the container ended with exit code 3");
}

TEST(DockerJob, ReturnsMegabytesWhole) {
    const std::string line(3 << 20, 'x');
    EXPECT_EQ(last_word(line + "\n", 0, "{}").at("xcom"), json::value(line));
    const auto all = last_word(line + "\n" + line + "\n", 0, R"({"xcom_all":true})");
    EXPECT_EQ(all.at("xcom"), json::value(json::array{line, line}));
}

TEST(DockerJob, SaysThatAnOutputIsTooLargeForAnXCom) {
    const std::string line(17 << 20, 'x');
    const auto word = last_word(line, 0, "{}");
    EXPECT_EQ(word.at("outcome"), "failed");
    EXPECT_NE(word.at("reason").as_string().find("do_xcom_push=False"), std::string::npos);
    EXPECT_EQ(last_word(line, 0, "{}", false).at("outcome"), "success");
}

TEST(DockerJob, GoesOnWithoutAnOutputThatCannotBeRead) {
    EXPECT_EQ(last_word("no such log driver", 0, "{}", true, 501), (json::object{{"outcome", "success"}}));
}

// As where the worker is a container itself: the engine has no such folder.
TEST(DockerJob, RunsWithoutATemporaryFolderThatTheEngineCannotMount) {
    std::string pattern = "/tmp/docker_test_XXXXXX";
    const std::filesystem::path folder = ::mkdtemp(pattern.data());
    int refusals = 0;
    const auto refusal = [&]() -> std::string {
        for (const auto& entry : std::filesystem::directory_iterator(folder)) {
            ++refusals;
            return "invalid mount config: bind source path does not exist: " + entry.path().native();
        }
        return "";
    };
    const std::string options =
        json::serialize(json::object{{"mount_tmp_dir", true}, {"host_tmp_dir", folder.native()}});
    EXPECT_EQ(last_word("one\n", 0, options.c_str(), true, 200, refusal),
              (json::object{{"outcome", "success"}, {"xcom", "one"}}));
    EXPECT_EQ(refusals, 1);
    const auto other = [] { return std::string("no such image"); };
    EXPECT_EQ(last_word("", 0, options.c_str(), true, 200, other).at("outcome"), "failed");
    EXPECT_TRUE(std::filesystem::is_empty(folder));
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace gale
