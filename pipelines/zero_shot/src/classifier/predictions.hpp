#pragma once
// The classifier's input and output: the news table as it was read, and the JSON file of labels.

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "classifier/zero_shot_model.hpp"
#include "tsv/result.hpp"

namespace gale::zero_shot {

/// Every column of the file, because the result file keeps them all.
struct NewsTable {
    std::vector<std::string> columns;
    std::vector<std::vector<std::string>> rows;
    std::size_t id = 0;
    std::size_t title = 0;
    std::size_t summary = 0;
};

/// Reads a TSV with at least the columns id, published, title and summary, in any order; errors as
/// TsvReader's, and kInput when a column is missing or named `label` or `score`, which are ours.
Result<NewsTable> read_news_table(const std::string& path);

/// What the model reads of a row: `title + ". " + summary`, or the one of them that is there.
std::string text_of(const NewsTable& table, const std::vector<std::string>& row);

/// The place of the highest score; the first of equals.
std::size_t best_label(const LabelScores& scores);

/// What pandas' `df.T.to_json()` writes of the table with the columns `label` and `score` added:
/// `{"0": {"id": …, …, "label": …, "score": …}, "1": …}`. As `read_csv` would have it, an empty
/// cell is null and the ids are numbers when all of them are whole numbers (of 64 bits, without
/// leading zeros, which a number would lose); other columns stay text.
std::string format_predictions(const NewsTable& table, std::span<const std::string> labels,
                               std::span<const LabelScores> scores);

}  // namespace gale::zero_shot
