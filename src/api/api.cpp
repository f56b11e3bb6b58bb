#include "api/api.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "api/input_check.hpp"
#include "api/render.hpp"

namespace gale {
namespace {

constexpr size_t kMaxCachedVersions = 512;

std::unexpected<Error> http_error(ErrorCode code, int status, std::string message) {
    return std::unexpected(with_status(Error(code, std::move(message)), status));
}

HttpResponse method_answer(const HttpRequest& request, std::vector<std::string> allowed) {
    std::ranges::sort(allowed);
    allowed.erase(std::unique(allowed.begin(), allowed.end()), allowed.end());
    if (std::ranges::find(allowed, "GET") != allowed.end()) allowed.emplace_back("HEAD");
    allowed.emplace_back("OPTIONS");
    HttpResponse response = request.method == "OPTIONS"
                                ? HttpResponse{204, "", "", {}}
                                : json_response(json::object{{"detail", "Method Not Allowed"}}, 405);
    response.headers.emplace_back("Allow", fmt::format("{}", fmt::join(allowed, ", ")));
    return response;
}

// "/prefix/x" is "/x"; another path is as it is.
std::string_view without_prefix(std::string_view path, std::string_view base_path) {
    if (base_path.size() <= 1) return path;
    if (path.starts_with(base_path)) return path.substr(base_path.size() - 1);
    return path == base_path.substr(0, base_path.size() - 1) ? std::string_view("/") : path;
}

std::string_view without_slash(std::string_view path) {
    if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
    return path;
}

// The API's addresses are never the page's: a wrong one is to say so in JSON.
bool is_operation(std::string_view path) {
    return path.starts_with("/api/") || path.starts_with("/auth/") || path.starts_with("/gale/");
}

VersionInfo describe(const DagVersion& version) {
    VersionInfo info{version.key, version.dag_id, version.version_number, version.created_at, {}, {}};
    info.dag_display_name = text_or(version.definition, "dag_display_name", version.dag_id.str());
    const auto* tasks = json::find_array(version.definition, "tasks");
    if (tasks == nullptr) return info;
    for (const auto& task : *tasks) {
        if (!task.is_object()) continue;
        const auto& fields = task.get_object();
        const std::string task_id = text_or(fields, "task_id", "");
        VersionInfo::TaskInfo one{text_or(fields, "task_display_name", task_id), text_or(fields, "task_type", ""), {}};
        if (const std::string name = text_or(fields, "operator_name", ""); !name.empty()) one.operator_name = name;
        info.tasks.emplace(task_id, std::move(one));
    }
    return info;
}

}  // namespace

Api::Api(ApiServices services, ApiSettings settings)
    : services_(services),
      settings_(std::move(settings)),
      page_(embedded_web_files(), settings_.base_path, settings_.version),
      events_(services.store, services.auth, services.clock) {
    for (const auto add : {
             add_schemas,           add_auth_routes,          add_catalog_routes,
             add_clear_routes,      add_config_routes,        add_connection_routes,
             add_dag_routes,        add_dag_run_routes,       add_event_routes,
             add_log_routes,        add_log_view_routes,      add_monitor_routes,
             add_openapi_routes,    add_pool_routes,          add_result_routes,
             add_session_routes,    add_task_instance_routes, add_task_mark_routes,
             add_try_reason_routes, add_user_routes,          add_variable_routes,
             add_view_routes,       add_xcom_routes,
         }) {
        add(router_);
    }
    openapi_ = json::canonical(openapi_document(router_, settings_.version));
}

HttpResponse Api::handle(const HttpRequest& request) {
    if (auto preflight = answer_preflight(request, settings_.cross_site)) return std::move(*preflight);
    auto response = dispatch(request);
    auto answer = response ? std::move(*response) : error_to_response(response.error());
    allow_origin(request, settings_.cross_site, answer);
    return answer;
}

// A path is looked for below the prefix first, among the operations and then the page's addresses, and then as it is: a
// proxy may take the prefix away.
Result<HttpResponse> Api::dispatch(const HttpRequest& request) {
    const std::string_view target = request.target;
    const size_t question = std::min(target.find('?'), target.size());
    const auto query = target.substr(std::min(question + 1, target.size()));
    const auto whole = target.substr(0, question);
    const auto path = without_prefix(whole, settings_.base_path);
    Router::Match match = router_.find(request.method, without_slash(path));
    if (match.route == nullptr && match.allowed.empty()) {
        if ((request.method == "GET" || request.method == "HEAD") && !is_operation(path)) {
            if (auto file = page_.serve(request, path)) return std::move(*file);
        }
        if (path != whole) match = router_.find(request.method, without_slash(whole));
    }
    if (match.route != nullptr) return call_route(request, std::move(match), query);
    if (!match.allowed.empty()) return method_answer(request, std::move(match.allowed));
    return http_error(ErrorCode::not_found, 404, "Not Found");
}

Result<HttpResponse> Api::call_route(const HttpRequest& request, Router::Match match, std::string_view query_text) {
    auto query = parse_query(query_text);
    if (!query) return fail(ErrorCode::invalid_argument, "the query string has a '%' that no two hex digits follow");
    std::optional<Principal> principal;
    if (match.route->role)
        principal = TRY(authenticate(request, *match.route->role, services_.auth, settings_.authentication));
    TRY(check_query(*query, match.route->operation, router_.components()));
    Call call(request, *match.route, router_, std::move(match.parameters), std::move(*query), std::move(principal),
              settings_.page_limits);
    return match.route->handler(*this, call);
}

Result<std::shared_ptr<const VersionInfo>> Api::version_info(DagVersionKey key) {
    {
        std::scoped_lock lock(mutex_);
        if (const auto found = versions_.find(key); found != versions_.end()) return found->second;
    }
    auto info = std::make_shared<const VersionInfo>(describe(TRY(store().get_dag_version(key))));
    std::scoped_lock lock(mutex_);
    if (versions_.size() >= kMaxCachedVersions) versions_.clear();
    return versions_.emplace(key, std::move(info)).first->second;
}

}  // namespace gale
