// One row of Airflow's, whose columns come as text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "store/sql/columns.hpp"

namespace gale::sql {

// Reads the columns in order and remembers the first that does not hold what it should.
class AirflowRow {
public:
    AirflowRow(const Rows& row, std::string_view table) : row_(row), table_(table) {}
    std::string text() { return std::string(row_.text(column_++)); }
    std::optional<std::string> optional_text();
    std::int64_t integer64();
    int integer();
    std::optional<int> optional_integer();
    bool truth();
    std::optional<TimePoint> time();
    std::string bytes();  // of hexadecimal digits
    Result<void> finish() const;

private:
    void bad(std::string_view text, std::string_view wanted);
    const Rows& row_;
    const std::string_view table_;
    int column_ = 0;
    std::string bad_;
};

RunType airflow_run_type(std::string_view text);
TriggeredBy airflow_triggered_by(std::string_view text, RunType type);
// "01a2…" of 32 digits, or with dashes already; nullopt: neither.
std::optional<std::string> dashed_uuid(std::string_view text);

}  // namespace gale::sql
