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

Api::Api(ApiServices services, ApiSettings settings) : services_(services), settings_(std::move(settings)) {
    for (const auto add : {
             add_schemas,
             add_auth_routes,
             add_catalog_routes,
             add_clear_routes,
             add_connection_routes,
             add_dag_routes,
             add_dag_run_routes,
             add_log_routes,
             add_log_view_routes,
             add_monitor_routes,
             add_openapi_routes,
             add_pool_routes,
             add_task_instance_routes,
             add_variable_routes,
             add_view_routes,
             add_xcom_routes,
         }) {
        add(router_);
    }
    openapi_ = json::canonical(openapi_document(router_, settings_.version));
}

HttpResponse Api::handle(const HttpRequest& request) {
    auto response = dispatch(request);
    return response ? std::move(*response) : error_to_response(response.error());
}

Result<HttpResponse> Api::dispatch(const HttpRequest& request) {
    const std::string_view target = request.target;
    const size_t question = std::min(target.find('?'), target.size());
    auto path = target.substr(0, question);
    if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
    auto match = router_.find(request.method, path);
    if (match.route == nullptr) {
        if (!match.allowed.empty()) return method_answer(request, std::move(match.allowed));
        return http_error(ErrorCode::not_found, 404, "Not Found");
    }
    auto query = parse_query(target.substr(std::min(question + 1, target.size())));
    if (!query) return fail(ErrorCode::invalid_argument, "the query string has a '%' that no two hex digits follow");
    auto principal = TRY(authenticate(request, *match.route));
    TRY(check_query(*query, match.route->operation, router_.components()));
    Call call(request, *match.route, router_, std::move(match.parameters), std::move(*query), std::move(principal),
              settings_.page_limits);
    return match.route->handler(*this, call);
}

Result<std::optional<Principal>> Api::authenticate(const HttpRequest& request, const Route& route) const {
    if (!route.role) return std::nullopt;
    if (settings_.all_admins_user) return Principal{*settings_.all_admins_user, Role::admin};
    const auto header = request.header("authorization");
    constexpr std::string_view kScheme = "bearer ";
    const auto is_bearer = [&] {
        return header->size() > kScheme.size() &&
               std::ranges::equal(header->substr(0, kScheme.size()), kScheme, [](char left, char right) {
                   return std::tolower(static_cast<unsigned char>(left)) == right;
               });
    };
    if (!header || !is_bearer()) return fail(ErrorCode::unauthenticated, "Not authenticated");
    auto principal = TRY(services_.auth.verify(std::string(header->substr(kScheme.size()))));
    if (principal.role < *route.role) {
        return fail(ErrorCode::permission_denied,
                    fmt::format("Forbidden: this needs the role {}, but '{}' has {}", to_string(*route.role),
                                principal.username, to_string(principal.role)));
    }
    return principal;
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
