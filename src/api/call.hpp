// One request on its way through a handler: typed reads of its path, query and body, with Airflow's validation errors.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/http.hpp"
#include "api/router.hpp"
#include "base/json.hpp"
#include "service/run_service.hpp"
#include "store/page.hpp"

namespace gale {

struct PageLimits {
    int fallback = 50;  // [api] fallback_page_limit
    int maximum = 100;  // [api] maximum_page_limit; a larger wish is cut to it
};

class Call {
public:
    using Query = std::vector<std::pair<std::string, std::string>>;

    // `route` is one of `router`'s.
    Call(const HttpRequest& request, const Route& route, const Router& router, PathParameters path, Query query,
         std::optional<Principal> principal, PageLimits limits)
        : request_(request),
          operation_(route.operation),
          router_(router),
          path_(std::move(path)),
          query_(std::move(query)),
          principal_(std::move(principal)),
          limits_(limits) {}

    const HttpRequest& request() const { return request_; }
    const std::optional<Principal>& principal() const { return principal_; }
    Actor actor() const;

    const std::string& path(std::string_view name) const;  // CHECKs that the route has it
    Result<std::int64_t> path_int(std::string_view name, std::int64_t minimum) const;
    DagId dag_id() const { return DagId(path("dag_id")); }
    RunId run_id() const { return RunId(path("dag_run_id")); }
    TaskId task_id() const { return TaskId(path("task_id")); }

    // Query parameters; a repeated one is a list. One that the route's Operation does not declare is a CHECK; what it
    // declares was checked against its schema before the handler began.
    std::optional<std::string> query(std::string_view name) const;  // the last
    std::vector<std::string> query_all(std::string_view name) const;
    Result<std::optional<std::int64_t>> query_int(std::string_view name) const;
    Result<std::optional<bool>> query_bool(std::string_view name) const;
    Result<std::optional<double>> query_number(std::string_view name) const;
    Result<std::optional<TimePoint>> query_time(std::string_view name) const;
    Result<Page> page() const;  // limit, offset, order_by

    // The JSON body, checked against the schema that the route's Operation names: what is missing, of another type or
    // unknown is a 422 that lists all of it.
    Result<json::object> body() const;

    bool accepts(std::string_view media_type) const;  // named in the Accept header

private:
    const HttpRequest& request_;
    const Operation& operation_;
    const Router& router_;
    PathParameters path_;
    Query query_;
    std::optional<Principal> principal_;
    PageLimits limits_;
};

// nullopt: bad percent-encoding.
std::optional<Call::Query> parse_query(std::string_view text);

// A 422 in FastAPI's form: {"detail": [{"type", "loc": [place, name], "msg", "input"}]}.
std::unexpected<Error> invalid_input(std::string_view place, std::string_view name, std::string type,
                                     std::string message, const json::value& input);
std::unexpected<Error> invalid_input(std::string_view place, std::string_view name, std::string type,
                                     std::string message, std::string_view input);
// The same error with another HTTP status than its code's.
Error with_status(Error error, int status);
// `error` as a 422 of the body's member, when it is an invalid_argument; else as it is.
Error in_body(Error error, std::string_view name);

HttpResponse json_response(const json::value& body, int status = 200);
HttpResponse error_to_response(const Error& error);

}  // namespace gale
