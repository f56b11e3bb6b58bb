// Any bytes as a feed: no crash, and what is read keeps its promises and survives the table.

#include <cstdint>
#include <sstream>

#include "fuzz/require.hpp"
#include "loader/date.hpp"
#include "loader/feed.hpp"
#include "loader/html_text.hpp"
#include "tsv/tsv.hpp"
#include "tsv/utf8.hpp"

namespace {

using namespace financial_news;
using namespace gale::zero_shot;

void check_text(const std::string& text) {
    REQUIRE(find_invalid_utf8(text) == std::string::npos);
    REQUIRE(collapse_space(text) == text);
    for (const char byte : text) REQUIRE(static_cast<unsigned char>(byte) >= ' ');
}

void check_row(const NewsRow& row) {
    REQUIRE(!row.id.empty());
    REQUIRE(!row.title.empty() || !row.summary.empty());
    check_text(row.id);
    check_text(row.title);
    check_text(row.summary);
    const auto published = parse_feed_date(row.published);
    REQUIRE(published && format_utc(*published) == row.published);
}

void check_table(const std::vector<NewsRow>& rows) {
    auto reader = TsvReader::from_stream(std::make_unique<std::istringstream>(format_news(rows)), "table");
    REQUIRE(reader);
    std::vector<std::string> fields;
    for (const NewsRow& row : rows) {
        const auto more = reader->next(fields);
        REQUIRE(more && *more);
        REQUIRE((fields == std::vector<std::string>{row.id, row.published, row.title, row.summary}));
    }
    const auto more = reader->next(fields);
    REQUIRE(more && !*more);
}

#ifdef PLANTED_CRASH
void planted(const NewsRow& row) {
    if (row.title.starts_with("cr")) {
        std::fputs("planted mistake reached\n", stderr);
        const auto* freed = new char('x');
        delete freed;
        std::fprintf(stderr, "%c", *freed);
    }
}
#endif

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto now = *parse_feed_date("2026-11-24T12:00:00Z");
    const auto feed = parse_feed({reinterpret_cast<const char*>(data), size}, "");
    if (!feed) {
        REQUIRE(!feed.error().message.empty());
        return 0;
    }
    Repairs repairs;
    const auto rows = newest_news(*feed, 30, now, repairs);
    REQUIRE(!rows.empty());
    for (const NewsRow& row : rows) check_row(row);
    check_table(rows);
#ifdef PLANTED_CRASH
    for (const NewsRow& row : rows) planted(row);
#endif
    return 0;
}
