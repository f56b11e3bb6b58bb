#include "tsv/news.hpp"

#include <array>

#include "tsv/tsv.hpp"

namespace gale::zero_shot {
namespace {

constexpr std::array<std::string_view, 4> kColumns = {"id", "published", "title", "summary"};

}  // namespace

std::string format_news(std::span<const NewsRow> rows) {
    std::string out;
    append_tsv_row(out, kColumns);
    for (const NewsRow& row : rows) {
        append_tsv_row(out, std::array<std::string_view, 4>{row.id, row.published, row.title, row.summary});
    }
    return out;
}

Result<std::vector<NewsRow>> read_news(const std::string& path) {
    auto reader = TsvReader::open(path);
    if (!reader) return std::unexpected(reader.error());
    std::array<std::size_t, kColumns.size()> at{};
    for (std::size_t i = 0; i < kColumns.size(); ++i) {
        const auto column = reader->column(kColumns[i]);
        if (!column) return std::unexpected(column.error());
        at[i] = *column;
    }
    std::vector<NewsRow> rows;
    std::vector<std::string> fields;
    for (;;) {
        const auto more = reader->next(fields);
        if (!more) return std::unexpected(more.error());
        if (!*more) return rows;
        rows.push_back({fields[at[0]], fields[at[1]], fields[at[2]], fields[at[3]]});
    }
}

}  // namespace gale::zero_shot
