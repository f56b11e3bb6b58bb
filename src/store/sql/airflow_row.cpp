#include "store/sql/airflow_row.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace gale::sql {
namespace {

template <class T>
std::optional<T> number(std::string_view text) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

void AirflowRow::bad(std::string_view text, std::string_view wanted) {
    if (bad_.empty()) bad_ = fmt::format("'{}' in column {} is not {}", text, row_.name(column_ - 1), wanted);
}

std::optional<std::string> AirflowRow::optional_text() {
    if (!row_.is_null(column_)) return text();
    ++column_;
    return std::nullopt;
}

std::int64_t AirflowRow::integer64() {
    const auto found = text();
    if (found.empty()) return 0;
    const auto value = number<std::int64_t>(found);
    if (!value) bad(found, "a number");
    return value.value_or(0);
}

int AirflowRow::integer() {
    return optional_integer().value_or(0);
}

std::optional<int> AirflowRow::optional_integer() {
    const auto found = text();
    if (found.empty()) return std::nullopt;
    const auto value = number<int>(found);
    if (!value) bad(found, "a number");
    return value;
}

bool AirflowRow::truth() {
    const auto found = text();
    return found == "1" || found == "true" || found == "t";
}

// SQLite: "2026-01-02 03:04:05.000006", in UTC. PostgreSQL: with "+00" behind it.
std::optional<TimePoint> AirflowRow::time() {
    auto found = text();
    if (found.empty()) return std::nullopt;
    if (found.size() > 19 && (found[found.size() - 3] == '+' || found[found.size() - 3] == '-')) found += ":00";
    const auto parsed = parse_iso8601(found);
    if (parsed) return *parsed;
    bad(found, "a time");
    return std::nullopt;
}

std::string AirflowRow::bytes() {
    const auto digits = text();
    std::string out;
    out.reserve(digits.size() / 2);
    for (size_t i = 0; i + 1 < digits.size(); i += 2) {
        const int high = hex_digit(digits[i]), low = hex_digit(digits[i + 1]);
        if (high < 0 || low < 0) {
            bad("…", "bytes");
            return {};
        }
        out += static_cast<char>(high * 16 + low);
    }
    return out;
}

Result<void> AirflowRow::finish() const {
    if (bad_.empty()) return {};
    return fail(ErrorCode::data_corrupt, fmt::format("Airflow's table {}: {}", table_, bad_));
}

RunType airflow_run_type(std::string_view text) {
    if (text == "dataset_triggered") return RunType::asset_triggered;
    return parse_run_type(text).value_or(RunType::manual);
}

TriggeredBy airflow_triggered_by(std::string_view text, RunType type) {
    if (text == "DATASET") return TriggeredBy::asset;
    if (const auto known = parse_triggered_by(lower_case(text))) return *known;
    switch (type) {
        case RunType::scheduled: return TriggeredBy::timetable;
        case RunType::backfill: return TriggeredBy::backfill;
        case RunType::operator_triggered: return TriggeredBy::operator_;
        case RunType::asset_triggered:
        case RunType::asset_materialization: return TriggeredBy::asset;
        case RunType::manual: return TriggeredBy::ui;
    }
    return TriggeredBy::ui;
}

std::optional<std::string> dashed_uuid(std::string_view text) {
    if (text.size() == 36) return std::string(text);
    if (text.size() != 32 || !std::ranges::all_of(text, [](char c) { return hex_digit(c) >= 0; })) return std::nullopt;
    return fmt::format("{}-{}-{}-{}-{}", text.substr(0, 8), text.substr(8, 4), text.substr(12, 4), text.substr(16, 4),
                       text.substr(20));
}

}  // namespace gale::sql
