// HTTP as the handlers see it: plain values, no sockets.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/body_stream.hpp"

namespace gale {

struct HttpRequest {
    std::string method;  // upper case
    std::string target;  // as sent: path and query
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::string client;  // the peer's address

    // The first header of this name (case-insensitive).
    std::optional<std::string_view> header(std::string_view name) const;
};

struct HttpResponse {
    int status = 200;
    std::string content_type = "application/json";
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    std::unique_ptr<BodyStream> stream = nullptr;  // in place of `body`

    // As HttpRequest::header.
    std::optional<std::string_view> header(std::string_view name) const;
};

using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

}  // namespace gale
