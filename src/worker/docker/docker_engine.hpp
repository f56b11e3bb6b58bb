// The Docker Engine's HTTP API, over its unix socket or TCP. Blocking, one request at a time.
// Source: Docker Engine API reference, v1.24 to v1.47.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"

namespace gale {

struct DockerTls {
    std::string ca_cert, client_cert, client_key;
    bool verify = true;
};

struct DockerAnswer {
    int status = 0;
    std::string body;
    std::string message() const;  // the engine's own words, or the body
};

class DockerEngine {
public:
    // unix://path (relative to / as docker's own clients read it), tcp://host:port, http(s)://host:port, or a bare
    // path. Errors name the URL.
    static Result<DockerEngine> at(const std::string& url, const DockerTls& tls);

    // Asks its version and settles on one to speak: `wanted` (empty or "auto": its newest), raised to the oldest that
    // it serves. Returns what was said about it, empty when nothing was changed.
    Result<std::string> negotiate(const std::string& wanted);

    using OnData = std::function<void(std::string_view)>;
    // `path` begins after the version. Any HTTP status is an answer; errors are the connection's: unavailable (what,
    // where, what to do), cancelled when `is_cancelled` says so. With `on_data` the body of a 2xx streams there.
    Result<DockerAnswer> call(const std::string& method, const std::string& path, const json::object* body = nullptr,
                              const OnData& on_data = {});

    void cancel_when(std::function<bool()> is_cancelled) { is_cancelled_ = std::move(is_cancelled); }
    const std::string& url() const { return url_; }

private:
    DockerEngine() = default;
    std::string url_, base_, socket_path_, version_;
    DockerTls tls_;
    std::function<bool()> is_cancelled_;
};

std::string url_escape(std::string_view text);

// Cuts the engine's multiplexed log stream (8-byte headers) into what belongs to stdout (1) and stderr (2).
class DockerStream {
public:
    explicit DockerStream(bool tty) : tty_(tty) {}
    void feed(std::string_view bytes, const std::function<void(int stream, std::string_view data)>& on_data);

private:
    bool tty_;
    std::string header_;
    size_t left_ = 0;
    int stream_ = 1;
};

}  // namespace gale
