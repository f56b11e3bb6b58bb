#include "service/connection_probe.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <set>
#include <thread>

#include "service/connection_types.hpp"

namespace gale {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

// Listens on a free port of this machine; answers the first that comes with `answer`.
class Listener {
public:
    explicit Listener(std::string answer) {
        fd_ = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        EXPECT_EQ(::listen(fd_, 8), 0);
        socklen_t size = sizeof address;
        ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ::ntohs(address.sin_port);
        thread_ = std::thread([this, answer = std::move(answer)] {
            const int client = ::accept(fd_, nullptr, nullptr);
            char bytes[1024];
            if (!answer.empty() && ::recv(client, bytes, sizeof bytes, 0) > 0)
                EXPECT_GT(::send(client, answer.data(), answer.size(), MSG_NOSIGNAL), 0);
            ::close(client);
        });
    }
    ~Listener() {
        ::shutdown(fd_, SHUT_RDWR);
        thread_.join();
        ::close(fd_);
    }
    int port() const { return port_; }

private:
    int fd_ = -1, port_ = 0;
    std::thread thread_;
};

Connection to(std::string type, std::string host, std::optional<int> port) {
    Connection connection;
    connection.conn_id = "x";
    connection.conn_type = std::move(type);
    connection.host = std::move(host);
    connection.port = port;
    return connection;
}

TEST(ConnectionProbe, AnHttpAddressIsAsked) {
    const Listener listener("HTTP/1.1 204 No Content\r\n\r\n");
    const auto outcome = probe_connection(to("http", "127.0.0.1", listener.port()), seconds{5});
    EXPECT_TRUE(outcome.reached) << outcome.message;
    EXPECT_THAT(outcome.message, HasSubstr("204 No Content"));
}

TEST(ConnectionProbe, AnHttpAddressThatSpeaksSomethingElseIsNotReached) {
    const Listener listener("220 ftp here\r\n");
    const auto outcome =
        probe_connection(to("http", "http://127.0.0.1:" + std::to_string(listener.port()) + "/x", {}), seconds{5});
    EXPECT_FALSE(outcome.reached);
    EXPECT_THAT(outcome.message, HasSubstr("does not speak HTTP"));
}

TEST(ConnectionProbe, AnAddressWithTlsHasToSpeakIt) {
    const Listener listener("HTTP/1.1 200 OK\r\n\r\n");
    const auto outcome =
        probe_connection(to("http", "https://127.0.0.1:" + std::to_string(listener.port()), {}), seconds{5});
    EXPECT_FALSE(outcome.reached);
    EXPECT_THAT(outcome.message, HasSubstr("127.0.0.1"));
}

TEST(ConnectionProbe, OtherTypesAreConnectedTo) {
    const Listener listener("");
    const auto outcome = probe_connection(to("postgres", "127.0.0.1", listener.port()), seconds{5});
    EXPECT_TRUE(outcome.reached) << outcome.message;
    EXPECT_THAT(outcome.message, HasSubstr("not tried"));
}

TEST(ConnectionProbe, WhatIsNotThereIsSaidSo) {
    int port = 0;
    {
        const Listener listener("");
        port = listener.port();
        probe_connection(to("postgres", "127.0.0.1", port), seconds{5});
    }
    EXPECT_THAT(probe_connection(to("postgres", "127.0.0.1", port), seconds{5}).message, HasSubstr("refused"));
    EXPECT_FALSE(probe_connection(to("postgres", "", {}), seconds{5}).reached);
    EXPECT_THAT(probe_connection(to("odbc", "127.0.0.1", {}), seconds{5}).message, HasSubstr("give a port"));
    EXPECT_THAT(probe_connection(to("postgres", "::1", port), seconds{5}).message, HasSubstr("[::1]:"));
    EXPECT_FALSE(probe_connection(to("postgres", "no such name", port), seconds{5}).reached);
    Connection path = to("fs", "", {});
    path.extra = R"({"path":"/"})";
    EXPECT_TRUE(probe_connection(path, seconds{5}).reached);
    path.extra = R"({"path":"/no/such/path"})";
    EXPECT_FALSE(probe_connection(path, seconds{5}).reached);
}

TEST(ConnectionTypes, AreWholeAndEachOnce) {
    std::set<std::string_view> names;
    const auto types = connection_types();
    for (const auto& type : types) EXPECT_TRUE(names.insert(type.at("connection_type").as_string()).second);
    EXPECT_GE(types.size(), 40u);
    EXPECT_EQ(usual_port("postgres"), 5432);
    EXPECT_EQ(usual_port("fs"), std::nullopt);
    const auto snowflake = std::ranges::find(
        types, "snowflake", [](const auto& one) { return std::string_view(one.at("connection_type").as_string()); });
    ASSERT_NE(snowflake, types.end());
    EXPECT_EQ(snowflake->at("extra_fields").at("insecure_mode").at("schema").at("type").at(0), "boolean");
    EXPECT_EQ(snowflake->at("standard_fields").at("port").at("hidden"), true);
    EXPECT_EQ(snowflake->at("standard_fields").at("url_schema").at("title"), "Schema");
}

}  // namespace
}  // namespace gale
