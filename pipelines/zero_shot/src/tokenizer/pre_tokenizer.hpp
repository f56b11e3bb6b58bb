#pragma once
// The pre-tokenizers of a tokenizer.json: each splits pieces of a text further.

#include <memory>
#include <string>
#include <vector>

#include "tokenizer/tracked_text.hpp"

namespace gale::zero_shot {

class PreTokenizer {
public:
    virtual ~PreTokenizer() = default;

    /// Appends the pieces of `text`, none of them empty.
    virtual void split(TrackedText text, std::vector<TrackedText>& pieces) const = 0;
};

/// White space goes; each punctuation mark is a piece.
std::unique_ptr<PreTokenizer> make_bert_pre_tokenizer();

/// White space goes.
std::unique_ptr<PreTokenizer> make_white_space_pre_tokenizer();

/// Each punctuation mark is a piece.
std::unique_ptr<PreTokenizer> make_punctuation_pre_tokenizer();

enum class PrependScheme { kAlways, kFirst, kNever };

/// Spaces become `replacement`, which begins each piece when `splits`.
std::unique_ptr<PreTokenizer> make_metaspace_pre_tokenizer(std::string replacement, PrependScheme scheme, bool splits);

/// GPT-2's words: a contraction's end; letters, digits or others with one space before; white space. The
/// model behind it works on their bytes.
std::unique_ptr<PreTokenizer> make_byte_level_pre_tokenizer(bool add_prefix_space, bool use_regex);

std::unique_ptr<PreTokenizer> make_pre_tokenizer_sequence(std::vector<std::unique_ptr<PreTokenizer>> steps);

}  // namespace gale::zero_shot
