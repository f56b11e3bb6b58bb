#include "store/sql/columns.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.hpp"

namespace gale::sql {
namespace {

std::string shortened(std::string_view text) {
    return text.size() <= 60 ? std::string(text) : fmt::format("{}…", text.substr(0, 57));
}

constexpr std::string_view kSymbolForNull = "\xe2\x90\x80";  // U+2400

const char* why_unkeepable(std::string_view text) {
    if (text.find('\0') != std::string_view::npos) return "holds the character U+0000";
    const bool ascii = std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (!ascii && to_valid_utf8(text) != text) return "is not valid UTF-8";
    return nullptr;
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

void Params::text(std::string_view value) {
    if (value.data() == nullptr) value = "";  // a null pointer is no empty text
    if (const char* why = why_unkeepable(value)) bad_ = why;
    all_.emplace_back(value);
}

Result<void> Params::check() const {
    if (bad_ == nullptr) return {};
    return fail(ErrorCode::invalid_argument, fmt::format("cannot store a text that {}; take it out of the text", bad_));
}

void bind_value(Params& to, Cleaned value) {
    if (why_unkeepable(value.text) == nullptr) return to.text(value.text);
    std::string text = to_valid_utf8(value.text);
    for (size_t at = 0; (at = text.find('\0', at)) != std::string::npos;) text.replace(at, 1, kSymbolForNull);
    to.own_text(std::move(text));
}

void ColumnReader::bad(std::string_view why) {
    if (bad_.empty()) bad_ = fmt::format("column '{}': {}", row_.name(index_ - 1), why);
}

Result<void> ColumnReader::finish(std::string_view table) const {
    if (bad_.empty()) return {};
    const std::string name = row_.is_null(0) ? "(null)" : std::string(row_.text(0));
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

}  // namespace gale::sql
