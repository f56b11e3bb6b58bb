#pragma once
// The news table that the loader writes and the classifier reads.

#include <span>
#include <string>
#include <vector>

#include "tsv/result.hpp"

namespace gale::zero_shot {

/// One item; all fields UTF-8, an empty string where the feed had nothing.
struct NewsRow {
    std::string id;
    std::string published;  ///< UTC, `YYYY-MM-DD HH:MM:SS`
    std::string title;
    std::string summary;

    bool operator==(const NewsRow&) const = default;
};

/// The file's content: the header `id published title summary`, then one row an item.
std::string format_news(std::span<const NewsRow> rows);

/// Reads a news table. The four columns may stand in any order among others. Errors as TsvReader's.
Result<std::vector<NewsRow>> read_news(const std::string& path);

}  // namespace gale::zero_shot
