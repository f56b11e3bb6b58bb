#pragma once
// From the HTML that feeds carry in titles and summaries to the text a reader would see.

#include <string>
#include <string_view>

namespace financial_news {

/// Decodes named and numeric character references as HTML does (the HTML Standard, 13.5 and
/// 13.2.5.80): references that lack their semicolon where HTML allows it, and 0x80-0x9F as
/// windows-1252. What is no reference stays as it is. Input and output are UTF-8.
std::string decode_entities(std::string_view html);

/// Drops tags, comments, and what stands in script and style elements; block elements and line
/// breaks leave a space, other tags nothing. A '<' that opens no tag stays. Decodes no entities.
std::string strip_tags(std::string_view html);

/// Makes every run of white space (no-break spaces too) one space, trims, and drops control
/// characters and U+FEFF.
std::string collapse_space(std::string_view text);

/// strip_tags, decode_entities, collapse_space.
std::string html_to_text(std::string_view html);

/// Whether the element `name` (any case) stands on lines of its own, as `p` or `br` do.
bool is_block_element(std::string_view name);

}  // namespace financial_news
