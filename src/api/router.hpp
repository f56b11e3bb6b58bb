// Which handler serves a request: a table of method and path template.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/http.hpp"
#include "api/operation.hpp"
#include "base/error.hpp"
#include "service/auth_service.hpp"

namespace gale {

class Api;
class Call;

using RouteHandler = Result<HttpResponse> (*)(Api& api, Call& call);

struct Route {
    std::string_view method;
    std::string_view path;     // "/api/v2/dags/{dag_id}"; a parameter takes one segment, "{name:path}" all the rest
    std::optional<Role> role;  // nullopt: no log-in needed
    RouteHandler handler = nullptr;
    Operation operation = {};  // without an id: not part of the documented API
};

using PathParameters = std::map<std::string, std::string, std::less<>>;

class Router {
public:
    // A later route of the same method and shape is a CHECK. Literal segments win over parameters.
    void add(const Route& route);

    struct Match {
        const Route* route = nullptr;
        PathParameters parameters;         // percent-decoded
        std::vector<std::string> allowed;  // methods of this path, when none fits
    };
    // HEAD is served by GET's route. Neither route nor allowed methods: there is no such path.
    Match find(std::string_view method, std::string_view path) const;
    const std::vector<Route>& routes() const { return routes_; }

    // Names a schema for Operation::body, Operation::answer and schema::ref(). A second one of the same name is a
    // CHECK.
    void define(std::string_view name, json::object schema);
    const std::map<std::string, json::object, std::less<>>& components() const { return components_; }

private:
    std::vector<Route> routes_;
    std::vector<std::vector<std::string>> segments_;  // of routes_, in step
    std::map<std::string, json::object, std::less<>> components_;
};

}  // namespace gale
