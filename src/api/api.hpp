// The REST API without its sockets: routes, log-in check, errors. Airflow's /api/v2 (contract, section 6).
//
// handle() is thread-safe and blocks on the store. It holds no rules and no SQL: it parses, calls a service or reads
// the store's port, and renders.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "api/authenticate.hpp"
#include "api/call.hpp"
#include "api/events/event_hub.hpp"
#include "api/origin.hpp"
#include "api/router.hpp"
#include "api/web/web_page.hpp"
#include "model/waiting.hpp"
#include "service/admin_service.hpp"
#include "service/auth_service.hpp"
#include "service/dag_service.hpp"
#include "service/log_service.hpp"
#include "service/result_service.hpp"
#include "service/run_service.hpp"
#include "service/user_service.hpp"
#include "service/view_service.hpp"
#include "store/store.hpp"

namespace gale {

struct ApiServices {
    Store& store;
    RunService& runs;
    DagService& dags;
    AdminService& admin;
    LogService& logs;
    ResultService& results;
    AuthService& auth;
    UserService& users;
    const Clock& clock;
    ViewService& views;
    // Why a run and its tasks do not go on (model/waiting.hpp). Given as a function: the scheduler's room knows it.
    std::function<Result<RunWaiting>(const DagId&, const RunId&)> explain;
};

// What GET /api/v2/config shows of one option.
struct ConfigOption {
    std::string section, key, value;
    std::string source;      // "default", "env var", "cmd", "airflow.cfg"
    bool sensitive = false;  // its value is hidden
};

struct ApiSettings {
    std::string version;  // Gale's
    PageLimits page_limits;
    Duration token_lifetime = std::chrono::hours{24};      // [api_auth] jwt_expiration_time
    Duration cli_token_lifetime = std::chrono::hours{1};   // [api_auth] jwt_cli_expiration_time
    Duration health_threshold = std::chrono::seconds{30};  // [scheduler] scheduler_health_check_threshold
    AuthenticationRules authentication;
    CrossSiteRules cross_site;
    std::string base_path = "/";  // of [api] base_url, with '/' at both ends: everything is served below it, too
    std::string default_timezone = "UTC";  // [core] default_timezone
    bool test_connection = false;          // [core] test_connection
    bool expose_config = false;            // [api] expose_config
    std::vector<ConfigOption> config;      // by section and key
};

// What the API shows of the DAG version that a run or task instance belongs to. Immutable: a version with runs never
// changes.
struct VersionInfo {
    DagVersionKey key;
    DagId dag_id;
    int version_number = 0;
    TimePoint created_at;
    std::string dag_display_name;
    struct TaskInfo {
        std::string display_name, task_type;
        std::optional<std::string> operator_name;
    };
    std::unordered_map<std::string, TaskInfo> tasks;
};

class Api {
public:
    Api(ApiServices services, ApiSettings settings);
    HttpResponse handle(const HttpRequest& request);

    Store& store() { return services_.store; }
    const ApiServices& services() const { return services_; }
    const ApiSettings& settings() const { return settings_; }
    EventHub& events() { return events_; }
    const Router& router() const { return router_; }
    Result<std::shared_ptr<const VersionInfo>> version_info(DagVersionKey key);
    const std::string& openapi() const { return openapi_; }  // the document, as JSON text

private:
    Result<HttpResponse> dispatch(const HttpRequest& request);
    Result<HttpResponse> call_route(const HttpRequest& request, Router::Match match, std::string_view query);

    ApiServices services_;
    ApiSettings settings_;
    Router router_;
    WebPage page_;
    EventHub events_;
    std::string openapi_;
    std::mutex mutex_;
    std::unordered_map<DagVersionKey, std::shared_ptr<const VersionInfo>> versions_;
};

// One function a file of routes.
void add_auth_routes(Router& router);
void add_session_routes(Router& router);
void add_monitor_routes(Router& router);
void add_dag_routes(Router& router);
void add_catalog_routes(Router& router);
void add_dag_run_routes(Router& router);
void add_task_instance_routes(Router& router);
void add_task_mark_routes(Router& router);
void add_clear_routes(Router& router);
void add_log_routes(Router& router);
void add_log_view_routes(Router& router);
void add_try_reason_routes(Router& router);
void add_xcom_routes(Router& router);
void add_result_routes(Router& router);
void add_variable_routes(Router& router);
void add_connection_routes(Router& router);
void add_pool_routes(Router& router);
void add_view_routes(Router& router);  // the page's own reads
void add_event_routes(Router& router);
void add_user_routes(Router& router);
void add_config_routes(Router& router);
void add_openapi_routes(Router& router);

}  // namespace gale
