#include "decide.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/url.hpp>
#include <set>
#include <string_view>
#include <vector>

namespace gale::docker_proxy {
namespace {

using Names = std::set<std::string_view>;

// No '%': whatever the engine decodes is then what was looked at here.
constexpr std::string_view kPathCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-:@/";
constexpr std::string_view kNameCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";

struct Target {
    std::string version;                // "/v1.41", or nothing
    std::vector<std::string> segments;  // of the path
    std::vector<std::pair<std::string, std::string>> query;
};

std::unexpected<Error> unreadable(std::string_view target, std::string_view why) {
    return fail(ErrorCode::invalid_argument, fmt::format("the target '{}' {}", target.substr(0, 200), why));
}

bool is_version(std::string_view text) {
    return text.size() > 2 && text.starts_with('v') && text.find_first_not_of("0123456789.", 1) == text.npos;
}

Result<Target> parse_target(const std::string& text) {
    const std::string path = text.substr(0, text.find('?'));
    if (!path.starts_with('/') || path.find_first_not_of(kPathCharacters) != path.npos)
        return unreadable(text, "has characters that no request of DockerOperator has");
    Target target;
    for (size_t begin = 1; begin <= path.size();) {
        const size_t end = std::min(path.find('/', begin), path.size());
        target.segments.push_back(path.substr(begin, end - begin));
        begin = end + 1;
    }
    for (const auto& segment : target.segments) {
        if (segment.empty() || segment == "." || segment == "..")
            return unreadable(text, "has an empty or dotted part");
    }
    if (!target.segments.empty() && is_version(target.segments.front())) {
        target.version = "/" + target.segments.front();
        target.segments.erase(target.segments.begin());
    }
    if (path.size() == text.size()) return target;
    const auto parsed = boost::urls::parse_query(boost::core::string_view(text).substr(path.size() + 1));
    if (!parsed) return unreadable(text, "has a query that is none");
    boost::urls::encoding_opts options;
    options.space_as_plus = true;
    for (const auto& parameter : *parsed)
        target.query.emplace_back(parameter.key.decode(options), parameter.value.decode(options));
    return target;
}

// All but the plainest characters: a '+' left as it is would be a blank to the engine.
void append_encoded(std::string& out, std::string_view text) {
    for (const char c : text) {
        if (kNameCharacters.find(c) != kNameCharacters.npos)
            out += c;
        else
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
}

std::string encoded(const std::vector<std::pair<std::string, std::string>>& query) {
    std::string out;
    for (const auto& [key, value] : query) {
        out += out.empty() ? '?' : '&';
        append_encoded(out, key);
        out += '=';
        append_encoded(out, value);
    }
    return out;
}

Result<void> check_query(const Target& target, const Names& allowed) {
    std::set<std::string> seen;
    for (const auto& [key, value] : target.query) {
        if (!allowed.contains(key) || !seen.insert(key).second) {
            return fail(ErrorCode::permission_denied,
                        fmt::format("the Docker proxy does not allow the parameter '{}' here", key));
        }
    }
    return {};
}

std::unexpected<Error> not_allowed(const Request& request) {
    return fail(ErrorCode::permission_denied,
                fmt::format("the Docker proxy does not let {} {} through: DockerOperator does not need it",
                            request.method, request.target.substr(0, 200)));
}

// Callers see the containers of this instance only, whatever they filter by.
Result<Forward> list_containers(const ContainerRules& rules, Target target) {
    TRY(check_query(target, {"all", "filters", "limit", "size"}));
    auto filters = std::ranges::find(target.query, "filters", [](const auto& one) { return one.first; });
    json::object conditions;
    if (filters != target.query.end()) {
        conditions = TRY(json::parse_object(filters->second));
        target.query.erase(filters);
    }
    json::array labels;
    if (const auto* given = conditions.if_contains("label")) {
        // Both forms that the engine reads: ["a=b"] and {"a=b": true}.
        if (given->is_array()) labels = given->get_array();
        if (given->is_object()) {
            for (const auto& member : given->get_object()) labels.emplace_back(member.key());
        }
    }
    labels.emplace_back(fmt::format("{}={}", kInstanceLabel, rules.instance));
    conditions["label"] = std::move(labels);
    target.query.emplace_back("filters", json::serialize(conditions));
    return Forward{"GET", target.version + "/containers/json" + encoded(target.query), "", "", std::nullopt};
}

Result<Forward> create_container(const ContainerRules& rules, const Target& target, const std::string& body) {
    TRY(check_query(target, {"name", "platform"}));
    const json::object wanted = TRY(json::parse_object(body));
    const json::object checked = TRY(checked_container(rules, wanted));
    return Forward{"POST", target.version + "/containers/create" + encoded(target.query), "", json::serialize(checked),
                   std::nullopt};
}

Result<Forward> one_container(const Request& request, const Target& target) {
    const std::string& name = target.segments[1];
    const std::string action = target.segments.size() == 3 ? target.segments[2] : "";
    if (name.find_first_not_of(kNameCharacters) != name.npos) return not_allowed(request);
    struct Known {
        std::string_view method, action;
        Names parameters;
    };
    static const std::vector<Known> kKnown = {
        {"GET", "json", {"size"}},
        {"POST", "start", {}},
        {"POST", "wait", {"condition"}},
        {"POST", "stop", {"t"}},
        {"GET", "logs", {"follow", "stdout", "stderr", "since", "until", "timestamps", "tail"}},
        {"DELETE", "", {"force", "v", "link"}},
    };
    for (const Known& one : kKnown) {
        if (one.method != request.method || one.action != action) continue;
        TRY(check_query(target, one.parameters));
        return Forward{request.method, target.version + "/containers/",
                       (action.empty() ? "" : "/" + action) + encoded(target.query), "", name};
    }
    return not_allowed(request);
}

Result<Forward> images(const Request& request, const Target& target) {
    const auto& segments = target.segments;
    const bool inspects = request.method == "GET" && segments.size() >= 3 && segments.back() == "json";
    const bool lists = request.method == "GET" && segments.size() == 2 && segments[1] == "json";
    const bool pulls = request.method == "POST" && segments.size() == 2 && segments[1] == "create";
    if (!inspects && !lists && !pulls) return not_allowed(request);
    TRY(check_query(target, pulls   ? Names{"fromImage", "tag", "platform"}
                            : lists ? Names{"filters", "filter", "all", "only_ids"}
                                    : Names{}));
    const std::string path = fmt::format("{}/{}", target.version, fmt::join(segments, "/"));
    return Forward{request.method, path + encoded(target.query), "", "", std::nullopt};
}

}  // namespace

Result<Forward> decide(const ContainerRules& rules, const Request& request) {
    Target target = TRY(parse_target(request.target));
    const auto& segments = target.segments;
    if (segments.empty()) return not_allowed(request);
    if (request.method == "GET" && segments.size() == 1 && (segments[0] == "version" || segments[0] == "_ping")) {
        TRY(check_query(target, {}));
        return Forward{"GET", target.version + "/" + segments[0], "", "", std::nullopt};
    }
    if (segments[0] == "images") return images(request, target);
    if (segments[0] != "containers" || segments.size() < 2 || segments.size() > 3) return not_allowed(request);
    if (segments.size() == 2 && segments[1] == "json" && request.method == "GET")
        return list_containers(rules, std::move(target));
    if (segments.size() == 2 && segments[1] == "create" && request.method == "POST")
        return create_container(rules, target, request.body);
    return one_container(request, target);
}

std::optional<std::string> own_container_id(const ContainerRules& rules, const json::object& description) {
    const auto* config = json::find_object(description, "Config");
    const auto* labels = config == nullptr ? nullptr : json::find_object(*config, "Labels");
    if (labels == nullptr || json::get_string_or(*labels, kInstanceLabel, "").value_or("") != rules.instance)
        return std::nullopt;
    auto id = json::get_string_or(description, "Id", "").value_or("");
    if (id.empty()) return std::nullopt;
    return id;
}

}  // namespace gale::docker_proxy
