#include "api/http.hpp"

#include <algorithm>
#include <cctype>

namespace gale {
namespace {

std::optional<std::string_view> find_header(const std::vector<std::pair<std::string, std::string>>& headers,
                                            std::string_view name) {
    const auto same = [](char left, char right) {
        return std::tolower(static_cast<unsigned char>(left)) == std::tolower(static_cast<unsigned char>(right));
    };
    for (const auto& [key, value] : headers) {
        if (std::ranges::equal(key, name, same)) return value;
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string_view> HttpRequest::header(std::string_view name) const {
    return find_header(headers, name);
}

std::optional<std::string_view> HttpResponse::header(std::string_view name) const {
    return find_header(headers, name);
}

}  // namespace gale
