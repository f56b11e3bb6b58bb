#include "decide.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gale::docker_proxy {
namespace {

using testing::HasSubstr;

const ContainerRules kRules{
    "shop",
    {{"/opt/airflow/data", "/srv/shop/data", "", false}, {"/opt/airflow/ref", "/srv/ref", "shop_ref", true}},
    {"bridge", "shop-tasks"}};

Result<Forward> ask(const std::string& method, const std::string& target, const std::string& body = "") {
    return decide(kRules, {method, target, body});
}

json::object created(const std::string& body) {
    const auto forward = ask("POST", "/v1.41/containers/create?name=x", body);
    EXPECT_TRUE(forward) << (forward ? "" : forward.error().message());
    return forward ? json::parse_object(forward->body).value() : json::object{};
}

std::string refusal(const std::string& body) {
    const auto forward = ask("POST", "/v1.41/containers/create", body);
    EXPECT_FALSE(forward) << body;
    return forward ? "" : forward.error().message();
}

std::string with_host(const std::string& host) {
    return fmt::format(R"({{"Image": "i", "HostConfig": {{{}}}}})", host);
}

TEST(DockerProxyTest, WhatDockerOperatorAsksForPasses) {
    for (const auto& [method, target] : std::vector<std::pair<std::string, std::string>>{
             {"GET", "/version"},
             {"GET", "/v1.41/_ping"},
             {"GET", "/v1.41/images/registry.example:5000/team/data-loader:latest/json"},
             {"POST", "/v1.41/images/create?fromImage=data-loader&tag=latest"},
         }) {
        const auto forward = ask(method, target);
        ASSERT_TRUE(forward) << target << ": " << forward.error().message();
        EXPECT_EQ(forward->target(""), target);
        EXPECT_FALSE(forward->container);
    }
}

TEST(DockerProxyTest, AContainerIsAddressedByTheIdThatWasLookedUp) {
    const auto logs = ask("GET", "/v1.41/containers/task__news/logs?follow=1&stdout=1&stderr=1");
    ASSERT_TRUE(logs) << logs.error().message();
    EXPECT_EQ(logs->container, "task__news");
    EXPECT_EQ(logs->target("0abc"), "/v1.41/containers/0abc/logs?follow=1&stdout=1&stderr=1");
    EXPECT_EQ(ask("POST", "/containers/a/stop?t=3")->target("0abc"), "/containers/0abc/stop?t=3");
    EXPECT_EQ(ask("DELETE", "/containers/a?force=1")->target("0abc"), "/containers/0abc?force=1");
    EXPECT_EQ(ask("POST", "/containers/a/wait")->target("0abc"), "/containers/0abc/wait");
}

TEST(DockerProxyTest, AllElseIsRefused) {
    for (const auto& [method, target] : std::vector<std::pair<std::string, std::string>>{
             {"GET", "/"},
             {"GET", "/info"},
             {"POST", "/build"},
             {"POST", "/v1.41/containers/a/exec"},
             {"POST", "/exec/a/start"},
             {"POST", "/containers/a/attach?stream=1"},
             {"GET", "/containers/a/archive?path=/etc"},
             {"PUT", "/containers/a/archive?path=/"},
             {"GET", "/containers/a/export"},
             {"POST", "/containers/a/update"},
             {"POST", "/containers/prune"},
             {"POST", "/containers/a"},
             {"DELETE", "/containers/json/json"},
             {"GET", "/volumes"},
             {"POST", "/networks/create"},
             {"GET", "/secrets"},
             {"POST", "/swarm/init"},
             {"POST", "/images/load"},
             {"POST", "/images/create?fromSrc=-"},
             {"POST", "/images/a/push"},
             {"DELETE", "/images/a"},
             {"POST", "/containers/a/start?detachKeys=x"},
             {"GET", "/containers/a/../../info"},
             {"GET", "/containers/%61/json"},
             {"GET", "//info"},
             {"GET", "/v1.41/v1.41/info"},
             {"GET", "/containers//json"},
             {"GET", "/containers/a@b/json"},
             {"HEAD", "/_ping"},
             {"GET", "http://elsewhere/_ping"},
             {"GET", "/version?x=%zz"},
         }) {
        EXPECT_FALSE(ask(method, target)) << method << " " << target;
    }
}

TEST(DockerProxyTest, ListsHoldTheContainersOfThisInstanceOnly) {
    const auto plain = ask("GET", "/v1.41/containers/json?all=1");
    ASSERT_TRUE(plain) << plain.error().message();
    EXPECT_THAT(plain->target(""), HasSubstr("gale.docker_proxy"));
    EXPECT_THAT(plain->target(""), HasSubstr("shop"));
    const auto filtered = ask("GET", R"(/containers/json?filters=%7B%22label%22%3A%5B%22a%3D1%2B2+3%22%5D%7D)");
    ASSERT_TRUE(filtered) << filtered.error().message();
    EXPECT_THAT(filtered->target(""), HasSubstr("gale.docker_proxy"));
    EXPECT_THAT(filtered->target(""), HasSubstr("a%3D1%2B2%203"));
    EXPECT_FALSE(ask("GET", "/containers/json?filters=%7B"));
    EXPECT_FALSE(ask("GET", "/containers/json?filters=%7B%7D&filters=%7B%7D"));
}

TEST(DockerProxyTest, ACreatedContainerBearsTheInstance) {
    const auto container = created(R"({"Image": "i", "Cmd": ["a"], "Env": ["A=b"], "User": "1:0",
        "Labels": {"gale.docker_proxy": "another", "mine": "1"}, "Tty": false, "Volumes": null})");
    EXPECT_EQ(container.at("Labels").at("gale.docker_proxy"), "shop");
    EXPECT_EQ(container.at("Labels").at("mine"), "1");
    EXPECT_EQ(container.at("User"), "1:0");
    EXPECT_FALSE(container.contains("Volumes"));
    EXPECT_TRUE(own_container_id(kRules, {{"Id", "1"}, {"Config", {{"Labels", container.at("Labels")}}}}));
    EXPECT_FALSE(own_container_id(kRules, {{"Id", "1"}, {"Config", {{"Labels", {{"gale.docker_proxy", "b"}}}}}}));
    EXPECT_FALSE(own_container_id(kRules, {{"Id", "1"}}));
}

TEST(DockerProxyTest, MountsAreThoseOfTheProxyByItsPaths) {
    const auto container = created(with_host(R"("Mounts": [
        {"Type": "bind", "Source": "/opt/airflow/data/", "Target": "/data", "ReadOnly": null},
        {"Type": "bind", "Source": "/opt/airflow/ref", "Target": "/ref"},
        {"Type": "volume", "Source": "shop_ref", "Target": "/ref2"},
        {"Type": "tmpfs", "Target": "/t", "TmpfsOptions": {"SizeBytes": 1000}}])"));
    const auto& mounts = container.at("HostConfig").at("Mounts").as_array();
    ASSERT_EQ(mounts.size(), 4u);
    EXPECT_EQ(mounts[0].at("Source"), "/srv/shop/data");
    EXPECT_EQ(mounts[0].at("ReadOnly"), false);
    EXPECT_EQ(mounts[1].at("Source"), "/srv/ref");
    EXPECT_EQ(mounts[1].at("ReadOnly"), true) << "what the proxy has read-only stays so";
    EXPECT_EQ(mounts[2].at("Source"), "shop_ref");
    EXPECT_EQ(mounts[3].at("TmpfsOptions").at("SizeBytes"), 1000);
    for (const auto* source : {"/", "/etc", "/srv/shop/data", "/opt/airflow/data/link", "/opt/airflow", "",
                               "/opt/airflow/data/../..", "/var/run/docker.sock"}) {
        const auto mount = fmt::format(R"("Mounts": [{{"Type": "bind", "Source": "{}", "Target": "/x"}}])", source);
        EXPECT_THAT(refusal(with_host(mount)), HasSubstr("/opt/airflow/data")) << source;
    }
    for (const auto* mount : {
             R"({"Type": "volume", "Source": "shop_database", "Target": "/x"})",
             R"({"Type": "volume", "Target": "/x"})",
             R"({"Target": "/x"})",
             R"({"Type": "npipe", "Source": "/opt/airflow/data", "Target": "/x"})",
             R"({"Type": "volume", "Source": "shop_ref", "Target": "/x",
                 "VolumeOptions": {"DriverConfig": {"Options": {"device": "/", "o": "bind"}}}})",
             R"({"Type": "bind", "Source": "/opt/airflow/data", "Target": "/x", "source": "/"})",
             R"({"Type": "bind", "Source": "/opt/airflow/data"})",
             R"("/:/x")",
         }) {
        refusal(with_host(fmt::format(R"("Mounts": [{}])", mount)));
    }
}

TEST(DockerProxyTest, WhatReachesTheHostIsRefusedByName) {
    for (const auto* host : {
             R"("Privileged": true)",
             R"("privileged": true)",
             R"("Binds": ["/:/x"])",
             R"("CapAdd": ["SYS_ADMIN"])",
             R"("PidMode": "host")",
             R"("IpcMode": "host")",
             R"("UsernsMode": "host")",
             R"("Devices": [{"PathOnHost": "/dev/sda"}])",
             R"("DeviceRequests": [{"Count": -1}])",
             R"("SecurityOpt": ["seccomp=unconfined"])",
             R"("PortBindings": {"80/tcp": [{"HostPort": "80"}]})",
             R"("VolumesFrom": ["shop_postgres_1"])",
             R"("CgroupParent": "/")",
             R"("Sysctls": {"kernel.x": "1"})",
             R"("Runtime": "other")",
             R"("RestartPolicy": {"Name": "always"})",
             R"("AutoRemove": true)",
             R"("LogConfig": {"Type": "syslog"})",
             R"("NetworkMode": "host")",
             R"("NetworkMode": "container:shop_postgres_1")",
             R"("NetworkMode": "shop_default")",
             R"("NetworkMode": 1)",
             R"("Links": ["a"])",
         }) {
        EXPECT_THAT(refusal(with_host(host)), HasSubstr("does not allow")) << host;
    }
    refusal(R"({"Image": "i", "hostconfig": {"Privileged": true}})");
    refusal(R"({"Image": "i", "HostConfig": {}, "NetworkingConfig": {"EndpointsConfig": {"shop_default": {}}}})");
    refusal(R"({"Image": "i", "HostConfig": [1]})");
    refusal(R"({"Cmd": ["a"]})");
    refusal("[]");
    refusal("");
    refusal("{");
}

TEST(DockerProxyTest, EmptyFieldsOfClientsAreNoReasonToRefuse) {
    const auto container = created(R"({"Image": "i", "NetworkingConfig": null, "Healthcheck": null, "Volumes": {},
        "HostConfig": {"Privileged": false, "CapAdd": null, "PortBindings": {}, "Binds": [], "IpcMode": "",
        "NetworkMode": "default", "LogConfig": {"Type": "json-file", "Config": {"max-size": "1m"}}, "CpuShares": 1024}})");
    const auto& host = container.at("HostConfig").as_object();
    EXPECT_EQ(host.size(), 3u) << json::serialize(host);
    EXPECT_EQ(host.at("LogConfig").at("Config").at("max-size"), "1m");
}

TEST(DockerProxyTest, WithoutTheBridgeAContainerIsPutIntoANetworkThatIsAllowed) {
    ContainerRules rules = kRules;
    rules.networks = {"shop-tasks"};
    const auto container = checked_container(rules, {{"Image", "i"}});
    ASSERT_TRUE(container) << container.error().message();
    EXPECT_EQ(container->at("HostConfig").at("NetworkMode"), "shop-tasks");
    EXPECT_FALSE(checked_container(rules, {{"Image", "i"}, {"HostConfig", {{"NetworkMode", "default"}}}}));
}

}  // namespace
}  // namespace gale::docker_proxy
