// /api/v2/config: the configuration as Airflow shows it, when [api] expose_config lets it; /gale/config: with where
// each option was set.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "api/api.hpp"
#include "base/text.hpp"

namespace gale {
namespace {

constexpr std::string_view kHidden = "< hidden >";

Result<void> check_exposed(const Api& api) {
    if (api.settings().expose_config) return {};
    return fail(ErrorCode::permission_denied,
                "Your Airflow administrator chose not to expose the configuration, most likely for security reasons.");
}

std::string_view shown(const ConfigOption& option) {
    return option.sensitive ? kHidden : std::string_view(option.value);
}

// The options in their sections, in order. `render` makes an option's JSON.
template <class Render>
json::object sections_of(const std::vector<ConfigOption>& options, const Render& render) {
    json::array sections;
    for (const ConfigOption& option : options) {
        if (sections.empty() || sections.back().at("name") != json::value(option.section))
            sections.push_back(json::object{{"name", option.section}, {"options", json::array()}});
        sections.back().as_object()["options"].as_array().push_back(render(option));
    }
    return {{"sections", std::move(sections)}};
}

json::object render_option(const ConfigOption& option) {
    return {{"key", option.key}, {"value", shown(option)}};
}

// As airflow.cfg, or as JSON: what the Accept header asks for.
HttpResponse answer(const Call& call, const std::vector<ConfigOption>& options) {
    if (!call.accepts("text/plain")) return json_response(sections_of(options, render_option));
    HttpResponse response;
    response.content_type = "text/plain";
    std::string_view section;
    for (const ConfigOption& option : options) {
        if (option.section != section) {
            response.body += fmt::format("{}[{}]\n", section.empty() ? "" : "\n", option.section);
            section = option.section;
        }
        response.body += fmt::format("{} = {}\n", option.key, shown(option));
    }
    return response;
}

Result<HttpResponse> get_config(Api& api, Call& call) {
    TRY(check_exposed(api));
    const auto section = call.query("section");
    std::vector<ConfigOption> options = api.settings().config;
    if (section) {
        std::erase_if(options, [&](const ConfigOption& option) { return option.section != lower_case(*section); });
        if (options.empty()) return fail(ErrorCode::not_found, fmt::format("Section {} not found.", *section));
    }
    return answer(call, options);
}

Result<HttpResponse> get_config_value(Api& api, Call& call) {
    TRY(check_exposed(api));
    const auto& section = call.path("section");
    const auto& key = call.path("option");
    for (const ConfigOption& option : api.settings().config) {
        if (option.section == lower_case(section) && option.key == lower_case(key)) return answer(call, {option});
    }
    return fail(ErrorCode::not_found, fmt::format("Option [{}/{}] not found.", section, key));
}

Result<HttpResponse> get_config_with_sources(Api& api, Call&) {
    TRY(check_exposed(api));
    return json_response(sections_of(api.settings().config, [](const ConfigOption& option) {
        auto rendered = render_option(option);
        rendered["source"] = option.source;
        return rendered;
    }));
}

}  // namespace

void add_config_routes(Router& router) {
    using namespace schema;
    const auto option = object({{"key", text()}, {"value", text()}});
    router.define("ConfigOption", option);
    router.define("ConfigSection", object({{"name", text()}, {"options", array(ref("ConfigOption"))}}));
    router.define("Config", object({{"sections", array(ref("ConfigSection"))}}));
    router.define("SourcedConfigOption",
                  extended(option, {{"source", described(text(), "default, env var, cmd, airflow.cfg")}}));
    router.define(
        "SourcedConfig",
        object({{"sections", array(object({{"name", text()}, {"options", array(ref("SourcedConfigOption"))}}))}}));
    router.add({"GET",
                "/api/v2/config",
                Role::op,
                get_config,
                {.id = "get_config",
                 .tag = "Config",
                 .summary = "Get Config",
                 .query = {{"section", nullable(text())}},
                 .answer = "Config",
                 .other_media_types = {"text/plain"}}});
    router.add({"GET",
                "/api/v2/config/section/{section}/option/{option}",
                Role::op,
                get_config_value,
                {.id = "get_config_value",
                 .tag = "Config",
                 .summary = "Get Config Value",
                 .answer = "Config",
                 .other_media_types = {"text/plain"}}});
    router.add({"GET",
                "/gale/config",
                Role::op,
                get_config_with_sources,
                {.id = "get_config_with_sources",
                 .tag = "Gale",
                 .summary = "The configuration, and where each option was set",
                 .answer = "SourcedConfig"}});
}

}  // namespace gale
