#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gale::zero_shot {

/// Splits `text` (well-formed UTF-8) into words as uncased BERT does: control characters and accents
/// dropped, lower case, each ideograph and each punctuation mark a word of its own. Stops once it has
/// `max_words`: the rest of a huge text costs nothing.
///
/// Equal to Hugging Face's BertNormalizer and BertPreTokenizer for every single character. Known
/// difference: they also reorder neighbouring combining marks that survive (musical notation).
std::vector<std::u32string> split_words(std::string_view text, std::size_t max_words);

}  // namespace gale::zero_shot
