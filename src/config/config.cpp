#include "config/config.hpp"
#include "base/text.hpp"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>

extern char** environ;

namespace gale {
namespace {

Result<std::string> output_of(const std::string& command, const std::string& origin) {
    std::FILE* pipe = ::popen(command.c_str(), "re");
    if (pipe == nullptr) return fail(ErrorCode::invalid_argument, fmt::format("cannot run the command of {}", origin));
    std::string output;
    char buffer[4096];
    for (size_t count = 0; (count = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) output.append(buffer, count);
    const int status = ::pclose(pipe);
    if (status != 0) {
        return fail(ErrorCode::invalid_argument,
                    fmt::format("the command of {} failed with exit code {}; run it in a shell to see why", origin,
                                WIFEXITED(status) ? WEXITSTATUS(status) : status));
    }
    return std::string(trimmed(output));
}

// configparser's escape: "%%" stands for one "%".
std::string unescape(std::string_view value) {
    std::string result;
    for (size_t i = 0; i < value.size(); ++i) {
        result += value[i];
        if (value[i] == '%' && i + 1 < value.size() && value[i + 1] == '%') ++i;
    }
    return result;
}

}  // namespace

Environment process_environment() {
    Environment result;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const auto equals = text.find('=');
        if (equals != std::string_view::npos) result.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return result;
}

Result<Config> Config::load(const Environment& environment, std::string_view cfg_text, std::string cfg_path) {
    Config config;
    std::string section;
    Entry* last = nullptr;
    int line_number = 0;
    while (!cfg_text.empty()) {
        ++line_number;
        const auto end = cfg_text.find('\n');
        const std::string_view raw = cfg_text.substr(0, end);
        cfg_text.remove_prefix(end == std::string_view::npos ? cfg_text.size() : end + 1);
        const std::string_view line = trimmed(raw);
        if (line.empty() || line.front() == '#' || line.front() == ';') continue;
        if ((raw.front() == ' ' || raw.front() == '\t') && last != nullptr) {
            last->value += '\n';
            last->value += unescape(line);
            continue;
        }
        if (line.front() == '[' && line.back() == ']') {
            section = lower_case(line.substr(1, line.size() - 2));
            last = nullptr;
            continue;
        }
        const auto equals = line.find_first_of("=:");
        if (equals == std::string_view::npos || section.empty()) {
            return fail(
                ErrorCode::invalid_argument,
                fmt::format("{} line {}: '{}' is neither a [section] nor 'key = value'", cfg_path, line_number, line));
        }
        Entry entry{unescape(trimmed(line.substr(equals + 1))), fmt::format("{} line {}", cfg_path, line_number),
                    "airflow.cfg"};
        last = &(config.entries_[{section, lower_case(trimmed(line.substr(0, equals)))}] = std::move(entry));
    }
    constexpr std::string_view kPrefix = "AIRFLOW__";
    constexpr std::string_view kOwnPrefix = "GALE_";
    for (const auto& [name, value] : environment) {
        if (name.starts_with(kOwnPrefix)) {
            config.entries_[{"gale", lower_case(name.substr(kOwnPrefix.size()))}] = Entry{value, name, "env var"};
        }
        if (!name.starts_with(kPrefix)) continue;
        const auto split = name.find("__", kPrefix.size());
        if (split == std::string::npos) continue;
        const std::string env_section = lower_case(name.substr(kPrefix.size(), split - kPrefix.size()));
        std::string key = lower_case(name.substr(split + 2));
        std::string text = value;
        const bool is_command = key.ends_with("_cmd");
        if (is_command) {
            key.resize(key.size() - 4);
            text = TRY(output_of(value, name));
        }
        config.entries_[{env_section, key}] = Entry{std::move(text), name, is_command ? "cmd" : "env var"};
    }
    return config;
}

const Config::Entry* Config::lookup(std::string_view section, std::string_view key) const {
    Key wanted{section, key};
    const auto found = entries_.find(wanted);
    read_.insert(std::move(wanted));
    return found == entries_.end() ? nullptr : &found->second;
}

std::string Config::where(std::string_view section, std::string_view key) const {
    const Entry* entry = lookup(section, key);
    return fmt::format("[{}] {} ({})", section, key, entry == nullptr ? "default" : entry->origin);
}

std::optional<std::string> Config::find(std::string_view section, std::string_view key) const {
    const Entry* entry = lookup(section, key);
    if (entry == nullptr) return std::nullopt;
    return entry->value;
}

std::string Config::get(std::string_view section, std::string_view key, std::string_view fallback) const {
    note_default(section, key, std::string(fallback));
    return find(section, key).value_or(std::string(fallback));
}

Result<int> Config::get_int(std::string_view section, std::string_view key, int fallback) const {
    note_default(section, key, std::to_string(fallback));
    const auto text = find(section, key);
    if (!text || text->empty()) return fallback;
    int number = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (error != std::errc{} || end != text->data() + text->size()) {
        return fail(ErrorCode::invalid_argument,
                    fmt::format("{} must be a whole number, but is '{}'", where(section, key), *text));
    }
    return number;
}

Result<double> Config::get_double(std::string_view section, std::string_view key, double fallback) const {
    note_default(section, key, fmt::format("{}", fallback));
    const auto text = find(section, key);
    if (!text || text->empty()) return fallback;
    double number = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (error != std::errc{} || end != text->data() + text->size()) {
        return fail(ErrorCode::invalid_argument,
                    fmt::format("{} must be a number, but is '{}'", where(section, key), *text));
    }
    return number;
}

Result<bool> Config::get_bool(std::string_view section, std::string_view key, bool fallback) const {
    note_default(section, key, fallback ? "True" : "False");
    const auto text = find(section, key);
    if (!text || text->empty()) return fallback;
    const std::string word = lower_case(*text);
    if (word == "true" || word == "t" || word == "1" || word == "yes" || word == "on") return true;
    if (word == "false" || word == "f" || word == "0" || word == "no" || word == "off") return false;
    return fail(ErrorCode::invalid_argument,
                fmt::format("{} must be True or False, but is '{}'", where(section, key), *text));
}

void Config::note_default(std::string_view section, std::string_view key, std::string fallback) const {
    defaults_.insert_or_assign(Key(section, key), std::move(fallback));
}

std::vector<ConfigValue> Config::values() const {
    std::map<Key, ConfigValue> all;
    for (const auto& [key, value] : defaults_) all[key] = {key.first, key.second, value, "default"};
    for (const auto& [key, entry] : entries_) {
        if (key.first != "gale" || read_.contains(key)) all[key] = {key.first, key.second, entry.value, entry.source};
    }
    std::vector<ConfigValue> values;
    for (auto& [key, value] : all) values.push_back(std::move(value));
    return values;
}

std::vector<std::string> Config::unread_keys() const {
    std::vector<std::string> result;
    for (const auto& [key, entry] : entries_) {
        // Gale hands variables of its own to its children: they are nobody's mistake.
        if (key.first != "gale" && !read_.contains(key))
            result.push_back(fmt::format("[{}] {} ({})", key.first, key.second, entry.origin));
    }
    return result;
}

}  // namespace gale
