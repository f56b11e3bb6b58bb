#include "proxy.hpp"

#include <fmt/format.h>

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <iostream>
#include <memory>
#include <thread>

#include "base/log.hpp"
#include "decide.hpp"
#include "engine.hpp"

namespace gale::docker_proxy {
namespace {
namespace http = boost::beast::http;
using boost::asio::ip::tcp;
using boost::system::error_code;

constexpr std::string_view kRoom = "docker-proxy";
constexpr int kMaxConnections = 256;  // a task holds one
constexpr size_t kLargestRequest = size_t{4} << 20;

class Connection {
public:
    Connection(tcp::socket socket, const ProxyOptions& options) : socket_(std::move(socket)), options_(options) {}

    void run() {
        for (;;) {
            http::request_parser<http::string_body> parser;
            parser.body_limit(kLargestRequest);
            error_code error;
            http::read(socket_, buffer_, parser, error);
            if (error) return;
            keep_alive_ = parser.get().keep_alive() && !parser.upgrade();
            const Request request{std::string(parser.get().method_string()), std::string(parser.get().target()),
                                  std::move(parser.get().body())};
            if (const auto answered = answer(request); !answered) {
                if (answered.error().code() == ErrorCode::cancelled) return;
                log::warning(kRoom, "{} {}: {}", request.method, request.target, answered.error().to_string());
                const auto status = static_cast<unsigned>(error_traits(answered.error().code()).http_status);
                if (!respond(status, json::serialize(json::object{{"message", answered.error().to_string()}}))) return;
            }
            if (!keep_alive_) return;
        }
    }

private:
    // Errors are told to the client; cancelled: it is gone, or has half of an answer.
    Result<void> answer(const Request& request) {
        Forward forward = TRY(decide(options_.rules, request));
        std::string id;
        if (forward.container) id = TRY(own_container(forward));
        if (request.method != "GET") log::info(kRoom, "{} {}", forward.method, forward.target(id));
        EngineCall call(options_.socket);
        TRY(call.begin(forward.method, forward.target(id), forward.body));
        return relay(call);
    }

    Result<std::string> own_container(const Forward& forward) const {
        EngineCall call(options_.socket);
        TRY(call.begin("GET", forward.before + *forward.container + "/json", ""));
        const std::string text = TRY(call.read_all());
        if (call.status() == 200) {
            if (auto id = own_container_id(options_.rules, TRY(json::parse_object(text)))) return std::move(*id);
        }
        return fail(
            ErrorCode::not_found,
            fmt::format("No such container: {} (or it was not made through this Docker proxy)", *forward.container));
    }

    Result<void> relay(EngineCall& call) {
        http::response<http::buffer_body> response{static_cast<http::status>(call.status()), 11};
        if (const auto type = call.content_type(); !type.empty()) response.set(http::field::content_type, type);
        const bool has_body = call.status() != 204 && call.status() != 304;
        response.keep_alive(keep_alive_);
        if (has_body) response.chunked(true);
        response.body().data = nullptr;
        response.body().more = has_body;
        http::response_serializer<http::buffer_body> serializer{response};
        error_code error;
        http::write_header(socket_, serializer, error);
        while (!error && has_body) {
            const auto piece = call.next(socket_.native_handle());
            // Half of an answer must not look like a whole one.
            if (!piece) return fail(ErrorCode::cancelled, piece.error().message());
            response.body().data = const_cast<char*>(piece->data());
            response.body().size = piece->size();
            response.body().more = !piece->empty();
            if (piece->empty()) response.body().data = nullptr;
            http::write(socket_, serializer, error);
            if (error == http::error::need_buffer) error = {};
            if (piece->empty()) break;
        }
        if (error) return fail(ErrorCode::cancelled, error.message());
        return {};
    }

    bool respond(unsigned status, std::string body) {
        http::response<http::string_body> response{static_cast<http::status>(status), 11};
        response.set(http::field::content_type, "application/json");
        response.keep_alive(keep_alive_);
        response.body() = std::move(body);
        response.prepare_payload();
        error_code error;
        http::write(socket_, response, error);
        return !error;
    }

    tcp::socket socket_;
    const ProxyOptions& options_;
    boost::beast::flat_buffer buffer_{kLargestRequest + (64 << 10)};
    bool keep_alive_ = false;
};

std::unexpected<Error> cannot_listen(const ProxyOptions& options, const error_code& error) {
    return fail(ErrorCode::unavailable,
                fmt::format("cannot listen on {}:{}: {}", options.host, options.port, error.message()));
}

}  // namespace

Result<void> serve(const ProxyOptions& options) {
    boost::asio::io_context context;
    error_code error;
    const auto address = boost::asio::ip::make_address(options.host, error);
    if (error) return cannot_listen(options, error);
    tcp::acceptor acceptor(context);
    const tcp::endpoint endpoint(address, options.port);
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(tcp::acceptor::max_listen_connections, error);
    if (error) return cannot_listen(options, error);
    log::info(kRoom, "listening on {}:{} for {}", options.host, acceptor.local_endpoint().port(),
              options.rules.instance);
    std::atomic<int> open{0};
    for (;;) {
        tcp::socket socket(context);
        acceptor.accept(socket, error);
        if (error) {
            log::error(kRoom, "cannot accept a connection: {}", error.message());
            std::this_thread::sleep_for(std::chrono::milliseconds{100});
            continue;
        }
        if (open.load() >= kMaxConnections) {
            log::error(kRoom, "more than {} connections: one is refused", kMaxConnections);
            continue;
        }
        ++open;
        std::thread([socket = std::move(socket), &options, &open]() mutable {
            std::make_unique<Connection>(std::move(socket), options)->run();
            --open;
        }).detach();
    }
}

Result<void> learn_from_own_container(const std::filesystem::path& socket, const std::string& hostname,
                                      ContainerRules& rules) {
    EngineCall call(socket);
    TRY(call.begin("GET", "/containers/" + hostname + "/json", ""));
    const std::string text = TRY(call.read_all());
    if (call.status() != 200) {
        return fail(
            ErrorCode::not_found,
            fmt::format("the Docker engine knows no container '{}', so that what is mounted here is unknown: name "
                        "the folders with GALE_DOCKER_PROXY_MOUNTS=/path=/path/of/the/host",
                        hostname));
    }
    const json::object own = TRY(json::parse_object(text));
    if (const auto* mounts = json::find_array(own, "Mounts")) {
        for (const auto& one : *mounts) {
            if (!one.is_object()) continue;
            const json::object& mount = one.get_object();
            AllowedMount allowed{
                TRY(json::get_string(mount, "Destination")), TRY(json::get_string_or(mount, "Source", "")),
                TRY(json::get_string_or(mount, "Name", "")), !TRY(json::get_bool_or(mount, "RW", true))};
            if (!allowed.source.empty() && !allowed.path.ends_with("/docker.sock"))
                rules.mounts.push_back(std::move(allowed));
        }
    }
    const auto* config = json::find_object(own, "Config");
    const auto* labels = config == nullptr ? nullptr : json::find_object(*config, "Labels");
    if (rules.instance.empty() && labels != nullptr)
        rules.instance = TRY(json::get_string_or(*labels, "com.docker.compose.project", ""));
    return {};
}

int check(const std::string& host, std::uint16_t port) {
    boost::asio::io_context context;
    boost::beast::tcp_stream stream(context);
    http::request<http::empty_body> request{http::verb::get, "/_ping", 11};
    request.set(http::field::host, "docker-proxy");
    request.set(http::field::connection, "close");
    http::response<http::string_body> response;
    boost::beast::flat_buffer buffer;
    error_code error;
    const auto address = boost::asio::ip::make_address(host == "0.0.0.0" ? "127.0.0.1" : host, error);
    if (!error) stream.connect(tcp::endpoint(address, port), error);
    if (!error) http::write(stream, request, error);
    if (!error) http::read(stream, buffer, response, error);
    if (!error && response.result() == http::status::ok) return 0;
    std::cerr << "gale-docker-proxy: " << (error ? error.message() : response.body()) << '\n';
    return 1;
}

}  // namespace gale::docker_proxy
