// Which lines of a log fit a level and a text, as a person means it: case aside, in what the page shows of a line (its
// event, its exception, its extra fields), not in how JSON writes it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "service/log_index.hpp"

namespace gale {

// Lower case of ASCII, Latin-1, Greek and Cyrillic letters in UTF-8. The length stays; other bytes stay as they are.
std::string fold_case(std::string_view utf8);

// All texts of a log line that the page shows besides time, level and logger, a line each.
std::string shown_text(const json::object& line);

class LogMatcher {
public:
    // Empty: any. `levels` in lower case.
    LogMatcher(std::vector<std::string> levels, std::string_view text);
    bool is_empty() const { return levels_.empty() && text_.empty(); }
    // The lines of `segment`, whole lines of which the first has the number `first_line`, that fit; appended in order.
    // Of a last line without an end, what is there is looked at. Charges the budget for lines that have to be parsed.
    void find(std::string_view segment, std::int64_t first_line, std::vector<std::int64_t>& into,
              ScanBudget& budget) const;

private:
    bool fits(std::string_view line, ScanBudget& budget) const;

    std::vector<std::string> levels_;
    std::string text_;    // folded
    std::string needle_;  // the longest part of text_ that JSON writes as it is: what a fitting line must hold
};

}  // namespace gale
