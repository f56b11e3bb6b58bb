// The API on its port.
#pragma once

#include <memory>

#include "api/api.hpp"
#include "api/http_server.hpp"

namespace gale {

struct ApiOptions {
    HttpServerOptions http;
    ApiSettings settings;
};

class ApiServer {
public:
    // The services must outlive it.
    ApiServer(ApiOptions options, ApiServices services)
        : options_(std::move(options)), api_(services, options_.settings) {}
    // Errors as HttpServer::start.
    Result<void> start();
    void stop() {
        if (http_) http_->stop();
    }
    std::uint16_t port() const { return http_ ? http_->port() : 0; }

private:
    ApiOptions options_;
    Api api_;
    std::unique_ptr<HttpServer> http_;
};

}  // namespace gale
