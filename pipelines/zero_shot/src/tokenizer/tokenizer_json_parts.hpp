#pragma once
// The readers of tokenizer.json's parts: each fills its share of `parts`, or refuses by name.

#include <string_view>

#include "tokenizer/json_part.hpp"
#include "tokenizer/tokenizer_parts.hpp"
#include "tsv/result.hpp"

namespace gale::zero_shot {

Result<void> read_normalizer(const JsonPart& part, std::string_view name, HuggingFaceTokenizer::Parts& parts);
Result<void> read_pre_tokenizer(const JsonPart& part, HuggingFaceTokenizer::Parts& parts);

/// After the pre-tokenizer: only behind a byte-level one BPE works on bytes.
Result<void> read_model(const JsonPart& part, std::string_view name, HuggingFaceTokenizer::Parts& parts);
Result<void> read_post_processor(const JsonPart& part, HuggingFaceTokenizer::Parts& parts);

}  // namespace gale::zero_shot
