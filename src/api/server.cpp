#include "api/server.hpp"

#include "base/log.hpp"

namespace gale {

Result<void> ApiServer::start() {
    http_ = TRY(HttpServer::start(options_.http, [this](const HttpRequest& request) { return api_.handle(request); }));
    log::info("api", "listening on http://{}:{}", options_.http.host, port());
    return {};
}

}  // namespace gale
