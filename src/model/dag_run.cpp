#include "model/dag_run.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gale {
namespace {

constexpr size_t kMaxRunIdLength = 250;

bool is_run_id_character(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view{"_.~:+-"}.contains(c);
}

}  // namespace

RunId make_run_id(RunType type, TimePoint run_after, bool has_logical_date, std::string_view random_suffix) {
    std::string text = fmt::format("{}__{}", to_string(type), to_python_iso(run_after));
    if (!has_logical_date) text += fmt::format("_{}", random_suffix);
    return RunId{std::move(text)};
}

Result<void> validate_run_id(std::string_view text) {
    const auto reject = [&](std::string_view why) {
        return fail(ErrorCode::invalid_argument,
                    fmt::format("run id '{}' {}: use 1 to {} characters of [A-Za-z0-9_.~:+-] without '..'",
                                text.substr(0, kMaxRunIdLength), why, kMaxRunIdLength));
    };
    if (text.empty()) return reject("is empty");
    if (text.size() > kMaxRunIdLength) return reject(fmt::format("has {} characters", text.size()));
    const auto wrong = std::ranges::find_if_not(text, is_run_id_character);
    if (wrong != text.end()) return reject(fmt::format("has a wrong character at position {}", wrong - text.begin()));
    if (text.contains("..")) return reject("holds '..'");
    return {};
}

json::object to_task_sdk_json(const DagRun& run) {
    const auto interval = run.data_interval;
    return {{"dag_id", run.dag_id.str()},
            {"run_id", run.run_id.str()},
            {"logical_date", json::from_time(run.logical_date)},
            {"data_interval_start", json::from_time(interval ? std::optional(interval->start) : std::nullopt)},
            {"data_interval_end", json::from_time(interval ? std::optional(interval->end) : std::nullopt)},
            {"run_after", json::from_time(run.run_after)},
            {"start_date", json::from_time(run.start_date)},
            {"end_date", json::from_time(run.end_date)},
            {"clear_number", run.clear_number},
            {"run_type", to_string(run.run_type)},
            {"state", to_string(run.state)},
            {"conf", run.conf},
            {"triggering_user_name", json::from_optional(run.triggering_user_name)},
            {"consumed_asset_events", json::array()},
            {"partition_key", nullptr},
            {"note", json::from_optional(run.note)}};
}

}  // namespace gale
