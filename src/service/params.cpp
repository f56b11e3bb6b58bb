#include "service/params.hpp"

#include <fmt/format.h>

#include "base/json_schema.hpp"

namespace gale {

Result<void> check_params(const json::object& params, const json::object& conf) {
    for (const auto& param : params) {
        if (!param.value().is_object()) continue;
        const auto& declared = param.value().get_object();
        const json::value* value = conf.if_contains(param.key());
        if (value == nullptr) value = declared.if_contains("value");
        if (value == nullptr) {
            return fail(ErrorCode::invalid_argument,
                        fmt::format("Invalid input for param {}: it has no default, so the run's conf must give it",
                                    std::string_view(param.key())));
        }
        const auto* schema = json::find_object(declared, "schema");
        if (schema == nullptr) continue;
        if (auto checked = check_against_schema(*value, *schema); !checked) {
            return fail(ErrorCode::invalid_argument,
                        fmt::format("Invalid input for param {}: {}", std::string_view(param.key()),
                                    checked.error().message()));
        }
    }
    return {};
}

}  // namespace gale
