#include "container_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace gale::docker_proxy {
namespace {

// Of the container, and of its HostConfig: they change nothing outside of the container.
constexpr std::array<std::string_view, 13> kPlain = {
    "Image", "Cmd",          "Entrypoint",   "Env",       "User",       "WorkingDir", "Hostname",
    "Tty",   "AttachStdout", "AttachStderr", "OpenStdin", "StopSignal", "StdinOnce"};
constexpr std::array<std::string_view, 8> kPlainOfHost = {"Dns",     "DnsSearch", "Memory",  "MemorySwap",
                                                          "ShmSize", "CpuShares", "Ulimits", "ExtraHosts"};

bool is_one_of(std::string_view key, const auto& names) {
    return std::ranges::find(names, key) != names.end();
}

// As good as absent: clients send the fields that they know with empty values.
bool says_nothing(const json::value& value) {
    switch (value.kind()) {
        case boost::json::kind::null: return true;
        case boost::json::kind::bool_: return !value.get_bool();
        case boost::json::kind::string: return value.get_string().empty();
        case boost::json::kind::array: return value.get_array().empty();
        case boost::json::kind::object: return value.get_object().empty();
        default: return value.to_number<double>() == 0;
    }
}

std::unexpected<Error> refused(std::string what) {
    return fail(ErrorCode::permission_denied, "the Docker proxy does not allow " + std::move(what));
}

std::string without_slash(std::string path) {
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    return path;
}

std::string list_of(const auto& names) {
    return names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "));
}

Result<json::object> checked_bind(const ContainerRules& rules, const std::string& type, const std::string& source,
                                  bool read_only) {
    for (const AllowedMount& one : rules.mounts) {
        const bool meant = type == "bind" ? without_slash(source) == one.path : source == one.volume;
        if (source.empty() || !meant) continue;
        return json::object{{"Type", type},
                            {"Source", type == "bind" ? one.source : one.volume},
                            {"ReadOnly", read_only || one.read_only}};
    }
    std::vector<std::string> allowed;
    for (const AllowedMount& one : rules.mounts) allowed.push_back(type == "bind" ? one.path : one.volume);
    std::erase(allowed, "");
    return refused(
        fmt::format("to mount the {} '{}' (it has: {}). What is mounted into the proxy's own container may be mounted "
                    "by tasks, under the same path; see docs/deployment.md",
                    type == "bind" ? "folder" : type, source, list_of(allowed)));
}

Result<json::object> checked_mount(const ContainerRules& rules, const json::object& wanted) {
    for (const auto& member : wanted) {
        constexpr std::array<std::string_view, 6> kKnown = {"Type",     "Source",      "Target",
                                                            "ReadOnly", "Consistency", "TmpfsOptions"};
        if (!is_one_of(member.key(), kKnown) && !says_nothing(member.value()))
            return refused(fmt::format("{} of a mount", std::string_view(member.key())));
    }
    const std::string type = TRY(json::get_string_or(wanted, "Type", "volume"));
    const std::string target = TRY(json::get_string(wanted, "Target"));
    const bool read_only = TRY(json::get_bool_or(wanted, "ReadOnly", false));
    if (type != "bind" && type != "volume" && type != "tmpfs")
        return refused(fmt::format("a mount of type '{}'; use bind, volume or tmpfs", type));
    json::object mount{{"Type", type}, {"ReadOnly", read_only}};
    if (type != "tmpfs") {
        mount = TRY(checked_bind(rules, type, TRY(json::get_string_or(wanted, "Source", "")), read_only));
    } else if (const auto* options = json::find_object(wanted, "TmpfsOptions")) {
        json::object kept;
        for (const auto* key : {"SizeBytes", "Mode"}) {
            if (const auto size = TRY(json::get_optional_int(*options, key))) kept[key] = *size;
        }
        mount["TmpfsOptions"] = std::move(kept);
    }
    mount["Target"] = target;
    return mount;
}

Result<json::value> checked_mounts(const ContainerRules& rules, const json::value& wanted) {
    if (!wanted.is_array()) return refused("Mounts that are no list");
    json::array mounts;
    for (const auto& one : wanted.get_array()) {
        if (!one.is_object()) return refused("a mount that is no object");
        mounts.push_back(TRY(checked_mount(rules, one.get_object())));
    }
    return json::value(std::move(mounts));
}

Result<json::value> checked_network(const ContainerRules& rules, const json::value& wanted) {
    const std::string name = wanted.is_string() ? std::string(wanted.get_string()) : json::serialize(wanted);
    if (!wanted.is_string() || !rules.networks.contains(name == "default" ? "bridge" : name)) {
        return refused(
            fmt::format("the network '{}'; GALE_DOCKER_PROXY_NETWORKS has: {}", name, list_of(rules.networks)));
    }
    return wanted;
}

Result<json::value> checked_log(const json::value& wanted) {
    const auto* log = wanted.if_object();
    const std::string type = log == nullptr ? "" : TRY(json::get_string_or(*log, "Type", ""));
    if (type != "" && type != "json-file" && type != "local")
        return refused(fmt::format("the log driver '{}'; use json-file or local", type));
    json::object kept{{"Type", type.empty() ? "json-file" : type}};
    const auto* options = log == nullptr ? nullptr : json::find_object(*log, "Config");
    json::object kept_options;
    for (const auto* key : {"max-size", "max-file"}) {
        if (options == nullptr) break;
        if (const auto text = TRY(json::get_optional_string(*options, key))) kept_options[key] = *text;
    }
    kept["Config"] = std::move(kept_options);
    return json::value(std::move(kept));
}

Result<json::object> checked_host(const ContainerRules& rules, const json::object& wanted) {
    json::object host;
    for (const auto& member : wanted) {
        const std::string_view key = member.key();
        const json::value& value = member.value();
        if (says_nothing(value)) continue;
        if (is_one_of(key, kPlainOfHost)) {
            host[key] = value;
        } else if (key == "Mounts") {
            host[key] = TRY(checked_mounts(rules, value));
        } else if (key == "NetworkMode") {
            host[key] = TRY(checked_network(rules, value));
        } else if (key == "LogConfig") {
            host[key] = TRY(checked_log(value));
        } else if (key == "IpcMode" && (value == "none" || value == "private")) {
            host[key] = value;
        } else {
            return refused(fmt::format("{} = {} for a container", key, json::serialize(value).substr(0, 100)));
        }
    }
    // The engine's own default network is the bridge, which the rules may not have.
    if (!host.contains("NetworkMode") && !rules.networks.contains("bridge"))
        host["NetworkMode"] = rules.networks.empty() ? "none" : *rules.networks.begin();
    return host;
}

}  // namespace

Result<json::object> checked_container(const ContainerRules& rules, const json::object& wanted) {
    json::object container;
    json::object host, labels;
    for (const auto& member : wanted) {
        const std::string_view key = member.key();
        const json::value& value = member.value();
        if (says_nothing(value)) continue;
        if (is_one_of(key, kPlain)) {
            container[key] = value;
        } else if (key == "HostConfig" && value.is_object()) {
            host = value.get_object();
        } else if (key == "Labels" && value.is_object()) {
            labels = value.get_object();
        } else {
            return refused(fmt::format("{} = {} for a container", key, json::serialize(value).substr(0, 100)));
        }
    }
    (void)TRY(json::get_string(container, "Image"));
    labels[kInstanceLabel] = rules.instance;
    container["Labels"] = std::move(labels);
    container["HostConfig"] = TRY(checked_host(rules, host));
    return container;
}

}  // namespace gale::docker_proxy
