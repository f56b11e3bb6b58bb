#include "service/connection_probe.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>

#include "base/json.hpp"
#include "service/connection_types.hpp"

namespace gale {
namespace {

struct Target {
    std::string scheme, host, path = "/";
    int port = 0;
};

// "https://example.org:8443/x" has all of it, "example.org" only the host.
Target target_of(const Connection& connection) {
    Target target;
    std::string_view rest = connection.host ? std::string_view(*connection.host) : std::string_view();
    if (const size_t mark = rest.find("://"); mark != std::string_view::npos) {
        target.scheme = std::string(rest.substr(0, mark));
        rest.remove_prefix(mark + 3);
    } else if (connection.conn_type == "http") {
        target.scheme = connection.schema && !connection.schema->empty() ? *connection.schema : "http";
    }
    if (const size_t slash = rest.find('/'); slash != std::string_view::npos) {
        target.path = std::string(rest.substr(slash));
        rest = rest.substr(0, slash);
    }
    if (const size_t at = rest.rfind('@'); at != std::string_view::npos) rest.remove_prefix(at + 1);
    const size_t colon = rest.rfind(':');
    // One colon is a port, more are an IPv6 address.
    if (colon != std::string_view::npos && rest.find(':') == colon) {
        const std::string digits(rest.substr(colon + 1));
        target.port = std::atoi(digits.c_str());
        rest = rest.substr(0, colon);
    }
    if (rest.starts_with('[') && rest.ends_with(']')) rest = rest.substr(1, rest.size() - 2);
    target.host = std::string(rest);
    if (connection.port) target.port = *connection.port;
    if (target.port == 0) target.port = target.scheme == "https" ? 443 : target.scheme == "http" ? 80 : 0;
    if (target.port == 0) target.port = usual_port(connection.conn_type).value_or(0);
    return target;
}

class Socket {
public:
    explicit Socket(int fd) : fd_(fd) {}
    Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Socket(const Socket&) = delete;
    ~Socket() {
        if (fd_ >= 0) ::close(fd_);
    }
    int fd() const { return fd_; }
    // False: not within `timeout`.
    bool wait(short events, Duration timeout) const {
        pollfd one{fd_, events, 0};
        const auto limit = std::chrono::ceil<std::chrono::milliseconds>(timeout).count();
        return ::poll(&one, 1, static_cast<int>(limit)) == 1;
    }

private:
    int fd_;
};

std::unexpected<Error> unreachable(std::string message) {
    return fail(ErrorCode::unavailable, std::move(message));
}

Result<Socket> connect_address(const addrinfo& address, Duration timeout) {
    Socket socket(::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (socket.fd() < 0) return unreachable(std::strerror(errno));
    if (::connect(socket.fd(), address.ai_addr, address.ai_addrlen) != 0) {
        if (errno != EINPROGRESS) return unreachable(std::strerror(errno));
        if (!socket.wait(POLLOUT, timeout)) return unreachable("no answer in time");
        int code = 0;
        socklen_t size = sizeof code;
        if (::getsockopt(socket.fd(), SOL_SOCKET, SO_ERROR, &code, &size) != 0)
            return unreachable(std::strerror(errno));
        if (code != 0) return unreachable(std::strerror(code));
    }
    return socket;
}

Result<Socket> connect_to(const Target& target, Duration timeout) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int code = ::getaddrinfo(target.host.c_str(), std::to_string(target.port).c_str(), &hints, &found);
    if (code != 0) return unreachable(fmt::format("the name is not known: {}", ::gai_strerror(code)));
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> addresses(found, ::freeaddrinfo);
    std::string why;
    for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
        auto connected = connect_address(*address, timeout);
        if (connected) return connected;
        why = connected.error().message();
    }
    return unreachable(why);
}

// The first line of the answer to HEAD.
Result<std::string> http_status(const Socket& socket, const Target& target, Duration timeout) {
    const std::string request = fmt::format(
        "HEAD {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: gale\r\nConnection: close\r\n\r\n", target.path, target.host);
    if (::send(socket.fd(), request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size()))
        return unreachable("the request could not be sent");
    std::string answer;
    while (answer.find('\n') == std::string::npos && answer.size() < 4096) {
        if (!socket.wait(POLLIN, timeout)) return unreachable("connected, but no answer in time");
        char bytes[1024];
        const ssize_t count = ::recv(socket.fd(), bytes, sizeof bytes, 0);
        if (count <= 0) return unreachable("connected, but it hung up without an answer");
        answer.append(bytes, static_cast<size_t>(count));
    }
    if (!answer.starts_with("HTTP/")) return unreachable("connected, but what answers does not speak HTTP");
    return answer.substr(0, answer.find_first_of("\r\n"));
}

ProbeOutcome probe_path(const Connection& connection) {
    const auto extra = connection.extra ? json::parse_object(*connection.extra) : Result<json::object>(json::object());
    const std::string path = extra ? json::get_string_or(*extra, "path", "").value_or("") : "";
    if (path.empty()) return {false, "no path is given: write one into extra, such as {\"path\": \"/data\"}"};
    std::error_code error;
    if (std::filesystem::exists(path, error)) return {true, fmt::format("the path {} is there", path)};
    return {false, fmt::format("the path {} is not there, or this server may not see it", path)};
}

}  // namespace

ProbeOutcome probe_connection(const Connection& connection, Duration timeout) {
    if (connection.conn_type == "fs") return probe_path(connection);
    const Target target = target_of(connection);
    if (target.host.empty())
        return {false,
                fmt::format("nothing was tried: a connection of type '{}' without a host names nothing that this "
                            "server can reach by itself",
                            connection.conn_type)};
    if (target.port == 0)
        return {false, fmt::format("nothing was tried: give a port, the usual one of '{}' is not known here",
                                   connection.conn_type)};
    const std::string name = fmt::format("{}:{}", target.host, target.port);
    const auto socket = connect_to(target, timeout);
    if (!socket) return {false, fmt::format("cannot connect to {}: {}", name, socket.error().message())};
    if (target.scheme == "http") {
        const auto status = http_status(*socket, target, timeout);
        if (!status) return {false, fmt::format("{}: {}", name, status.error().message())};
        return {true, fmt::format("{} answers: {}. Login and password were not tried.", name, *status)};
    }
    return {true, fmt::format("{} takes connections (TCP). Login, password and encryption were not tried.", name)};
}

}  // namespace gale
