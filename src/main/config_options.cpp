#include "main/config_options.hpp"

#include <algorithm>
#include <array>

#include "service/secrets.hpp"

namespace gale {
namespace {

bool is_sensitive(const ConfigValue& option) {
    static constexpr std::array<std::string_view, 7> kKeys = {
        "fernet_key",     "sql_alchemy_conn",      "broker_url", "result_backend", "flower_basic_auth",
        "backend_kwargs", "secrets_backend_kwargs"};
    return is_sensitive_name(option.key) || std::ranges::find(kKeys, option.key) != kKeys.end();
}

}  // namespace

std::vector<ConfigOption> config_options(const Settings& settings) {
    std::vector<ConfigOption> options;
    for (const ConfigValue& one : settings.options)
        options.push_back({one.section, one.key, one.value, one.source, is_sensitive(one)});
    return options;
}

}  // namespace gale
