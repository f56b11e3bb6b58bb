#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "base/file.hpp"
#include "worker/docker/container_config.hpp"
#include "worker/docker/docker_engine.hpp"

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

// An engine that answers each request for `/version` with its versions, everything else with 200 and `{}`, and keeps
// the request lines.
class FakeEngine {
public:
    explicit FakeEngine(std::string version) : version_(std::move(version)) {
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
            const std::string body = request.find("/version ") != std::string::npos ? version_ : "{}";
            const std::string answer =
                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
                body;
            EXPECT_EQ(::write(client.get(), answer.data(), answer.size()), static_cast<ssize_t>(answer.size()));
        }
    }
    const std::string version_;
    std::string folder_;
    Fd listener_;
    std::thread thread_;
};

TEST(DockerEngine, RaisesAnApiVersionThatTheEngineNoLongerServes) {
    FakeEngine fake(R"({"ApiVersion":"1.52","MinAPIVersion":"1.44"})");
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

}  // namespace
}  // namespace gale
