#pragma once
// The parts that a tokenizer is made of, and those who make them from files.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tokenizer/added_tokens.hpp"
#include "tokenizer/hugging_face_tokenizer.hpp"
#include "tokenizer/normalizer.hpp"
#include "tokenizer/post_processor.hpp"
#include "tokenizer/pre_tokenizer.hpp"
#include "tokenizer/token_model.hpp"
#include "tsv/result.hpp"

namespace gale::zero_shot {

/// Spaces that begin or end a token are not in its offsets.
struct OffsetTrim {
    bool add_prefix_space = false;  ///< one space in front of the first token was not in the text
};

struct HuggingFaceTokenizer::Parts {
    AddedTokens raw_tokens{{}};                   ///< found in the text as given
    AddedTokens normalized_tokens{{}};            ///< found in what the normalizer made of it
    std::unique_ptr<Normalizer> normalizer;       ///< may be null
    std::unique_ptr<PreTokenizer> pre_tokenizer;  ///< may be null
    std::unique_ptr<TokenModel> model;
    std::vector<OffsetTrim> trims;  ///< each is carried out, in order
    Frame frame;
    std::int64_t pad_id = 0;
    std::size_t vocabulary_size = 0;
    /// Whether tokens up to a space between two ASCII letters or digits are the same whatever follows.
    bool splits_at_spaces = false;
    bool is_byte_level = false;  ///< the model works on bytes
};

using TokenizerParts = std::unique_ptr<HuggingFaceTokenizer::Parts>;

/// kInput names the part of `text` that is damaged or of another kind.
Result<TokenizerParts> parse_tokenizer_json(std::string_view text, std::string_view name);

/// Sorts `tokens` into the two kinds; the normalizer must be there already.
void set_added_tokens(HuggingFaceTokenizer::Parts& parts, std::vector<AddedToken> tokens);

/// From the tokenizer_config.json or special_tokens_map.json of `folder`, where it names a pad token.
Result<void> set_pad_id(HuggingFaceTokenizer::Parts& parts, const std::string& folder);

/// From the files that tokenizers had before tokenizer.json. kDisk when `folder` has none of them.
Result<TokenizerParts> read_legacy_files(const std::string& folder);

}  // namespace gale::zero_shot
