#include <gtest/gtest.h>

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
