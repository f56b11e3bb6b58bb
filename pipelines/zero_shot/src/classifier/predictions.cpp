#include "classifier/predictions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <iterator>
#include <string_view>
#include <utility>

#include "classifier/pandas_json.hpp"
#include "tsv/tsv.hpp"

namespace gale::zero_shot {

namespace {

constexpr std::array kOurColumns{"label", "score"};

bool is_canonical_integer(const std::string& cell) {
    std::int64_t value = 0;
    const char* end = cell.data() + cell.size();
    const auto parsed = std::from_chars(cell.data(), end, value);
    return parsed.ec == std::errc{} && parsed.ptr == end && fmt::format("{}", value) == cell;
}

bool ids_are_numbers(const NewsTable& table) {
    return std::ranges::all_of(table.rows, [&](const auto& row) { return is_canonical_integer(row[table.id]); });
}

void append_member(std::string& out, std::string_view name, bool first) {
    if (!first) out += ',';
    append_json_string(out, name);
    out += ':';
}

void append_cell(std::string& out, const std::string& cell, bool as_number) {
    if (cell.empty()) {
        out += "null";
    } else if (as_number) {
        out += cell;
    } else {
        append_json_string(out, cell);
    }
}

}  // namespace

Result<NewsTable> read_news_table(const std::string& path) {
    auto reader = TsvReader::open(path);
    if (!reader) return std::unexpected(reader.error());
    NewsTable table;
    std::size_t published = 0;
    const std::pair<const char*, std::size_t*> needed[] = {
        {"id", &table.id},
        {"published", &published},
        {"title", &table.title},
        {"summary", &table.summary},
    };
    for (const auto& [name, place] : needed) {
        const auto column = reader->column(name);
        if (!column) return std::unexpected(column.error());
        *place = *column;
    }
    table.columns = reader->header();
    for (const std::string_view name : kOurColumns) {
        if (std::ranges::find(table.columns, name) == table.columns.end()) continue;
        return fail(ErrorKind::kInput,
                    fmt::format("{} has a column \"{}\" already, which model_predict adds; give it the "
                                "file as data_load wrote it",
                                path, name));
    }
    for (std::vector<std::string> row;;) {
        const auto more = reader->next(row);
        if (!more) return std::unexpected(more.error());
        if (!*more) return table;
        table.rows.push_back(row);
    }
}

std::string text_of(const NewsTable& table, const std::vector<std::string>& row) {
    const std::string& title = row[table.title];
    const std::string& summary = row[table.summary];
    if (title.empty() || summary.empty()) return title + summary;
    return title + ". " + summary;
}

std::size_t best_label(const LabelScores& scores) {
    return static_cast<std::size_t>(std::distance(scores.begin(), std::ranges::max_element(scores)));
}

std::string format_predictions(const NewsTable& table, std::span<const std::string> labels,
                               std::span<const LabelScores> scores) {
    const bool numeric_ids = ids_are_numbers(table);
    std::string out = "{";
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        append_member(out, fmt::format("{}", i), i == 0);
        out += '{';
        for (std::size_t column = 0; column < table.columns.size(); ++column) {
            append_member(out, table.columns[column], column == 0);
            append_cell(out, table.rows[i][column], numeric_ids && column == table.id);
        }
        const std::size_t best = best_label(scores[i]);
        append_member(out, "label", false);
        append_json_string(out, labels[best]);
        append_member(out, "score", false);
        append_json_number(out, scores[i][best]);
        out += '}';
    }
    out += '}';
    return out;
}

}  // namespace gale::zero_shot
