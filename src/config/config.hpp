// Airflow's configuration, read as Airflow reads it: environment `AIRFLOW__SECTION__KEY` (also `…_CMD`: the output of a
// command), then `airflow.cfg`, then the default that the caller gives. Gale's own `GALE_NAME` is key `name` of section
// `gale`. Names are case-insensitive. A value that does not fit its type is an invalid_argument error that says where
// it was set.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace gale {

using Environment = std::map<std::string, std::string>;

// This process's environment.
Environment process_environment();

// An option as it holds now.
struct ConfigValue {
    std::string section, key, value;
    std::string source;  // as Airflow names them: "env var", "cmd", "airflow.cfg" or "default"
};

class Config {
public:
    // `cfg_text` is airflow.cfg's content, `cfg_path` its name for messages.
    static Result<Config> load(const Environment& environment, std::string_view cfg_text, std::string cfg_path);

    std::optional<std::string> find(std::string_view section, std::string_view key) const;
    std::string get(std::string_view section, std::string_view key, std::string_view fallback) const;
    Result<int> get_int(std::string_view section, std::string_view key, int fallback) const;
    Result<double> get_double(std::string_view section, std::string_view key, double fallback) const;
    Result<bool> get_bool(std::string_view section, std::string_view key, bool fallback) const;

    // Every option that was asked for or set, by section and key; complete as unread_keys() is. An option without a
    // value or a default is left out, and so are Gale's own that nobody asked for.
    std::vector<ConfigValue> values() const;
    // Set by somebody, asked for by nobody: "[section] key (where)". Complete only after all settings were read.
    std::vector<std::string> unread_keys() const;

private:
    struct Entry {
        std::string value;
        std::string origin;  // "AIRFLOW__CORE__PARALLELISM" or "airflow.cfg line 12"
        std::string source;  // ConfigValue's
    };
    using Key = std::pair<std::string, std::string>;
    const Entry* lookup(std::string_view section, std::string_view key) const;
    std::string where(std::string_view section, std::string_view key) const;

    void note_default(std::string_view section, std::string_view key, std::string fallback) const;

    std::map<Key, Entry> entries_;
    mutable std::set<Key> read_;
    mutable std::map<Key, std::string> defaults_;  // that were asked with
};

}  // namespace gale
