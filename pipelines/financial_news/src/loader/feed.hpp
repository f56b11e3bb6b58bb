#pragma once
// Reads news feeds: RSS 2.0 (and 0.9x), RSS 1.0 (RDF) and Atom (1.0 and 0.3).

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tsv/news.hpp"
#include "tsv/result.hpp"

namespace financial_news {

using namespace gale::zero_shot;  // the table and its errors

struct FeedItem {
    std::string id;       ///< guid or id, else the link, else a hash of what the item says; never empty
    std::string title;    ///< text
    std::string summary;  ///< text
    std::optional<std::chrono::sys_seconds> published;
    std::string raw_date;  ///< as the feed wrote it; empty when it wrote none
};

struct Feed {
    std::vector<FeedItem> items;                   ///< in the feed's order, each id once
    std::optional<std::chrono::sys_seconds> date;  ///< of the feed itself
};

/// Parses `bytes`, in the encoding that `charset` or the document names (see xml_to_utf8). kInput,
/// saying what is wrong and where, for an empty document, one that is not XML, is cut off, is no
/// feed, or has no items.
Result<Feed> parse_feed(std::string_view bytes, std::string_view charset);

/// What was put in where an item said nothing usable.
struct Repairs {
    std::size_t undated = 0;
    std::string example;  ///< title of the first such item, with the date it had
};

/// The `limit` newest items, newest first. An item without a readable date counts as published at
/// the feed's own date or at `now`, whichever is earlier.
std::vector<NewsRow> newest_news(const Feed& feed, std::size_t limit, std::chrono::sys_seconds now, Repairs& repairs);

}  // namespace financial_news
