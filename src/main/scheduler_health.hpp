// The scheduler's own health server ([scheduler] enable_health_check), for supervisors that ask by HTTP.
#pragma once

#include <memory>
#include <string>

#include "api/http_server.hpp"
#include "base/clock.hpp"
#include "config/settings.hpp"
#include "store/store.hpp"

namespace gale {

// GET /health: 200 while this host's scheduler has a fresh heartbeat in the database, else 503; all else 404. As
// Airflow's. Errors as HttpServer::start.
Result<std::unique_ptr<HttpServer>> start_scheduler_health(const Settings& settings, Store& store, const Clock& clock,
                                                           std::string hostname);

}  // namespace gale
