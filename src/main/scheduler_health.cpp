#include "main/scheduler_health.hpp"

#include "base/json.hpp"

namespace gale {
namespace {

HttpResponse answer(int status, std::string_view text) {
    HttpResponse response;
    response.status = status;
    response.body = json::serialize(json::object{{"status", text}});
    return response;
}

}  // namespace

Result<std::unique_ptr<HttpServer>> start_scheduler_health(const Settings& settings, Store& store, const Clock& clock,
                                                           std::string hostname) {
    HttpServerOptions options;
    options.host = settings.scheduler_health_check_server_host;
    options.port = static_cast<std::uint16_t>(settings.scheduler_health_check_server_port);
    options.threads = 1;
    options.max_connections = 64;
    JobFilter own;
    own.job_type = "SchedulerJob";
    own.hostname = std::move(hostname);
    const Duration threshold = from_seconds(settings.scheduler_health_check_threshold);
    return HttpServer::start(options, [own, threshold, &store, &clock](const HttpRequest& request) {
        if (request.method != "GET" || request.target != "/health") return answer(404, "not found: GET /health");
        JobFilter filter = own;
        filter.alive_since = clock.now() - threshold;
        const auto alive = store.list_jobs(filter, Page{1, 0, {}});
        if (!alive) return answer(503, alive.error().to_string());
        return alive->total > 0 ? answer(200, "healthy") : answer(503, "no fresh heartbeat");
    });
}

}  // namespace gale
