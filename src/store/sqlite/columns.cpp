#include "store/sqlite/columns.hpp"

#include <fmt/format.h>

#include <limits>

namespace gale::sqlite {
namespace {

std::string shortened(std::string_view text) {
    return text.size() <= 60 ? std::string(text) : fmt::format("{}…", text.substr(0, 57));
}

template <class State>
void read_state(ColumnReader& from, State& out, std::optional<State> (*parse)(std::string_view)) {
    const auto text = from.text();
    if (const auto state = parse(text)) {
        out = *state;
    } else {
        from.bad(fmt::format("'{}' is not a known value", shortened(text)));
    }
}

}  // namespace

std::string_view ColumnReader::text() {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, index_));
    const auto size = static_cast<size_t>(sqlite3_column_bytes(statement_, index_));
    ++index_;
    return bytes == nullptr ? std::string_view() : std::string_view(bytes, size);
}

void ColumnReader::bad(std::string_view why) {
    if (bad_.empty()) bad_ = fmt::format("column '{}': {}", sqlite3_column_name(statement_, index_ - 1), why);
}

Result<void> ColumnReader::finish(std::string_view table) const {
    if (bad_.empty()) return {};
    const auto* id = reinterpret_cast<const char*>(sqlite3_column_text(statement_, 0));
    const std::string name = id == nullptr ? "(null)" : id;
    return std::unexpected(
        Error(ErrorCode::data_corrupt, fmt::format("cannot read row {} of table {}: {}", name, table, bad_))
            .with("table", std::string(table))
            .with("id", name));
}

void read_column(ColumnReader& from, int& out) {
    const std::int64_t wide = from.integer();
    out = static_cast<int>(wide);
    if (out != wide) from.bad(fmt::format("{} is out of range", wide));
}

void read_column(ColumnReader& from, json::value& out) {
    auto parsed = json::parse(from.text());
    if (!parsed) return from.bad(parsed.error().to_string());
    out = std::move(*parsed);
}

void read_column(ColumnReader& from, json::object& out) {
    auto parsed = json::parse_object(from.text());
    if (!parsed) return from.bad(parsed.error().to_string());
    out = std::move(*parsed);
}

void read_column(ColumnReader& from, std::vector<std::string>& out) {
    auto parsed = json::parse(from.text());
    if (!parsed || !parsed->is_array()) return from.bad("not a JSON array");
    out.clear();
    for (const auto& item : parsed->get_array()) {
        if (!item.is_string()) return from.bad("not an array of strings");
        out.emplace_back(item.get_string());
    }
}

void read_column(ColumnReader& from, TaskState& out) {
    if (from.is_null()) {
        from.skip();
        out = TaskState::none;
    } else {
        read_state(from, out, parse_task_state);
    }
}
void read_column(ColumnReader& from, DagRunState& out) {
    read_state(from, out, parse_dag_run_state);
}
void read_column(ColumnReader& from, RunType& out) {
    read_state(from, out, parse_run_type);
}
void read_column(ColumnReader& from, TriggeredBy& out) {
    read_state(from, out, parse_triggered_by);
}

}  // namespace gale::sqlite
