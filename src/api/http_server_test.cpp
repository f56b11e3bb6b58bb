// The server on real sockets. Time-outs are waited for by reading until the peer closes, never by sleeping.
#include "api/http_server.hpp"

#include <gtest/gtest.h>

#include <future>

#include "api/http_test_client.hpp"

namespace gale {
namespace {

HttpResponse echo(const HttpRequest& request) {
    return {200, "text/plain", request.method + " " + request.target + " " + request.body, {}};
}

std::string ask(const HttpServerOptions& options, std::string_view request, HttpHandler handler = echo) {
    auto server = HttpServer::start(options, std::move(handler));
    EXPECT_TRUE(server) << server.error().to_string();
    Client client((*server)->port());
    client.send(request);
    return client.read_all();
}

TEST(HttpServer, AnswersPipelinedRequestsInOrderOnOneConnection) {
    const auto text = ask(local_options(),
                          "GET /a HTTP/1.1\r\nHost: x\r\n\r\nPOST /b HTTP/1.1\r\nHost: x\r\nContent-Length: "
                          "2\r\nConnection: close\r\n\r\nhi");
    const auto first = text.find("GET /a ");
    const auto second = text.find("POST /b hi");
    ASSERT_NE(first, std::string::npos) << text;
    ASSERT_NE(second, std::string::npos) << text;
    EXPECT_LT(first, second);
}

TEST(HttpServer, AnswersHeadWithTheLengthAndNoBody) {
    const auto text = ask(local_options(), "HEAD /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_NE(text.find("Content-Length: 8"), std::string::npos) << text;
    EXPECT_TRUE(text.ends_with("\r\n\r\n")) << text;
}

TEST(HttpServer, RefusesWhatIsNotHttpTooLongAHeaderAndTooLargeABody) {
    auto options = local_options();
    options.max_header_bytes = 1024;
    options.max_body_bytes = 10;
    EXPECT_TRUE(ask(options, "garbage\r\n\r\n").starts_with("HTTP/1.1 400")) << ask(options, "garbage\r\n\r\n");
    EXPECT_TRUE(ask(options, "GET / HTTP/1.1\r\nX: " + std::string(2000, 'x')).starts_with("HTTP/1.1 431"));
    EXPECT_TRUE(ask(options, "POST / HTTP/1.1\r\nContent-Length: 11\r\n\r\n").starts_with("HTTP/1.1 413"));
}

TEST(HttpServer, SendsContinueToAClientThatWaitsForIt) {
    auto server = HttpServer::start(local_options(), echo).value();
    Client client(server->port());
    client.send("POST /b HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(client.read_until("\r\n\r\n").starts_with("HTTP/1.1 100"));
    client.send("hi");
    EXPECT_TRUE(client.read_all().ends_with("POST /b hi"));
}

TEST(HttpServer, ClosesAClientThatIsTooSlowOrIdle) {
    auto options = local_options();
    options.request_timeout = std::chrono::milliseconds{50};
    options.idle_timeout = std::chrono::milliseconds{50};
    EXPECT_EQ(ask(options, "GET / HT"), "");
    EXPECT_EQ(ask(options, ""), "");
}

TEST(HttpServer, AHandlersExceptionIsA500AndTheServerLivesOn) {
    const auto text = ask(local_options(), "GET / HTTP/1.1\r\n\r\nGET /ok HTTP/1.1\r\nConnection: close\r\n\r\n",
                          [](const HttpRequest& request) -> HttpResponse {
                              if (request.target == "/") throw std::runtime_error("broken");
                              return echo(request);
                          });
    EXPECT_TRUE(text.starts_with("HTTP/1.1 500")) << text;
    EXPECT_NE(text.find("GET /ok"), std::string::npos);
    EXPECT_EQ(text.find("broken"), std::string::npos);
}

TEST(HttpServer, APortInUseIsAnErrorThatNamesItAndSaysWhatToDo) {
    auto server = HttpServer::start(local_options(), echo).value();
    auto options = local_options();
    options.port = server->port();
    const auto second = HttpServer::start(options, echo);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code(), ErrorCode::already_exists);
    EXPECT_NE(second.error().message().find("127.0.0.1:" + std::to_string(server->port())), std::string::npos);
    EXPECT_NE(second.error().message().find("--port"), std::string::npos);
}

TEST(HttpServer, TurnsAwayMoreConnectionsThanItsLimit) {
    auto options = local_options();
    options.max_connections = 1;
    auto server = HttpServer::start(options, echo).value();
    Client first(server->port());
    first.send("GET /a HTTP/1.1\r\n\r\n");
    first.read_until("GET /a ");
    Client second(server->port());
    EXPECT_TRUE(second.read_all().starts_with("HTTP/1.1 503"));
}

TEST(HttpServer, StopLetsARequestInProgressEnd) {
    std::promise<void> entered, release;
    auto server = HttpServer::start(local_options(), [&](const HttpRequest& request) {
                      entered.set_value();
                      release.get_future().wait();
                      return echo(request);
                  }).value();
    Client client(server->port());
    client.send("GET /slow HTTP/1.1\r\n\r\n");
    entered.get_future().wait();
    auto stopped = std::async(std::launch::async, [&] { server->stop(); });
    release.set_value();
    const auto text = client.read_all();
    EXPECT_TRUE(text.ends_with("GET /slow ")) << text;
    stopped.get();
}

}  // namespace
}  // namespace gale
