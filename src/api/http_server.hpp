// An HTTP/1.1 server: sockets on one side, a function of values on the other.
//
// Threads: one does all socket work; `threads` others call the handler, which may block and is called by several at
// once. Guarantees: keep-alive and pipelining, answers in the order of the requests of one connection; limits on header
// and body size, on the time that a client may take and on the number of connections; a handler's exception becomes a
// 500. Text and JSON answers are compressed when the client takes it. An answer may be a BodyStream: an idle one costs
// a connection and no thread, and has no time-out.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "api/http.hpp"
#include "base/error.hpp"

namespace gale {

struct HttpServerOptions {
    std::string host = "0.0.0.0";  // an address, or a name
    std::uint16_t port = 8080;     // 0: any free one
    int threads = 4;
    int max_connections = 4096;  // more get a 503
    std::uint32_t max_header_bytes = 16 * 1024;
    std::uint64_t max_body_bytes = 8 * 1024 * 1024;
    std::chrono::milliseconds request_timeout{30'000};       // for one request to arrive, and for one answer, or one
                                                             // chunk of a stream, to be taken
    std::chrono::milliseconds idle_timeout{75'000};          // between two requests
    std::chrono::milliseconds stream_idle_interval{15'000};  // see BodyStream::idle_text
    std::chrono::milliseconds stop_timeout{5'000};           // for what is in progress when stop() is called
};

class HttpServer {
public:
    // Binds and serves. Errors: already_exists (the port is in use), permission_denied, invalid_argument (the host);
    // each names the address and the port, and says what to do.
    static Result<std::unique_ptr<HttpServer>> start(HttpServerOptions options, HttpHandler handler);
    virtual ~HttpServer() = default;  // stops
    virtual std::uint16_t port() const = 0;
    // Takes no new connection, lets requests in progress end (at most stop_timeout), closes the rest, streams
    // among them. Idempotent.
    virtual void stop() = 0;
};

}  // namespace gale
