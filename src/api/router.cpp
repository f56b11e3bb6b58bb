#include "api/router.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/check.hpp"
#include "base/text.hpp"

namespace gale {
namespace {

std::vector<std::string> split(std::string_view path) {
    std::vector<std::string> segments;
    while (!path.empty()) {
        path.remove_prefix(1);  // the '/'
        const size_t end = std::min(path.find('/'), path.size());
        segments.emplace_back(path.substr(0, end));
        path.remove_prefix(end);
    }
    return segments;
}

bool is_parameter(std::string_view segment) {
    return segment.starts_with('{');
}
bool takes_the_rest(std::string_view segment) {
    return segment.ends_with(":path}");
}

std::string parameter_name(std::string_view segment) {
    segment = segment.substr(1, segment.size() - 2);
    return std::string(segment.substr(0, segment.find(':')));
}

std::string joined(const std::vector<std::string>& segments, size_t from) {
    std::string text;
    for (size_t i = from; i < segments.size(); ++i) {
        if (i > from) text += '/';
        text += segments[i];
    }
    return text;
}

std::optional<PathParameters> match_segments(const std::vector<std::string>& pattern,
                                             const std::vector<std::string>& path) {
    PathParameters parameters;
    for (size_t i = 0; i < pattern.size(); ++i) {
        if (i >= path.size()) return std::nullopt;
        if (!is_parameter(pattern[i])) {
            if (pattern[i] != path[i]) return std::nullopt;
            continue;
        }
        const bool rest = takes_the_rest(pattern[i]);
        auto value = percent_decode(rest ? joined(path, i) : path[i]);
        if (!value || value->empty() || value->contains('\0')) return std::nullopt;
        parameters.emplace(parameter_name(pattern[i]), std::move(*value));
        if (rest) return parameters;
    }
    if (pattern.size() != path.size()) return std::nullopt;
    return parameters;
}

// Fewer parameters are a closer fit.
auto looseness(const std::vector<std::string>& pattern) {
    std::vector<bool> loose;
    std::ranges::transform(pattern, std::back_inserter(loose), is_parameter);
    return loose;
}

}  // namespace

void Router::add(const Route& route) {
    CHECK(route.path.starts_with('/') && route.handler != nullptr);
    auto segments = split(route.path);
    for (size_t i = 0; i < routes_.size(); ++i) {
        const auto shape = [](std::vector<std::string> parts) {
            for (auto& part : parts) part = is_parameter(part) ? "{}" : part;
            return parts;
        };
        CHECK(routes_[i].method != route.method || shape(segments_[i]) != shape(segments));
    }
    routes_.push_back(route);
    segments_.push_back(std::move(segments));
}

void Router::define(std::string_view name, json::object schema) {
    CHECK(components_.emplace(std::string(name), std::move(schema)).second);
}

Router::Match Router::find(std::string_view method, std::string_view path) const {
    Match best;
    if (!path.starts_with('/')) return best;
    const auto segments = split(path);
    std::vector<bool> best_looseness;
    for (size_t i = 0; i < routes_.size(); ++i) {
        auto parameters = match_segments(segments_[i], segments);
        if (!parameters) continue;
        const Route& route = routes_[i];
        const bool fits = route.method == method || (method == "HEAD" && route.method == "GET");
        if (!fits) {
            best.allowed.emplace_back(route.method);
            continue;
        }
        auto loose = looseness(segments_[i]);
        if (best.route != nullptr && loose >= best_looseness) continue;
        best.route = &route;
        best.parameters = std::move(*parameters);
        best_looseness = std::move(loose);
    }
    if (best.route != nullptr) best.allowed.clear();
    return best;
}

}  // namespace gale
