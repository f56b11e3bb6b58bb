#include "worker/docker/container_config.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace gale {
namespace {

std::string text_of(const json::value& value) {
    return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

// Splits a command line as a POSIX shell splits words; docker's own clients do the same with a command given as one
// string.
Result<json::array> split_words(std::string_view text, std::string_view field) {
    json::array words;
    std::string word;
    bool in_word = false;
    char quote = '\0';
    for (size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quote == '\'' ? c == '\'' : (quote == '"' && c == '"')) {
            quote = '\0';
        } else if (quote == '\'') {
            word += c;
        } else if (c == '\\' && i + 1 < text.size() && (quote == '\0' || text[i + 1] == '"' || text[i + 1] == '\\')) {
            word += text[++i];
            in_word = true;
        } else if (quote == '"') {
            word += c;
        } else if (c == '\'' || c == '"') {
            quote = c;
            in_word = true;
        } else if (c == ' ' || c == '\t' || c == '\n') {
            if (in_word) words.emplace_back(word);
            word.clear();
            in_word = false;
        } else {
            word += c;
            in_word = true;
        }
    }
    if (quote != '\0')
        return fail(ErrorCode::invalid_argument, fmt::format("{}: a quote is not closed in: {}", field, text));
    if (in_word) words.emplace_back(word);
    return words;
}

// A command may be a list, a string that holds a list's text ("['a', 'b']", as Airflow evaluates it), or words.
Result<json::value> command_of(const json::object& fields, std::string_view field) {
    const auto* value = fields.if_contains(field);
    if (value == nullptr || value->is_null()) return json::value(nullptr);
    if (value->is_array()) {
        json::array words;
        for (const auto& word : value->get_array()) words.emplace_back(text_of(word));
        return json::value(std::move(words));
    }
    const std::string text = text_of(*value);
    if (text.starts_with('[')) {
        if (auto list = json::parse(text); list && list->is_array()) return std::move(*list);
    }
    return json::value(TRY(split_words(text, field)));
}

void add_variables(json::array& out, const json::object* from) {
    if (from == nullptr) return;
    for (const auto& member : *from)
        out.emplace_back(fmt::format("{}={}", std::string_view(member.key()), text_of(member.value())));
}

void copy_present(const json::object& from, std::string_view key, json::object& to, std::string_view as) {
    const auto* value = from.if_contains(key);
    if (value != nullptr && !value->is_null()) to[as] = *value;
}

Result<json::object> host_config(const json::object& fields, const std::string& tmp_folder) {
    json::object host;
    json::array mounts;
    if (const auto* given = json::find_array(fields, "mounts")) mounts = *given;
    if (!tmp_folder.empty()) {
        mounts.push_back(json::object{{"Type", "bind"},
                                      {"Source", tmp_folder},
                                      {"Target", TRY(json::get_string_or(fields, "tmp_dir", "/tmp/airflow"))}});
    }
    host["Mounts"] = std::move(mounts);
    for (const auto& [key, as] :
         std::initializer_list<std::pair<std::string_view, std::string_view>>{{"network_mode", "NetworkMode"},
                                                                              {"cap_add", "CapAdd"},
                                                                              {"dns", "Dns"},
                                                                              {"dns_search", "DnsSearch"},
                                                                              {"privileged", "Privileged"},
                                                                              {"ipc_mode", "IpcMode"},
                                                                              {"device_requests", "DeviceRequests"},
                                                                              {"ulimits", "Ulimits"},
                                                                              {"port_bindings", "PortBindings"}}) {
        copy_present(fields, key, host, as);
    }
    if (const auto* extra = json::find_object(fields, "extra_hosts")) {
        json::array hosts;
        for (const auto& member : *extra)
            hosts.emplace_back(fmt::format("{}:{}", std::string_view(member.key()), text_of(member.value())));
        host["ExtraHosts"] = std::move(hosts);
    }
    for (const auto& [key, as] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
             {"mem_limit", "Memory"}, {"shm_size", "ShmSize"}}) {
        const auto* value = fields.if_contains(key);
        if (value != nullptr && !value->is_null()) host[as] = TRY(parse_bytes(*value, key));
    }
    if (const auto cpus = TRY(json::get_optional_double(fields, "cpus")); cpus && *cpus > 0) {
        host["CpuShares"] = static_cast<std::int64_t>(std::llround(*cpus * 1024));  // as Airflow reads it
    }
    const auto max_size = TRY(json::get_optional_string(fields, "log_opts_max_size"));
    const auto max_file = TRY(json::get_optional_string(fields, "log_opts_max_file"));
    if (max_size || max_file) {
        json::object options;
        if (max_size) options["max-size"] = *max_size;
        if (max_file) options["max-file"] = *max_file;
        host["LogConfig"] = json::object{{"Type", "json-file"}, {"Config", std::move(options)}};
    }
    return host;
}

}  // namespace

Result<std::int64_t> parse_bytes(const json::value& value, std::string_view field) {
    if (value.is_number()) return value.to_number<std::int64_t>();
    const std::string text = text_of(value);
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    std::string_view unit(end, static_cast<size_t>(text.data() + text.size() - end));
    constexpr std::string_view kUnits = "bkmgt";
    const auto power =
        unit.empty() ? 0 : kUnits.find(static_cast<char>(std::tolower(static_cast<unsigned char>(unit[0]))));
    const bool known =
        unit.size() <= 1 || (unit.size() == 2 && std::tolower(static_cast<unsigned char>(unit[1])) == 'b');
    if (error != std::errc{} || power == std::string_view::npos || !known || number < 0) {
        return fail(ErrorCode::invalid_argument,
                    fmt::format("{} '{}' is no amount of memory: write it as 512m or 2g", field, text));
    }
    return static_cast<std::int64_t>(std::llround(std::ldexp(number, static_cast<int>(power) * 10)));
}

Result<json::object> container_config(const json::object& fields, const std::map<std::string, std::string>& variables,
                                      const std::map<std::string, std::string>& labels, const std::string& tmp_folder) {
    json::object config{{"Image", TRY(json::get_string(fields, "image"))}};
    for (const auto& [key, as] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
             {"command", "Cmd"}, {"entrypoint", "Entrypoint"}}) {
        auto words = TRY(command_of(fields, key));
        if (!words.is_null()) config[as] = std::move(words);
    }
    json::array environment;
    for (const auto& [name, value] : variables) environment.emplace_back(name + "=" + value);
    add_variables(environment, json::find_object(fields, "environment"));
    add_variables(environment, json::find_object(fields, "private_environment"));
    config["Env"] = std::move(environment);
    for (const auto& [key, as] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
             {"user", "User"}, {"working_dir", "WorkingDir"}, {"hostname", "Hostname"}, {"tty", "Tty"}}) {
        copy_present(fields, key, config, as);
    }
    if (const auto* user = config.if_contains("User"); user != nullptr && !user->is_string())
        config["User"] = text_of(*user);
    json::object all_labels;
    if (const auto* given = json::find_object(fields, "labels")) all_labels = *given;
    for (const auto& [name, value] : labels) all_labels[name] = value;
    config["Labels"] = std::move(all_labels);
    if (const auto* ports = json::find_object(fields, "port_bindings")) {
        json::object exposed;
        for (const auto& member : *ports) exposed[member.key()] = json::object();
        config["ExposedPorts"] = std::move(exposed);
    }
    config["HostConfig"] = TRY(host_config(fields, tmp_folder));
    return config;
}

}  // namespace gale
