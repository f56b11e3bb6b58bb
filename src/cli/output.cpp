#include "cli/output.hpp"

#include <algorithm>
#include <ostream>

namespace gale {
namespace {

std::string cell_text(const json::value& value) {
    if (value.is_null()) return "None";
    if (value.is_string()) return std::string(value.get_string());
    if (value.is_bool()) return value.get_bool() ? "True" : "False";
    return json::serialize(value);
}

// Counts code points: good enough for columns of ids, dates and states.
size_t width_of(std::string_view text) {
    return static_cast<size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

void pad(std::ostream& out, std::string_view text, size_t width) {
    out << text;
    for (size_t used = width_of(text); used < width; ++used) out << ' ';
}

using Cells = std::vector<std::vector<std::string>>;

Cells cells_of(const std::vector<json::object>& rows) {
    Cells cells;
    cells.emplace_back();
    for (const auto& member : rows.front()) cells.front().emplace_back(member.key());
    for (const auto& row : rows) {
        auto& line = cells.emplace_back();
        for (const auto& member : row) line.push_back(cell_text(member.value()));
    }
    return cells;
}

void print_columns(std::ostream& out, const std::vector<json::object>& rows, std::string_view separator, bool ruled) {
    const Cells cells = cells_of(rows);
    std::vector<size_t> widths(cells.front().size(), 0);
    for (const auto& line : cells) {
        for (size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], width_of(line[i]));
    }
    for (size_t at = 0; at < cells.size(); ++at) {
        for (size_t i = 0; i < widths.size(); ++i) {
            if (i != 0) out << separator;
            pad(out, cells[at][i], i + 1 == widths.size() && !ruled ? 0 : widths[i]);
        }
        out << '\n';
        if (at != 0 || !ruled) continue;
        for (size_t i = 0; i < widths.size(); ++i)
            out << (i == 0 ? "" : "+")
                << std::string(widths[i] + (i == 0 ? 0 : 1) + (i + 1 == widths.size() ? 0 : 1), '=');
        out << '\n';
    }
}

void print_yaml(std::ostream& out, const std::vector<json::object>& rows) {
    if (rows.empty()) out << "[]\n";
    for (const auto& row : rows) {
        bool first = true;
        for (const auto& member : row) {
            // JSON scalars are YAML scalars; strings stay quoted, so that no text can be read as something else.
            out << (first ? "- " : "  ") << member.key() << ": " << json::serialize(member.value()) << '\n';
            first = false;
        }
    }
}

}  // namespace

void print_rows(std::ostream& out, OutputFormat format, const std::vector<json::object>& rows) {
    switch (format) {
        case OutputFormat::json: {
            json::array list;
            for (const auto& row : rows) list.emplace_back(row);
            out << json::serialize(json::value(std::move(list))) << '\n';
            return;
        }
        case OutputFormat::yaml: print_yaml(out, rows); return;
        case OutputFormat::table:
        case OutputFormat::plain:
            if (rows.empty()) {
                out << "No data found\n";
            } else {
                print_columns(out, rows, format == OutputFormat::table ? " | " : " ", format == OutputFormat::table);
            }
            return;
    }
}

}  // namespace gale
